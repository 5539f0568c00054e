package import SceneEvents
internal import Timeline

/// What two runs over the same media decided differently.
///
/// Decisions are compared by their places: of an answer that was revised, the last revision counts. What
/// stands at most a quarter of a second from its like has moved. Cost: O(n log n).
package struct EventComparison: Sendable {
    /// The decisions of one kind. Places are microseconds from the first picture.
    package struct Decisions: Sendable {
        package var name: String
        package var sameCount = 0
        package var movedCount = 0
        /// In order of time.
        package var onlyFirst: [Int64] = []
        package var onlySecond: [Int64] = []
        /// Differences of the scores of what is the same or has moved, rising; empty for what has no score.
        package var scoreDifferences: [Double] = []

        package var isSame: Bool { movedCount == 0 && onlyFirst.isEmpty && onlySecond.isEmpty }
    }

    /// Scene boundaries, shots and scores, in this order.
    package var kinds: [Decisions]
    /// Positions, from 0, of the first events that differ other than in what is volatile; one that its list
    /// lacks equals the list's length. nil where there are none.
    package var firstDifference: (first: Int, second: Int)?

    /// The same boundaries and the same shots.
    package var isSame: Bool { kinds[0].isSame && kinds[1].isSame }

    /// The farthest that what has moved stands from its like: microseconds.
    static let near: Int64 = 250_000

    /// - Parameters:
    ///   - first: the events of one run, as `EventReader` gives them.
    ///   - second: those of the other.
    package init(_ first: [Event], _ second: [Event]) {
        let sides = [first, second].map(Places.init)
        kinds = [
            Self.compare("scene boundaries", sides[0].boundaries, sides[1].boundaries, hasScores: true),
            Self.compare("shots", sides[0].shots, sides[1].shots, hasScores: false),
            Self.compare("scores", sides[0].scores, sides[1].scores, hasScores: true),
        ]
        let (left, right) = (Self.stable(first), Self.stable(second))
        let common = zip(left, right).prefix { $0.event == $1.event }.count
        if common < max(left.count, right.count) {
            firstDifference = (
                common < left.count ? left[common].position : first.count,
                common < right.count ? right[common].position : second.count
            )
        }
    }

    private static func stable(_ events: [Event]) -> [(position: Int, event: Event)] {
        events.enumerated().compactMap { position, event in event.stable.map { (position, $0) } }
    }

    /// Where one run decided what: place to score.
    private struct Places {
        var boundaries: [Int64: Double] = [:]
        var shots: [Int64: Double] = [:]
        var scores: [Int64: Double] = [:]

        init(_ events: [Event]) {
            var clock: MediaClock?
            for event in events {
                if case .streamStart(let start) = event { clock = start.media.clock }
                guard let clock else { continue }
                switch event {
                case .boundary(let boundary):
                    boundaries[clock.microseconds(at: boundary.at.pts)] =
                        boundary.state == .retracted ? nil : boundary.score.value
                case .shot(let shot): shots[clock.microseconds(at: shot.start.pts)] = 0
                case .score(let score): scores[clock.microseconds(at: score.at.pts)] = score.score.value
                default: break
                }
            }
        }
    }

    private static func compare(
        _ name: String, _ first: [Int64: Double], _ second: [Int64: Double], hasScores: Bool
    ) -> Decisions {
        var found = Decisions(name: name)
        var pairs: [(Int64, Int64)] = first.keys.filter { second[$0] != nil }.map { ($0, $0) }
        found.sameCount = pairs.count
        var free = second.keys.filter { first[$0] == nil }.sorted()
        for place in first.keys.filter({ second[$0] == nil }).sorted() {
            let nearest = free.indices.min { abs(free[$0] - place) < abs(free[$1] - place) }
            if let nearest, abs(free[nearest] - place) <= near {
                pairs.append((place, free.remove(at: nearest)))
                found.movedCount += 1
            } else {
                found.onlyFirst.append(place)
            }
        }
        found.onlySecond = free
        if hasScores {
            found.scoreDifferences = pairs.map { abs((first[$0.0] ?? 0) - (second[$0.1] ?? 0)) }.sorted()
        }
        return found
    }
}
