/// Recall and precision if every shot with a score of at least `threshold` is called a boundary.
package struct PrecisionRecallPoint: Hashable, Sendable {
    package var recall: Double
    package var precision: Double
    package var threshold: Double

    package init(recall: Double, precision: Double, threshold: Double) {
        self.recall = recall
        self.precision = precision
        self.threshold = threshold
    }
}

/// Precision over recall: the step curve whose area is the average precision.
package struct PrecisionRecallCurve: Hashable, Sendable {
    /// By growing recall.
    package var points: [PrecisionRecallPoint]
    /// Share of boundaries among the shots: the precision of calling every shot a boundary.
    package var prevalence: Double
    package var averagePrecision: Double

    package init(points: [PrecisionRecallPoint], prevalence: Double, averagePrecision: Double) {
        self.points = points
        self.prevalence = prevalence
        self.averagePrecision = averagePrecision
    }

    /// The curve as a stand-alone SVG image of 480 x 400 units. Points that fall together in a tenth of a
    /// unit are drawn once.
    package func svg(title: String) -> String {
        var plot = SVGPlot(title: title, across: "recall", upward: "precision")
        plot.level(prevalence)
        let (area, chance) = (averagePrecision * 100, prevalence * 100)
        plot.note(
            "AP \(Decimals.fixed(area, digits: 2)), prevalence \(Decimals.fixed(chance, digits: 2))", line: 1)
        plot.steps(points.map { ($0.recall, $0.precision) }, color: "#1f5fa8")
        return plot.svg
    }
}
