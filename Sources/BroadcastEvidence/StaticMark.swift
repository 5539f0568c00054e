package import Timeline

/// Learns a channel's mark (its logo) from the pictures alone, and says of each picture whether it is there.
///
/// A mark's gradients are the same in pictures that have nothing else in common. Means of gradient vectors
/// in the four corners, over pictures of different shots, find it: those of the background cancel out, and
/// those of a mark stay, also if it is half transparent. The mark is learned after 16 different pictures
/// that show it. Each picture is then asked how many pixels of the mark have the gradients that they should
/// have.
///
/// Causal: an answer rests on this picture and those before it. A mark that has not been seen for 192
/// different pictures gives way to another one.
///
/// What takes part: corners of 30 percent of the width and height, outside black bars. Bars, banners across
/// the picture and moving text are no marks. What is as static as a mark fools it: a clock's case, a
/// sponsor's sign, the rounded corner of a banner.
///
/// - Complexity: about 20,000 pixels a picture; 350 kB.
package struct StaticMark: Sendable {
    package enum Answer: Hashable, Sendable {
        /// With the probability that it is there, .8 and more.
        case present(Float)
        /// With the probability that it is not there, .8 and more.
        case absent(Float)
        /// No mark is known, most of it lies under bars, or its background is as bright as the mark.
        case unknown
    }

    /// Mean difference of cells, in steps of luma, by which a picture must differ from the last ones to
    /// count as another one.
    private static let different: Float = 8
    /// Pictures that a new one is compared with: a dialogue shows the same few places.
    private static let recentCount = 8
    /// Range of luma below which a picture says nothing: black, or a single color.
    private static let flattest = 60
    /// Different pictures without the mark after which it may be another one.
    private static let patience = 192
    /// Probability from which on an answer is one.
    private static let certain: Float = 0.8
    /// Probability from which on the mark follows a picture.
    private static let following: Float = 0.9

    private var means = [CornerMeans](repeating: CornerMeans(), count: CornerZone.origins.count)
    private var recent: [[Float]] = []
    private var template: MarkTemplate?
    private var missing = 0

    package init() {}

    /// A mark is known.
    package var isLearned: Bool { template != nil }

    /// Takes one picture of the next part.
    package mutating func push(_ picture: MarkPicture) -> Answer {
        let bars = picture.bars
        let zones = CornerZone.origins.indices.map { CornerZone($0, of: picture, bars: bars) }
        let agreement = template.flatMap { $0.agreement(with: zones[$0.zone]) }
        learn(zones, of: picture, agreement)
        guard let agreement else { return .unknown }
        let probability = agreement.probability
        if probability >= Self.certain { return .present(probability) }
        if 1 - probability >= Self.certain, !agreement.isHidden { return .absent(1 - probability) }
        return .unknown
    }

    private mutating func learn(
        _ zones: [CornerZone], of picture: MarkPicture, _ agreement: MarkTemplate.Agreement?
    ) {
        let cells = picture.cells
        let isKnown = recent.contains { other in
            zip(cells, other).reduce(0) { $0 + abs($1.0 - $1.1) } < Self.different * Float(cells.count)
        }
        guard !isKnown, picture.range > Self.flattest else { return }
        recent.append(cells)
        if recent.count > Self.recentCount { recent.removeFirst() }
        for index in zones.indices { means[index].push(zones[index]) }
        if template == nil || missing >= Self.patience, let found = find() {
            template = found
            missing = 0
            return
        }
        guard let template else { return }
        guard let agreement, agreement.probability > 0.5 else {
            missing += 1
            return
        }
        missing = 0
        if agreement.probability > Self.following {
            self.template?.follow(zones[template.zone], share: agreement.share)
        }
    }

    private func find() -> MarkTemplate? {
        let marks = means.indices.compactMap { zone in means[zone].mark().map { (zone, $0) } }
        guard let best = marks.max(by: { $0.1.power < $1.1.power }) else { return nil }
        return MarkTemplate(zone: best.0, pixels: best.1.pixels, means: means[best.0])
    }
}
