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

    private static let plot = (left: 56.0, top: 40.0, width: 400.0, height: 304.0)

    /// A stand-alone image of 480 x 400 units: blue is AP, brown F1; the pointer on a point names it.
    package var svg: String {
        let longest = max(points.map(\.delay).max() ?? 1, 1)
        func x(_ delay: Double) -> Double { Self.plot.left + delay / longest * Self.plot.width }
        func y(_ share: Double) -> Double { Self.plot.top + (1 - share) * Self.plot.height }
        func text(_ value: Double) -> String { Decimals.fixed(value, digits: 1) }
        var lines = [
            #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 400" font-family="sans-serif" font-size="12">"#,
            "<title>Accuracy against delay</title>",
            ##"<rect width="480" height="400" fill="#fff"/>"##,
            ##"<text x="56" y="24" font-size="14" fill="#222">Accuracy against delay</text>"##,
            ##"<text x="450" y="24" text-anchor="end"><tspan fill="#1f5fa8">AP</tspan> <tspan fill="#b3541e">F1</tspan></text>"##,
        ]
        for tick in 0...5 {
            let share = Double(tick) / 5
            let (across, down) = (text(Self.plot.left + share * Self.plot.width), text(y(share)))
            lines.append(##"<path d="M\##(across) 40V344M56 \##(down)H456" stroke="#ddd" fill="none"/>"##)
            lines.append(
                ##"<text x="\##(across)" y="360" text-anchor="middle" fill="#555">\##(text(share * longest))</text>"##
            )
            lines.append(
                ##"<text x="50" y="\##(text(y(share) + 4))" text-anchor="end" fill="#555">\##(text(share))</text>"##
            )
        }
        for (value, color) in [(\Point.averagePrecision, "#1f5fa8"), (\Point.f1, "#b3541e")] {
            for point in points {
                lines.append(
                    "<circle cx=\"\(text(x(point.delay)))\" cy=\"\(text(y(point[keyPath: value])))\" r=\"4\" fill=\"\(color)\">"
                        + "<title>\(point.name)</title></circle>")
            }
        }
        lines.append(
            ##"<text x="256" y="384" text-anchor="middle" fill="#222">median delay, seconds</text>"##)
        lines.append("</svg>")
        return lines.joined(separator: "\n") + "\n"
    }
}
