/// AP and F1 over the delay of answers, as a picture (SVG).
package struct DelayPlot: Hashable, Sendable {
    package struct Point: Hashable, Sendable {
        package var name: String
        /// Seconds, the median of answers.
        package var delay: Double
        package var averagePrecision: Double
        package var f1: Double

        package init(name: String, delay: Double, averagePrecision: Double, f1: Double) {
            self.name = name
            self.delay = delay
            self.averagePrecision = averagePrecision
            self.f1 = f1
        }
    }

    package var points: [Point] = []

    package init() {}

    /// A stand-alone image of 480 x 400 units: blue is AP, brown F1; the pointer on a point names it.
    package var svg: String {
        let longest = max(points.map(\.delay).max() ?? 1, 1)
        var plot = SVGPlot(
            title: "Accuracy against delay", farthest: longest, across: "median delay, seconds")
        plot.note("AP", line: 1, fill: "#1f5fa8")
        plot.note("F1", line: 2, fill: "#b3541e")
        for (value, color) in [(\Point.averagePrecision, "#1f5fa8"), (\Point.f1, "#b3541e")] {
            for point in points {
                plot.dot(
                    across: point.delay, share: point[keyPath: value], color: color, name: point.name)
            }
        }
        return plot.svg
    }
}
