internal import Glibc
package import SceneSegmentation
internal import Timeline

/// Scores boundaries by the coherence of the parts on both sides, without any training.
///
/// Three pieces of evidence, in logits:
/// 1. The posterior of a boundary after the centre over all segmentations of the window (`SegmentationPosterior`).
///    Distances are cosine distances in units of half the window's mean distance plus half the embedding's typical
///    one: the first adapts to a film of one colour, the second keeps a window within one scene from being blown up.
/// 2. The lengths of the two shots that meet: long shots stand at the ends of scenes more often than inside.
/// 3. A dissolve or fade between them.
///
/// Works with any embedding and any K. Repeated edge entries are left out. Where no part follows the centre, or none
/// but repetitions, the score is 0: there is nothing to tell apart. One call takes O(K^2 D + K^3).
///
/// The constants are round numbers, chosen by design and checked against labelled films (never fitted to them):
/// a factor of two in any of them moves the mean average precision by less than 0.03. `docs/coherence.md` has the
/// figures.
package struct CoherenceScorer: BoundaryScorer {
    package let name = "coherence"
    package let neighborCount: Int
    /// Mean cosine distance of two parts some shots apart, for the embedding in use.
    package let typicalDistance: Float

    /// Logits per logit of the posterior; with `offset` it puts 0.5 where as many boundaries are reported as there are.
    static let gain = 2.0
    /// Added to the posterior's logit: a posterior of 0.3 becomes 0.5.
    static let offset = 0.9
    /// Logits per unit of ln(shot length / median shot length in the window), for each of the two shots.
    static let lengthGain = 0.3
    /// Bound of one such logarithm: lengths beyond 4.5 times the median or below its 4.5th say no more.
    static let lengthLimit = 1.5
    /// Logits for a dissolve or fade.
    static let softTransitionGain = 1.0

    private var distances = CosineDistances()
    private var posterior = SegmentationPosterior()
    private var scaled: [Float] = []
    private var shotLengths: [Double] = []

    /// - Parameters:
    ///   - neighborCount: K, 1...128.
    ///   - typicalDistance: see the property; above 0. It need not be exact: a factor of 1.4 costs less than 0.01 of
    ///     average precision.
    package init(neighborCount: Int, typicalDistance: Float) {
        precondition((1...128).contains(neighborCount), "between 1 and 128 neighbours on a side")
        precondition(typicalDistance > 0 && typicalDistance <= 2, "a cosine distance above 0")
        self.neighborCount = neighborCount
        self.typicalDistance = typicalDistance
    }

    package mutating func score(_ window: ContextWindow) -> Float {
        precondition(window.neighborCount == neighborCount, "a window of \(2 * neighborCount + 1) parts")
        let real = window.repeatedLeft..<(window.parts.count - window.repeatedRight)
        guard real.contains(neighborCount), real.contains(neighborCount + 1) else { return 0 }
        distances.measure(window.parts, real)
        let unit = 1 / (0.5 * distances.mean + 0.5 * typicalDistance)
        scaled.removeAll(keepingCapacity: true)
        for value in distances.values { scaled.append(value * unit) }
        let centre = neighborCount - real.lowerBound
        let posterior = posterior.logOdds(after: centre, distances: scaled, count: real.count)
        let logit =
            Self.gain * (posterior + Self.offset) + lengthLogit(window, real) + Self.transitionLogit(window)
        return Float(1 / (1 + exp(-logit)))
    }

    /// Evidence of the lengths of the shots that meet; 0 inside a shot. Parts of one shot count as one, as far as the
    /// window shows it.
    private mutating func lengthLogit(_ window: ContextWindow, _ real: Range<Int>) -> Double {
        let centre = window.centre
        guard centre.shotIndex != window.parts[neighborCount + 1].shotIndex else { return 0 }
        shotLengths.removeAll(keepingCapacity: true)
        var left = 0
        var previous: Int?
        for position in real {
            let part = window.parts[position]
            if part.shotIndex == previous {
                shotLengths[shotLengths.count - 1] += part.duration
            } else {
                shotLengths.append(part.duration)
            }
            previous = part.shotIndex
            if position == neighborCount { left = shotLengths.count - 1 }
        }
        let meeting = (shotLengths[left], shotLengths[left + 1])
        shotLengths.sort()
        let median = Self.usable(shotLengths[shotLengths.count / 2])
        var sum = 0.0
        for length in [meeting.0, meeting.1] {
            sum += min(max(log(Self.usable(length) / median), -Self.lengthLimit), Self.lengthLimit)
        }
        return Self.lengthGain * sum
    }

    /// At least one picture at 25 per second, so that a logarithm exists.
    private static func usable(_ length: Double) -> Double { length > 0.04 ? length : 0.04 }

    private static func transitionLogit(_ window: ContextWindow) -> Double {
        switch window.parts[window.neighborCount + 1].entry?.kind {
        case .dissolve, .fadeBlack, .fadeWhite: softTransitionGain
        case .cut, .wipe, .push, .start, nil: 0
        }
    }
}
