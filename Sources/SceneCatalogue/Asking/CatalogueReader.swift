/// A catalogue that is asked. Nothing is written to it. Used by one thread at a time.
package final class CatalogueReader {
    private let file: SQLiteFile

    /// Opens a catalogue. `path` is absolute. Throws `unreadable`; `unusable` where it is none, or of a later
    /// version.
    package init(_ path: String) throws(CatalogueError) {
        file = try SQLiteFile(path, isReading: true)
        try Self.check(file, path)
    }

    /// Throws where a file is no catalogue of a known version.
    static func check(_ file: SQLiteFile, _ path: String) throws(CatalogueError) {
        guard try file.number("PRAGMA application_id") == CatalogueTable.application else {
            throw CatalogueError(
                .unusable,
                "'\(path)' is not a catalogue; give a file that scened catalogue made, or the name of a new one"
            )
        }
        let version = try file.number("PRAGMA user_version")
        guard version >= CatalogueTable.version else {
            throw CatalogueError(
                .unusable,
                "'\(path)' has version \(version) of the tables, this scened knows \(CatalogueTable.version); remove it, and make it again from the results"
            )
        }
        guard version == CatalogueTable.version else {
            throw CatalogueError(
                .unusable,
                "'\(path)' has version \(version) of the tables, this scened knows \(CatalogueTable.version); use the scened that made it, or make another from the results"
            )
        }
    }

    /// The answer to a question, row by row. Throws `question` where its expression is wrong; rows may throw
    /// it, too.
    package func answer(_ question: CatalogueQuestion) throws(CatalogueError) -> CatalogueAnswer {
        let statement = try file.statement(question.text)
        try statement.bind(question.values)
        return CatalogueAnswer(statement)
    }

    /// The folder of the results that it was made of, absolute.
    package func folder() throws(CatalogueError) -> String {
        let source = try file.statement("SELECT folder FROM source")
        guard try source.next(), case .text(let folder) = source[0] else { return "/" }
        return folder
    }

    /// Tags that scenes have, the surest first, each once.
    package func likelyTags() throws(CatalogueError) -> [CatalogueScene: [String]] {
        let rows = try file.statement(
            """
            SELECT name, scene, tag FROM tags JOIN recordings USING(recording) \
            WHERE \(CatalogueTable.hasTag) GROUP BY recording, scene, tag ORDER BY max(value) DESC, tag
            """)
        var tags: [CatalogueScene: [String]] = [:]
        while try rows.next() {
            guard case (.text(let name), .integer(let scene), .text(let tag)) = (rows[0], rows[1], rows[2])
            else { continue }
            tags[CatalogueScene(recording: name, number: Int(scene)), default: []].append(tag)
        }
        return tags
    }

    /// Names of recordings among whose results there is a file of this name.
    package func names(withFile name: String) throws(CatalogueError) -> Set<String> {
        let rows = try file.statement(
            "SELECT name FROM recordings WHERE EXISTS(SELECT 1 FROM json_each(files) WHERE value = ?)")
        try rows.bind([.text(name)])
        var names: Set<String> = []
        while try rows.next() { if case .text(let name) = rows[0] { names.insert(name) } }
        return names
    }

    /// What it holds, in figures.
    package func summary() throws(CatalogueError) -> CatalogueSummary {
        let counts = try file.statement(
            """
            SELECT count(*), coalesce(sum(duration), 0.0), coalesce(sum(shots), 0), coalesce(sum(scenes), 0), \
            coalesce(sum(boundaries), 0), coalesce(sum(doubtful), 0), count(damage) \
            FROM recordings INDEXED BY recordings_by_duration
            """)
        _ = try counts.next()
        func whole(_ place: Int) -> Int {
            if case .integer(let value) = counts[place] { Int(value) } else { 0 }
        }
        var summary = CatalogueSummary()
        (summary.recordings, summary.shots, summary.scenes) = (whole(0), whole(2), whole(3))
        (summary.boundaries, summary.doubtful, summary.damaged) = (whole(4), whole(5), whole(6))
        if case .real(let seconds) = counts[1] { summary.seconds = seconds }
        // From one name to the next, without the rows between them.
        let tags = try file.statement(
            """
            WITH RECURSIVE names(tag) AS (SELECT min(tag) FROM tags UNION ALL \
            SELECT (SELECT min(tag) FROM tags WHERE tag > names.tag) FROM names WHERE tag IS NOT NULL) \
            SELECT tag FROM names WHERE tag IS NOT NULL LIMIT 1000
            """)
        while try tags.next() { if case .text(let tag) = tags[0] { summary.tags.append(tag) } }
        return summary
    }
}

/// A scene by its recording and its number there, from 1.
package struct CatalogueScene: Hashable, Sendable {
    package var recording: String
    package var number: Int

    package init(recording: String, number: Int) {
        (self.recording, self.number) = (recording, number)
    }
}

/// The rows of an answer, from the first on.
package final class CatalogueAnswer {
    private let statement: SQLiteStatement
    package let columns: [String]

    fileprivate init(_ statement: SQLiteStatement) {
        self.statement = statement
        columns = statement.columns
    }

    /// The next row, in the order of `columns`; nil at the end.
    package func next() throws(CatalogueError) -> [CatalogueValue]? {
        guard try statement.next() else { return nil }
        return columns.indices.map { statement[$0] }
    }
}

/// What a catalogue holds, in figures.
package struct CatalogueSummary: Hashable, Sendable {
    package var recordings = 0
    /// Of film.
    package var seconds = 0.0
    package var shots = 0
    package var scenes = 0
    package var boundaries = 0
    package var doubtful = 0
    package var damaged = 0
    /// At most a thousand names, in order.
    package var tags: [String] = []

    package init() {}
}
