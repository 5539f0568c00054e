import JSONText
import SceneFormats
import SceneIndex
import Timeline

/// A scene that somebody asked about.
struct AskedScene {
    var recording: String
    /// Its vector may have no direction: then nothing is like it.
    var scene: IndexedScene
    /// Rows of the index that are no answer.
    var excluded: Range<Int>
}

/// What `similar` found, as rows for people or JSON lines.
enum MatchTable {
    static let header = "   score  scene         start        length  recording\n"

    /// One row. Starts and lengths are milliseconds.
    static func row(_ match: SceneMatch) -> String {
        pad(score(match), 8) + pad("\(match.scene.number)", 7) + pad(clock(match.scene.start), 14)
            + pad(clock(match.scene.end - match.scene.start), 14) + "  " + shown(match.recording.name)
            + (aired(match).map { "  " + $0 } ?? "") + "\n"
    }

    /// What stands above the rows of a scene where several are asked about.
    static func heading(_ asked: AskedScene) -> String {
        "scene \(asked.scene.number) of \(shown(asked.recording)), at \(clock(asked.scene.start)):\n"
    }

    /// One object with a newline.
    static func line(_ match: SceneMatch, rank: Int, of asked: AskedScene) -> String {
        var question = JSONLine()
        question.field("recording", asked.recording)
        question.field("scene", asked.scene.number)
        question.field("start", microseconds: asked.scene.start)
        question.field("end", microseconds: asked.scene.end)
        var line = JSONLine()
        line.field("asked", raw: question.object)
        line.field("rank", rank)
        line.field("score", raw: score(match))
        line.field("recording", match.recording.name)
        line.field("scene", match.scene.number)
        line.field("start", microseconds: match.scene.start)
        line.field("end", microseconds: match.scene.end)
        line.field("aired", aired(match))
        return line.object + "\n"
    }

    /// A name for a line of a table, where what would end the line, or move or color it, stands as an escape.
    static func shown(_ name: String) -> String { Console.shown(name) }

    private static func score(_ match: SceneMatch) -> String {
        JSONLine.decimal(micro: Int64((Double(match.score) * 1_000_000).rounded()))
    }

    /// When the scene was on air; nil where nobody said so.
    private static func aired(_ match: SceneMatch) -> String? {
        guard let start = match.recording.aired.flatMap(WallTime.init) else { return nil }
        return WallTime(milliseconds: start.milliseconds + match.scene.start / 1000).description
    }

    private static func clock(_ microseconds: Int64) -> String {
        ClockText.hours(Double(microseconds) / 1_000_000)
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
