/// A stand-alone picture (SVG) of 480 x 400 units with shares from 0 to 1 upwards and a grid.
struct SVGPlot {
    /// What `across` goes to; it begins at 0.
    private let farthest: Double
    private var lines: [String]
    private static let frame = (left: 56.0, top: 40.0, width: 400.0, height: 304.0)

    /// - Parameters:
    ///   - title: what it shows; any text.
    ///   - farthest: right end of the scale.
    ///   - across: names the scale below.
    ///   - upward: names the scale at the left; nil leaves it away.
    init(title: String, farthest: Double = 1, across: String, upward: String? = nil) {
        self.farthest = farthest
        let title = Self.escaped(title)
        lines = [
            #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 400" font-family="sans-serif" font-size="12">"#,
            "<title>\(title)</title>",
            ##"<rect width="480" height="400" fill="#fff"/>"##,
            ##"<text x="56" y="24" font-size="14" fill="#222">\##(title)</text>"##,
        ]
        for tick in 0...5 {
            let share = Double(tick) / 5
            let (left, down) = (x(share * farthest), y(share))
            lines.append(
                ##"<path d="M\##(left) 40V344M56 \##(down)H456" stroke="#ddd" fill="none"/>"##)
            text(Self.number(share * farthest), at: (left, "360"), anchor: "middle", fill: "#555")
            let below = Self.number(Self.frame.top + (1 - share) * Self.frame.height + 4)
            text(Self.number(share), at: ("50", below), anchor: "end", fill: "#555")
        }
        text(across, at: ("256", "384"), anchor: "middle", fill: "#222")
        if let upward {
            lines.append(
                ##"<text x="16" y="192" text-anchor="middle" fill="#222" transform="rotate(-90 16 192)">\##(upward)</text>"##
            )
        }
    }

    /// Words at the right end, `line` lines below the frame's upper edge; above it for 0.
    mutating func note(_ text: String, line: Int, fill: String = "#222") {
        self.text(text, at: ("450", line == 0 ? "24" : "\(40 + 16 * line)"), anchor: "end", fill: fill)
    }

    /// A dashed line at one height.
    mutating func level(_ share: Double) {
        lines.append(
            ##"<path d="M56 \##(y(share))H456" stroke="#888" stroke-dasharray="4 3" fill="none"/>"##)
    }

    /// From the left edge from point to point by growing `across`: up or down first, and then along. Points
    /// that fall together in a tenth of a unit are drawn once.
    mutating func steps(_ points: [(across: Double, share: Double)], color: String) {
        var path = ""
        var last: (across: String, down: String)?
        for point in points {
            let (across, down) = (x(point.across), y(point.share))
            if let last, last == (across, down) { continue }
            path += last == nil ? "M\(x(0)) \(down)H\(across)" : "V\(down)H\(across)"
            last = (across, down)
        }
        lines.append(##"<path d="\##(path)" stroke="\##(color)" stroke-width="1.5" fill="none"/>"##)
    }

    /// A dot that says `name` to a pointer on it.
    mutating func dot(across: Double, share: Double, color: String, name: String) {
        lines.append(
            "<circle cx=\"\(x(across))\" cy=\"\(y(share))\" r=\"4\" fill=\"\(color)\">"
                + "<title>\(Self.escaped(name))</title></circle>")
    }

    var svg: String { lines.joined(separator: "\n") + "\n</svg>\n" }

    private func x(_ across: Double) -> String {
        Self.number(Self.frame.left + across / farthest * Self.frame.width)
    }

    private func y(_ share: Double) -> String {
        Self.number(Self.frame.top + (1 - share) * Self.frame.height)
    }

    private mutating func text(
        _ text: String, at place: (x: String, y: String), anchor: String, fill: String
    ) {
        lines.append(
            "<text x=\"\(place.x)\" y=\"\(place.y)\" text-anchor=\"\(anchor)\" fill=\"\(fill)\">"
                + "\(Self.escaped(text))</text>")
    }

    private static func number(_ value: Double) -> String { Decimals.fixed(value, digits: 1) }

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
