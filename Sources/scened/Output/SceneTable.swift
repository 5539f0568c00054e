import JSONText
import SceneFormats
import Timeline

/// The table of scenes that a person sees: number from 1 as in chapters, start, length, and the score of the
/// boundary that ends it; where they were asked for, the kind of block, and how often it was on before.
/// Starts are milliseconds, rounded up: a player that goes there shows the scene.
struct SceneTable {
    static let header = "scene         start        length     score\n"
    static let empty = "no scenes\n"

    /// Header and rows so far.
    private(set) var text = ""

    /// Adds a scene; returns what that adds to the text.
    mutating func add(_ scene: Scene, clock: MediaClock) -> String {
        let start =
            Double(clock.timeBase.ceiling(scene.start.pts - clock.startPTS, perSecond: 1000)) / 1000
        let length = clock.timeBase.seconds(scene.end.pts - scene.start.pts)
        let score =
            scene.score.map { JSONLine.decimal(micro: Int64($0.millionths)) } ?? scene.endReason.rawValue
        let row =
            Self.pad("\(scene.index + 1)", 5) + Self.pad(ClockText.hours(start), 14)
            + Self.pad(ClockText.hours(length), 14) + Self.pad(score, 10)
        let added = (text.isEmpty ? Self.header(of: scene) : "") + row + Self.asked(of: scene) + "\n"
        text += added
        return added
    }

    private static func header(of scene: Scene) -> String {
        var header = String(Self.header.dropLast())
        if scene.block != nil { header += scene.seen == nil ? "  block" : "  block   " }
        if scene.seen != nil { header += "  seen" }
        return header + "\n"
    }

    /// What only some runs tell: kinds of blocks are up to 8 letters long.
    private static func asked(of scene: Scene) -> String {
        var text = ""
        if let block = scene.block {
            let kind = block.kind?.rawValue ?? "?"
            text += "  " + kind
            if scene.seen != nil { text += String(repeating: " ", count: max(0, 8 - kind.count)) }
        }
        if let seen = scene.seen { text += "  " + Self.text(seen) }
        return text
    }

    /// How often, and where last: `2 times, last monday 0:12.000`.
    private static func text(_ seen: SceneRecognition) -> String {
        guard let count = seen.count else { return "?" }
        guard case .seen(let sightings) = seen else { return "-" }
        let last = sightings.last
        let place = last.recording.map(MatchTable.shown) ?? "here"
        return (count == 1 ? "once, " : "\(count) times, last ") + place + " "
            + ClockText.hours(Double(last.start) / 1_000_000)
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
