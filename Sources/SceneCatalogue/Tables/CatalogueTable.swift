/// The tables of a catalogue, and their columns in order. docs/reference/catalogue.md says what each holds.
package enum CatalogueTable: String, CaseIterable, Sendable {
    case recordings, scenes, boundaries, shots, tags, blocks, gaps, embeddings
    /// What differs between two runs over equal films.
    case runs

    package struct Column: Hashable, Sendable {
        package var name: String
        /// `INTEGER`, `REAL`, `TEXT` or `BLOB`.
        package var type: String
        package var isOptional = false
    }

    /// Version of the tables; raised when one of them changes. Stands in the file as SQLite's
    /// `user_version`.
    package static let version: Int64 = 1
    /// Marks the file as a catalogue: SQLite's `application_id`, `SCND` in ASCII.
    package static let application: Int64 = 0x5343_4e44

    /// Whether a row of `tags` says that the scene has the tag, and not only how unlikely it is: a probe
    /// finds it likelier than not, or a sentence has a tenth of all. As `export` names tags.
    static let hasTag = "value >= CASE source WHEN 'probe' THEN 0.5 ELSE 0.1 END"

    package var columns: [Column] {
        switch self {
        case .recordings:
            [
                Self.integer("recording"), Self.text("name"), Self.text("input"), Self.integer("size", true),
                Self.real("modified", true), Self.text("ends_sha256", true), Self.real("duration"),
                Self.integer("shots"), Self.integer("scenes"), Self.integer("boundaries"),
                Self.integer("doubtful"), Self.text("damage", true), Self.text("container"),
                Self.text("codec"),
                Self.integer("width"), Self.integer("height"), Self.text("scorer"), Self.text("encoder"),
                Self.integer("neighbors"), Self.text("model_sha256", true), Self.text("model_file", true),
                Self.text("options"), Self.text("program"), Self.text("files"),
            ]
        case .scenes:
            [
                Self.integer("recording"), Self.integer("scene"), Self.real("start_t"), Self.real("end_t"),
                Self.real("length"), Self.integer("start_frame", true), Self.integer("end_frame", true),
                Self.text("start_timecode", true), Self.text("end_reason"), Self.real("score", true),
                Self.integer("first_shot"), Self.integer("last_shot"), Self.text("block", true),
            ]
        case .boundaries:
            [
                Self.integer("recording"), Self.integer("boundary"), Self.real("at_t"),
                Self.integer("at_frame", true), Self.text("at_timecode", true), Self.text("kind"),
                Self.real("score"), Self.real("threshold"), Self.real("margin"),
                Self.real("probability", true),
                Self.text("transition", true), Self.integer("left_shot"), Self.integer("right_shot"),
            ]
        case .shots:
            [
                Self.integer("recording"), Self.integer("shot"), Self.real("start_t"), Self.real("end_t"),
                Self.real("length"), Self.integer("start_frame", true), Self.integer("end_frame", true),
                Self.text("transition"), Self.real("transition_score"), Self.integer("parts"),
            ]
        case .tags:
            [
                Self.integer("recording"), Self.integer("scene"), Self.text("source"), Self.text("tag"),
                Self.real("value"), Self.real("cosine", true),
            ]
        case .blocks:
            [
                Self.integer("recording"), Self.integer("block"), Self.real("start_t"), Self.real("end_t"),
                Self.real("length"), Self.text("kind"), Self.real("probability", true),
            ]
        case .gaps:
            [
                Self.integer("recording"), Self.integer("gap"), Self.real("start_t"), Self.real("end_t"),
                Self.real("length"), Self.text("reason"),
            ]
        case .embeddings:
            [
                Self.integer("recording"), Self.integer("part"), Self.integer("shot"), Self.real("start_t"),
                Self.real("end_t"), Column(name: "vector", type: "BLOB"),
            ]
        case .runs:
            [
                Self.integer("recording"), Self.text("run"), Self.text("wall"), Self.real("seconds"),
                Self.text("note_sha256"),
            ]
        }
    }

    /// Columns that tell rows apart.
    var key: [String] {
        switch self {
        case .recordings, .runs: ["recording"]
        case .tags: ["recording", "scene", "source", "tag"]
        case .embeddings: ["recording", "part"]
        case .scenes, .boundaries, .shots, .blocks, .gaps:
            ["recording", String(rawValue == "boundaries" ? "boundary" : rawValue.dropLast())]
        }
    }

    /// The statements that make the tables of an empty file, and what finds rows in them.
    static var statements: [String] {
        var statements = allCases.map { table in
            let columns = table.columns.map { "\($0.name) \($0.type)\($0.isOptional ? "" : " NOT NULL")" }
            // Rows that are long stand where their number says, others beside those of the same recording.
            return "CREATE TABLE \(table.rawValue)(\(columns.joined(separator: ", ")), "
                + "PRIMARY KEY(\(table.key.joined(separator: ", "))))"
                + (table == .recordings ? "" : " WITHOUT ROWID")
        }
        statements += [
            // One row: the folder that was read, and whether embeddings were.
            "CREATE TABLE source(folder TEXT NOT NULL, embeddings INTEGER NOT NULL)",
            "CREATE UNIQUE INDEX recordings_by_name ON recordings(name)",
            // Holds what a summary counts, so that it reads no options.
            "CREATE INDEX recordings_by_duration ON recordings(duration, shots, scenes, boundaries, doubtful, damage)",
            "CREATE INDEX recordings_by_doubt ON recordings(doubtful)",
            "CREATE INDEX scenes_by_length ON scenes(length)",
            "CREATE INDEX boundaries_by_margin ON boundaries(margin)",
            "CREATE INDEX tags_by_name ON tags(tag, value)",
        ]
        return statements
    }

    private static func integer(_ name: String, _ isOptional: Bool = false) -> Column {
        Column(name: name, type: "INTEGER", isOptional: isOptional)
    }
    private static func real(_ name: String, _ isOptional: Bool = false) -> Column {
        Column(name: name, type: "REAL", isOptional: isOptional)
    }
    private static func text(_ name: String, _ isOptional: Bool = false) -> Column {
        Column(name: name, type: "TEXT", isOptional: isOptional)
    }
}
