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
        let plot = (left: 56.0, top: 40.0, width: 400.0, height: 304.0)
        func x(_ recall: Double) -> Double { plot.left + recall * plot.width }
        func y(_ precision: Double) -> Double { plot.top + (1 - precision) * plot.height }
        var lines = [
            #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 400" font-family="sans-serif" font-size="12">"#,
            "<title>\(Self.escaped(title))</title>",
            ##"<rect width="480" height="400" fill="#fff"/>"##,
            ##"<text x="56" y="24" font-size="14" fill="#222">\##(Self.escaped(title))</text>"##,
        ]
        for tick in 0...5 {
            let value = Double(tick) / 5
            let label = Decimals.fixed(value, digits: 1)
            let across = Decimals.fixed(x(value), digits: 1)
            let down = Decimals.fixed(y(value), digits: 1)
            lines.append(##"<path d="M\##(across) 40V344M56 \##(down)H456" stroke="#ddd" fill="none"/>"##)
            lines.append(
                ##"<text x="\##(across)" y="360" text-anchor="middle" fill="#555">\##(label)</text>"##)
            lines.append(
                ##"<text x="50" y="\##(Decimals.fixed(y(value) + 4, digits: 1))" text-anchor="end" fill="#555">\##(label)</text>"##
            )
        }
        let prevalenceHeight = Decimals.fixed(y(prevalence), digits: 1)
        lines.append(
            ##"<path d="M56 \##(prevalenceHeight)H456" stroke="#888" stroke-dasharray="4 3" fill="none"/>"##)
        let legend =
            "AP \(Decimals.fixed(averagePrecision * 100, digits: 2)), prevalence \(Decimals.fixed(prevalence * 100, digits: 2))"
        lines.append(##"<text x="450" y="56" text-anchor="end" fill="#222">\##(legend)</text>"##)
        lines.append(##"<path d="\##(path(x: x, y: y))" stroke="#1f5fa8" stroke-width="1.5" fill="none"/>"##)
        lines.append(##"<text x="256" y="384" text-anchor="middle" fill="#222">recall</text>"##)
        lines.append(
            ##"<text x="16" y="192" text-anchor="middle" fill="#222" transform="rotate(-90 16 192)">precision</text>"##
        )
        lines.append("</svg>")
        return lines.joined(separator: "\n") + "\n"
    }

    private func path(x: (Double) -> Double, y: (Double) -> Double) -> String {
        var path = ""
        var last: (across: String, down: String)?
        for point in points {
            let across = Decimals.fixed(x(point.recall), digits: 1)
            let down = Decimals.fixed(y(point.precision), digits: 1)
            if let last, last == (across, down) { continue }
            path +=
                last == nil ? "M\(Decimals.fixed(x(0), digits: 1)) \(down)H\(across)" : "V\(down)H\(across)"
            last = (across, down)
        }
        return path
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
