package import NeuralNet

// Shapes: B windows, S = 2K+1 shots.

/// What chance and the pseudo-boundaries decide about a batch; given it, the losses are a function of the
/// model.
package struct PretextChoices: Hashable, Sendable {
    /// One cut per window.
    package var scenes: [PseudoScenes]
    /// The position that boundary prediction takes for "no boundary", one per window.
    package var negatives: [Int]
    /// The positions of the left and the right pseudo-scene that group matching compares with the center.
    package var partners: [(left: Int, right: Int)]
    /// [B][S]: hidden in masked shot modeling.
    package var masks: [[Bool]]
    /// [B]: hidden in masked span modeling; empty where that is off.
    package var spans: [Range<Int>]

    package init(
        scenes: [PseudoScenes], negatives: [Int], partners: [(left: Int, right: Int)], masks: [[Bool]],
        spans: [Range<Int>] = []
    ) {
        self.scenes = scenes
        self.negatives = negatives
        self.partners = partners
        self.masks = masks
        self.spans = spans
    }

    /// Draws everything that chance decides, as BaSSL does: a negative anywhere but at the boundary, a
    /// partner of each group but not the center, each shot hidden by itself and at least one. `longestSpan`:
    /// of the spans, drawn last; nil for none.
    package init(
        scenes: [PseudoScenes], shotCount: Int, maskShare: Double, longestSpan: Int? = nil,
        using random: inout RandomStream
    ) {
        let center = shotCount / 2
        var negatives: [Int] = []
        var partners: [(left: Int, right: Int)] = []
        var masks: [[Bool]] = []
        for scene in scenes {
            let drawn = random.position(below: shotCount - 1)
            negatives.append(drawn < scene.boundary ? drawn : drawn + 1)
            func partner(_ group: [Int]) -> Int {
                let others = group.filter { $0 != center }
                // A group of the center alone has no other; it is then compared with itself.
                return others.isEmpty ? center : others[random.position(below: others.count)]
            }
            let left = partner(scene.left)
            partners.append((left, partner(scene.right)))
            var mask = (0..<shotCount).map { _ in random.fraction() < maskShare }
            if !mask.contains(true) { mask[random.position(below: shotCount)] = true }
            masks.append(mask)
        }
        let sampler = longestSpan.map { SpanSampler(tokenCount: shotCount, longest: $0) }
        let spans = sampler.map { sampler in scenes.map { _ in sampler.draw(using: &random) } }
        self.init(
            scenes: scenes, negatives: negatives, partners: partners, masks: masks, spans: spans ?? [])
    }

    package static func == (left: PretextChoices, right: PretextChoices) -> Bool {
        left.scenes == right.scenes && left.negatives == right.negatives && left.masks == right.masks
            && left.spans == right.spans
            && left.partners.elementsEqual(right.partners, by: ==)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(scenes)
        hasher.combine(negatives)
        hasher.combine(masks)
        hasher.combine(spans)
    }
}
