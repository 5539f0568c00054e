internal import Glibc
package import SceneSegmentation
package import Timeline

/// Scores boundaries by the coherence of the parts on both sides, without any training.
///
/// Three pieces of evidence, in logits:
/// 1. The posterior of a boundary after the center over all segmentations of the window
///    (`SegmentationPosterior`). Distances are cosine distances in units of half the window's mean distance
///    plus half the embedding's typical one: the first adapts to a film of one color, the second keeps a
///    window within one scene from being blown up. For embeddings of which no typical distance is known the
///    window's mean is the unit: any scale then does. Where parts have several embeddings, the distances of
///    each are taken in a unit of its own, and their mean counts.
/// 2. Lengths of shots: long shots stand at the ends of scenes more often than inside, and where all shots
///    are long, fewer of them make a scene (`lengthGain`, `tempoGain`).
/// 3. A dissolve or fade between the two shots that meet, or a blank part.
///
/// A part whose embedding is zero (or not finite) is blank: black, a title on black. It shows no place, so it
/// belongs to what came before: the score before it is 0, and the score after it compares what surrounds it.
/// Of several embeddings, those that are zero leave the part to the others; two parts that no embedding has
/// in common are as far from each other as parts are in the mean.
///
/// Works with any embedding, any K and any L. It remembers more of the past than it sees of the future: that
/// costs no delay. Repeated edge entries are left out. Where nothing stands on one side, the score is 0:
/// there is nothing to tell apart. One call takes O(n^2 D + n^3) for n = L + 1 + K.
///
/// Nothing is trained. The few constants are round numbers whose effect on labeled films
/// `docs/measurements/coherence.md` shows.
package struct CoherenceScorer: CueComparing {
    package let name = "coherence"
    package let neighborCount: Int
    package let leftCount: Int
    package var cues: ComparedCues { didSet { distances = CueDistances(cues) } }
    package var usesSound: Bool { cues.usesSound }

    /// L where K is no larger.
    package static let memory = 16

    /// Logits per logit of the posterior; with `offset` it puts 0.5 where about as many boundaries
    /// are reported as there are.
    static let gain = 2.0
    /// Added to the posterior's logit: a posterior of 0.31 becomes 0.5.
    static let offset = 0.8
    /// Logits per unit of ln(shot length / median shot length in the window), for each of the two shots.
    static let lengthGain = 0.3
    /// Logits per unit of ln(median shot length in the window / `usualShotLength`): a scene is a matter of
    /// seconds more than of shots. It is twice `lengthGain`: so the lengths of the two shots that meet count
    /// in seconds, whatever the median.
    static let tempoGain = 0.6
    /// Seconds; only the place of 0.5 depends on it.
    static let usualShotLength = 6.0
    /// Bound of each of these logarithms: 4.5 times as long, or a 4.5th, and what is beyond says no more.
    static let lengthLimit = 1.5
    /// Logits for a dissolve, a fade or a blank part between the two.
    static let softTransitionGain = 1.0

    private var distances: CueDistances
    private var posterior = SegmentationPosterior()
    /// Entries of the window that are neither repeated nor blank.
    private var positions: [Int] = []
    private var shotLengths: [Double] = []

    /// - Parameters:
    ///   - neighborCount: K, 1...128.
    ///   - leftCount: L, 1...128; nil is `memory`, or K where it is more.
    ///   - typicalDistance: of the only embedding, as `ComparedCues` has it.
    package init(neighborCount: Int, leftCount: Int? = nil, typicalDistance: Float?) {
        self.init(
            neighborCount: neighborCount, leftCount: leftCount,
            cues: ComparedCues(typicalDistances: [typicalDistance]))
    }

    /// - Parameters:
    ///   - neighborCount: K, 1...128.
    ///   - leftCount: L, 1...128; nil is `memory`, or K where it is more.
    ///   - cues: by which parts are compared.
    package init(neighborCount: Int, leftCount: Int? = nil, cues: ComparedCues) {
        let leftCount = leftCount ?? max(Self.memory, neighborCount)
        precondition(
            (1...128).contains(neighborCount) && (1...128).contains(leftCount),
            "between 1 and 128 neighbors on a side")
        self.neighborCount = neighborCount
        self.leftCount = leftCount
        self.cues = cues
        distances = CueDistances(cues)
    }

    package func separate() -> Self? { self }

    package mutating func score(_ window: ContextWindow) -> Float {
        guard let evidence = evidence(window) else { return 0 }
        return Float(1 / (1 + exp(-evidence.sum)))
    }

    package mutating func reasons(_ window: ContextWindow) -> ScoreReasons? {
        guard let evidence = evidence(window) else { return nil }
        return ScoreReasons(
            evidence: [
                .init(.segmentation, evidence.segmentation),
                .init(.lengths, evidence.lengths - evidence.tempo),
                .init(.tempo, evidence.tempo), .init(.transition, evidence.transition),
            ],
            alike: cues.typicalDistances.count > 1
                ? distances.mostAlike(window.parts, at: positions, across: leftCount) : window.mostAlike)
    }

    /// In logits.
    private struct Evidence {
        var segmentation: Double
        var tempo: Double
        /// Of `tempo` and of the shots that meet.
        var lengths: Double
        var transition: Double

        var sum: Double { segmentation + lengths + transition }
    }

    /// nil where nothing stands on one side.
    private mutating func evidence(_ window: ContextWindow) -> Evidence? {
        precondition(
            window.neighborCount == neighborCount && window.leftCount == leftCount,
            "a window of \(leftCount) + 1 + \(neighborCount) parts")
        let real = window.repeatedLeft..<(window.parts.count - window.repeatedRight)
        let next = leftCount + 1
        guard real.contains(leftCount), real.contains(next) else { return nil }
        guard distances.knows(window.parts[next]) else { return nil }
        positions.removeAll(keepingCapacity: true)
        for position in real where distances.knows(window.parts[position]) {
            positions.append(position)
        }
        guard let after = positions.firstIndex(of: next), after > 0 else { return nil }
        distances.measure(window.parts, at: positions)
        let odds = posterior.logOdds(after: after - 1, distances: distances.values, count: positions.count)
        let isSoft = positions[after - 1] < leftCount || Self.isSoft(window.parts[next].entry)
        let shots = shotEvidence(window.parts, left: after - 1)
        return Evidence(
            segmentation: Self.gain * (odds + Self.offset), tempo: shots.tempo, lengths: shots.all,
            transition: isSoft ? Self.softTransitionGain : 0)
    }

    /// Evidence of the median length of shots, and of the lengths of the two that meet between
    /// `positions[left]` and the next; inside a shot only the first. Parts of one shot count as one, as far
    /// as the window shows it.
    private mutating func shotEvidence(_ parts: [EncodedPart], left: Int) -> (tempo: Double, all: Double) {
        shotLengths.removeAll(keepingCapacity: true)
        var leftShot = 0
        var previous: Int?
        for (order, position) in positions.enumerated() {
            let part = parts[position]
            if part.shotIndex == previous {
                shotLengths[shotLengths.count - 1] += part.duration
            } else {
                shotLengths.append(part.duration)
            }
            previous = part.shotIndex
            if order == left { leftShot = shotLengths.count - 1 }
        }
        let isCut = parts[positions[left]].shotIndex != parts[positions[left + 1]].shotIndex
        let meeting = isCut ? [shotLengths[leftShot], shotLengths[leftShot + 1]] : []
        shotLengths.sort()
        let median = shotLengths[shotLengths.count / 2]
        let tempo = Self.tempoGain * Self.logarithm(of: median, in: Self.usualShotLength)
        var all = tempo
        for length in meeting { all += Self.lengthGain * Self.logarithm(of: length, in: median) }
        return (tempo, all)
    }

    /// ln(length / unit), bounded. Both count as one picture at 25 per second at least, so that it exists.
    private static func logarithm(of length: Double, in unit: Double) -> Double {
        min(max(log(usable(length) / usable(unit)), -lengthLimit), lengthLimit)
    }

    private static func usable(_ length: Double) -> Double { length > 0.04 ? length : 0.04 }

    private static func isSoft(_ entry: Transition?) -> Bool {
        switch entry?.kind {
        case .dissolve, .fadeBlack, .fadeWhite, .gradual: true
        case .cut, .wipe, .push, .start, nil: false
        }
    }
}
