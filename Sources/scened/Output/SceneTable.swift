import JSONText
import SceneFormats
import Timeline

/// The table of scenes that a person sees at the end: start, length, score of the boundary that ended it.
/// Starts are milliseconds, rounded up: a player that goes there shows the scene.
struct SceneTable {
    private var rows: [(index: Int, start: Double, length: Double, score: Score?, end: SceneEnd)] = []

    mutating func add(_ scene: Scene, clock: MediaClock) {
        let start =
            Double(clock.timeBase.ceiling(scene.start.pts - clock.startPTS, perSecond: 1000)) / 1000
        let length = clock.timeBase.seconds(scene.end.pts - scene.start.pts)
        rows.append((scene.index, start, length, scene.score, scene.endReason))
    }

    /// The table with its head; one line that says so where there is no scene.
    var text: String {
        guard !rows.isEmpty else { return "no scenes\n" }
        var lines = ["scene         start        length     score"]
        for row in rows {
            let score = row.score.map { JSONLine.decimal(micro: Int64($0.millionths)) } ?? row.end.rawValue
            lines.append(
                pad("\(row.index)", 5) + pad(ClockText.hours(row.start), 14)
                    + pad(ClockText.hours(row.length), 14) + pad(score, 10))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func pad(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
