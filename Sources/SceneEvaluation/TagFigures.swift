/// How well a label is found, on examples that were held out.
package struct TagFigures: Hashable, Sendable {
    /// An example whose label is known.
    package struct Place: Hashable, Sendable {
        /// Of any size: only their order counts.
        package var score: Double
        /// 0 to 1.
        package var probability: Double
        package var isShown: Bool

        package init(score: Double, probability: Double, isShown: Bool) {
            self.score = score
            self.probability = probability
            self.isShown = isShown
        }
    }

    /// Average precision, as scikit-learn defines it; nil without an example that shows the label.
    package let averagePrecision: Double?
    /// Share of examples that show it: the average precision of guessing.
    package let chance: Double?
    /// Expected calibration error of the probabilities.
    package let calibrationError: Double?
    private let points: [PrecisionRecallPoint]

    /// O(n log n).
    package init(_ places: [Place]) {
        let film = EvaluatedFilm(
            id: "",
            shots: places.enumerated().map { index, place in
                EvaluatedShot(index: index, isBoundary: place.isShown, score: place.score)
            })
        let ranked = RankedShots([film])
        averagePrecision = ranked.areas(weights: [1]).averagePrecision
        points = ranked.curvePoints()
        let shown = places.count(where: \.isShown)
        chance = places.isEmpty ? nil : Double(shown) / Double(places.count)
        calibrationError =
            ScoreReliability(places.map { .init(score: $0.probability, isBoundary: $0.isShown) })
            .expectedError
    }

    /// Precision where at least this share of the examples is found, and no more than need be; nil without an
    /// example that shows the label.
    package func precision(atRecall recall: Double) -> Double? {
        points.first { $0.recall >= recall }?.precision
    }
}
