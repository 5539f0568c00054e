import JSONText
import SceneEvaluation

/// What `probe apply` found, as rows for people or JSON lines.
enum TagTable {
    /// What stands above the rows of a film.
    static func heading(_ film: TaggedFilm, isFirst: Bool) -> String {
        (isFirst ? "" : "\n") + heading(film.name)
    }

    static func heading(_ name: String) -> String {
        "\(MatchTable.shown(name))\n  scene         start        length  tags\n"
    }

    /// One row: probabilities are percent.
    static func row(_ scene: TaggedFilm.Scene, minimum: Double) -> String {
        let tags = scene.tags.filter { $0.probability >= minimum }.map {
            "\(MatchTable.shown($0.label)) \(Decimals.fixed($0.probability * 100, digits: 0)) %"
        }
        return pad("\(scene.number)", 7) + pad(clock(scene.start), 14)
            + pad(scene.end.map { clock($0 - scene.start) } ?? "-", 14) + "  "
            + (tags.isEmpty ? "-" : tags.joined(separator: ", ")) + "\n"
    }

    /// One object with a newline.
    static func line(_ scene: TaggedFilm.Scene, of film: TaggedFilm, minimum: Double) -> String {
        var line = JSONLine()
        line.field("recording", film.name)
        if let end = scene.end {
            line.field("scene", scene.number)
            line.field("start", microseconds: scene.start)
            line.field("end", microseconds: end)
        } else {
            line.field("change", scene.number)
            line.field("start", microseconds: scene.start)
        }
        line.field(
            "tags",
            list: scene.tags.filter { $0.probability >= minimum }.map { tag in
                var object = JSONLine()
                object.field("label", tag.label)
                object.field(
                    "probability",
                    raw: JSONLine.decimal(micro: Int64((tag.probability * 1_000_000).rounded())))
                return object.object
            })
        return line.object + "\n"
    }

    private static func clock(_ microseconds: Int64) -> String {
        ClockText.hours(Double(microseconds) / 1_000_000)
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
