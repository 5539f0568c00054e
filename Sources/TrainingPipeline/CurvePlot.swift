/// The curves of a run as a picture (SVG): the loss of every step, its running mean, and AP on films not
/// trained on.
package struct CurvePlot: Sendable {
    /// By step.
    package var losses: [(step: Int, value: Double)] = []
    package var validation: [(step: Int, value: Double)] = []

    package init(_ lines: some Sequence<MetricsLine>) {
        for line in lines {
            if let loss = line.loss, loss.isFinite { losses.append((line.step, loss)) }
            if let value = line.validation, value.isFinite { validation.append((line.step, value)) }
        }
    }

    private static let (left, right, top, bottom) = (60.0, 580.0, 20.0, 300.0)

    package var svg: String {
        let steps = max(losses.last?.step ?? 1, validation.last?.step ?? 1, 2)
        let highest = max(losses.map(\.value).max() ?? 1, 1e-9)
        func x(_ step: Int) -> Double {
            Self.left + (Self.right - Self.left) * Double(step - 1) / Double(steps - 1)
        }
        func y(_ share: Double) -> Double { Self.bottom - (Self.bottom - Self.top) * min(max(share, 0), 1) }
        func line(_ points: [(step: Int, value: Double)], scale: Double, _ style: String) -> String {
            // More points than pixels say nothing.
            let stride = max(1, points.count / 1000)
            let kept = points.enumerated().filter { $0.offset % stride == 0 || $0.offset == points.count - 1 }
            let text = kept.map {
                "\(Self.tenths(x($0.element.step))),\(Self.tenths(y($0.element.value / scale)))"
            }
            .joined(separator: " ")
            return "<polyline fill=\"none\" \(style) points=\"\(text)\"/>\n"
        }
        func label(
            _ x: Double, _ y: Double, _ text: String, _ anchor: String = "end", _ color: String = "#333"
        )
            -> String
        {
            "<text x=\"\(Self.tenths(x))\" y=\"\(Self.tenths(y))\" text-anchor=\"\(anchor)\" fill=\"\(color)\">\(text)</text>\n"
        }
        var svg =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 340\" font-family=\"sans-serif\" "
            + "font-size=\"11\">\n<rect width=\"640\" height=\"340\" fill=\"#fff\"/>\n"
        for tick in 0...4 {
            let share = Double(tick) / 4
            svg +=
                "<line x1=\"60\" x2=\"580\" y1=\"\(Self.tenths(y(share)))\" y2=\"\(Self.tenths(y(share)))\" "
                + "stroke=\"#ddd\"/>\n"
            svg += label(54, y(share) + 4, Self.short(share * highest), "end", "#1f5fa8")
            if !validation.isEmpty { svg += label(586, y(share) + 4, Self.short(share), "start", "#b3541e") }
        }
        svg += label(Self.left, 316, "1", "middle") + label(Self.right, 316, "\(steps)", "middle")
        svg += label(320, 332, "step", "middle")
        svg += label(Self.left, 14, "loss", "middle", "#1f5fa8")
        if !validation.isEmpty { svg += label(Self.right, 14, "AP on other films", "middle", "#b3541e") }
        svg += line(losses, scale: highest, "stroke=\"#9cc3ea\"")
        svg += line(smoothed, scale: highest, "stroke=\"#1f5fa8\" stroke-width=\"2\"")
        svg += line(validation, scale: 1, "stroke=\"#b3541e\" stroke-width=\"2\"")
        return svg + "</svg>\n"
    }

    /// Exponential running mean over about a fiftieth of the run.
    private var smoothed: [(step: Int, value: Double)] {
        guard var mean = losses.first?.value else { return [] }
        let share = 1 / max(1, Double(losses.count) / 50)
        return losses.map { point in
            mean += share * (point.value - mean)
            return (point.step, mean)
        }
    }

    private static func tenths(_ value: Double) -> String {
        let rounded = Int((value * 10).rounded())
        return "\(rounded / 10).\(abs(rounded % 10))"
    }

    /// Three significant places at least.
    private static func short(_ value: Double) -> String {
        // What diverges is drawn, too.
        let scaled = Int((min(max(value, -1e12), 1e12) * 1000).rounded())
        let fraction = String(scaled % 1000)
        return "\(scaled / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
    }
}
