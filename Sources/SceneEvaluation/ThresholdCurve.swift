/// Precision, recall and F1 if every shot whose score reaches a threshold is called a boundary, for each
/// threshold that makes a difference.
package struct ThresholdCurve: Hashable, Sendable {
    package struct Point: Hashable, Sendable {
        /// A score that occurs.
        package var threshold: Double
        package var precision: Double
        package var recall: Double

        package init(threshold: Double, precision: Double, recall: Double) {
            self.threshold = threshold
            self.precision = precision
            self.recall = recall
        }

        package var f1: Double {
            precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0
        }
    }

    /// By growing threshold; one for each score that occurs.
    package var points: [Point]

    package init(points: [Point]) { self.points = points }

    /// Where F1 is highest; of equal ones the highest threshold. nil without a boundary.
    package var best: Point? { points.max { ($0.f1, $0.threshold) < ($1.f1, $1.threshold) } }

    /// A picture of it: F1, precision and recall over the threshold.
    package func svg(title: String) -> String {
        var plot = SVGPlot(title: title, across: "threshold", upward: "share")
        let lines: [(name: String, color: String, share: (Point) -> Double)] = [
            ("precision", "#7a7a7a", \.precision), ("recall", "#2c8a4b", \.recall), ("F1", "#b3541e", \.f1),
        ]
        for (place, line) in lines.enumerated() {
            plot.steps(points.map { ($0.threshold, line.share($0)) }, color: line.color)
            plot.note(line.name, line: place + 1, fill: line.color)
        }
        if let best {
            plot.dot(
                across: best.threshold, share: best.f1, color: "#b3541e",
                name: "F1 \(Decimals.fixed(best.f1 * 100, digits: 2)) at "
                    + Decimals.fixed(best.threshold, digits: 6))
        }
        return plot.svg
    }
}
