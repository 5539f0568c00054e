internal import RealModule

/// How far scores are probabilities: what share of places with a score are boundaries.
package struct ScoreReliability: Hashable, Sendable {
    /// A place where a scene may end: its score, and whether one does.
    package struct Place: Hashable, Sendable {
        package var score: Double
        package var isBoundary: Bool

        package init(score: Double, isBoundary: Bool) {
            self.score = score
            self.isBoundary = isBoundary
        }
    }

    /// Places whose scores lie in one tenth of 0...1.
    package struct Bin: Hashable, Sendable {
        package var count = 0
        /// Sum of the scores.
        package var score = 0.0
        package var boundaries = 0

        /// nil without a place.
        package var meanScore: Double? { count == 0 ? nil : score / Double(count) }
        package var share: Double? { count == 0 ? nil : Double(boundaries) / Double(count) }
    }

    /// Ten, each from its lower edge; the last one with 1.
    package private(set) var bins = Array(repeating: Bin(), count: 10)
    /// Mean squared difference of score and truth (Brier 1950); nil without a place.
    package private(set) var brier: Double?

    /// A score that is no number counts as 0. O(n).
    package init(_ places: [Place]) {
        var squares = 0.0
        for var place in places {
            if place.score.isNaN { place.score = 0 }
            let index = Int(min(max(place.score * 10, 0), 9))
            bins[index].count += 1
            bins[index].score += place.score
            if place.isBoundary { bins[index].boundaries += 1 }
            let difference = place.score - (place.isBoundary ? 1 : 0)
            squares += difference * difference
        }
        if !places.isEmpty { brier = squares / Double(places.count) }
    }

    /// Expected calibration error: the mean over places of how far the share of boundaries in their bin lies
    /// from its mean score (Guo et al., *On calibration of modern neural networks*, 2017, equation 3). nil
    /// without a place.
    package var expectedError: Double? {
        let count = bins.reduce(0) { $0 + $1.count }
        guard count > 0 else { return nil }
        return bins.reduce(0) { $0 + abs(Double($1.boundaries) - $1.score) } / Double(count)
    }
}

extension EvaluatedFilm {
    /// The places that are judged. Labeled boundaries without a shot have no score, and are left out.
    package var places: [ScoreReliability.Place] {
        rankedShots.map { .init(score: $0.score, isBoundary: $0.isBoundary) }
    }
}
