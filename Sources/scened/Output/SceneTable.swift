import JSONText
import SceneFormats
import Timeline

/// The table of scenes that a person sees: number from 1 as in chapters, start, length, and the score of the
/// boundary that ends it; where blocks were asked for, the kind of block, too. Starts are milliseconds,
/// rounded up: a player that goes there shows the scene.
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
        let header = scene.block == nil ? Self.header : Self.header.dropLast() + "  block\n"
        let block = scene.block.map { "  " + ($0.kind?.rawValue ?? "?") } ?? ""
        let added = (text.isEmpty ? String(header) : "") + row + block + "\n"
        text += added
        return added
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
