internal import Platform

/// A catalogue that is made or brought up to date: one transaction for each recording, so that readers and
/// whatever kills the process find recordings whole. Used by one thread at a time.
package final class CatalogueWriter {
    private let file: SQLiteFile
    private let path: String
    private var inserts: [CatalogueTable: SQLiteStatement] = [:]
    private var deletes: [CatalogueTable: SQLiteStatement] = [:]
    private var held: [String: String] = [:]

    /// Opens a catalogue, or makes one.
    ///
    /// - Parameters:
    ///   - path: absolute.
    ///   - folder: of the results, absolute and without links: a catalogue holds those of one folder.
    ///   - embeddings: whether rows of embeddings are given. Where the catalogue was made otherwise, all of
    ///     its recordings count as changed.
    /// - Throws: `unusable` where the file is something else, of a later version, or of another folder;
    ///   `unwritable`, `taken`.
    package init(_ path: String, folder: String, embeddings: Bool) throws(CatalogueError) {
        self.path = path
        file = try SQLiteFile(path, isReading: false)
        // The first statement that reads finds out whether this is a database.
        let isEmpty = try file.number("SELECT count(*) FROM sqlite_schema") == 0
        if !isEmpty { try CatalogueReader.check(file, path) }
        // A row of embeddings fits into a page.
        if isEmpty { try file.run("PRAGMA page_size=8192") }
        // Readers see the state before a transaction, and a commit is one write; a crash of the machine may
        // undo the last ones, never half of one.
        try file.run("PRAGMA journal_mode=WAL")
        try file.run("PRAGMA synchronous=NORMAL")
        try file.run("PRAGMA cache_size=-65536")
        if isEmpty { try make(folder, embeddings) } else { try adopt(folder, embeddings) }
        for table in CatalogueTable.allCases {
            let marks = table.columns.map { _ in "?" }.joined(separator: ", ")
            inserts[table] = try file.statement("INSERT INTO \(table.rawValue) VALUES(\(marks))")
            deletes[table] = try file.statement("DELETE FROM \(table.rawValue) WHERE recording = ?")
        }
        let notes = try file.statement("SELECT name, note_sha256 FROM recordings JOIN runs USING(recording)")
        while try notes.next() {
            if case (.text(let name), .text(let digest)) = (notes[0], notes[1]) { held[name] = digest }
        }
    }

    /// The recordings that it holds, each with the digest of its note.
    package var notes: [String: String] { held }

    /// Puts a recording in, in place of what there was of it. Throws `unwritable`, `taken`.
    package func put(_ entry: CatalogueEntry) throws(CatalogueError) {
        try transaction { () throws(CatalogueError) in
            if held[entry.name] != nil { try delete(entry.key) }
            for table in CatalogueTable.allCases {
                for row in entry.rows[table] ?? [] { try inserts[table]?.run(row) }
            }
        }
        if case .text(let digest)? = entry.rows[.runs]?.first?.last { held[entry.name] = digest }
    }

    /// Takes a recording out, if it is there and `isGone` still holds. Throws `unwritable`, `taken`.
    package func remove(_ name: String, where isGone: () -> Bool) throws(CatalogueError) -> Bool {
        var isRemoved = false
        try transaction { () throws(CatalogueError) in
            guard held[name] != nil, isGone() else { return }
            try delete(CatalogueEntry.key(of: name))
            isRemoved = true
        }
        if isRemoved { held[name] = nil }
        return isRemoved
    }

    /// Makes it one file again, which may be copied and read anywhere. Where somebody reads at this moment it
    /// stays as it is, whole all the same.
    package func finish() {
        try? file.run("PRAGMA wal_checkpoint(TRUNCATE)")
        inserts = [:]
        deletes = [:]
        try? file.run("PRAGMA journal_mode=DELETE")
    }

    private func delete(_ key: Int64) throws(CatalogueError) {
        for table in CatalogueTable.allCases { try deletes[table]?.run([.integer(key)]) }
    }

    private func make(_ folder: String, _ embeddings: Bool) throws(CatalogueError) {
        try transaction { () throws(CatalogueError) in
            // Another command may just have made it.
            guard try file.number("SELECT count(*) FROM sqlite_schema") == 0 else { return }
            for statement in CatalogueTable.statements { try file.run(statement) }
            try file.statement("INSERT INTO source VALUES(?, ?)")
                .run([.text(folder), .integer(embeddings ? 1 : 0)])
            try file.run("PRAGMA application_id=\(CatalogueTable.application)")
            try file.run("PRAGMA user_version=\(CatalogueTable.version)")
        }
        try adopt(folder, embeddings)
    }

    private func adopt(_ folder: String, _ embeddings: Bool) throws(CatalogueError) {
        let source = try file.statement("SELECT folder, embeddings FROM source")
        guard try source.next(), case (.text(let known), .integer(let kept)) = (source[0], source[1]) else {
            throw CatalogueError(
                .unusable, "'\(path)' is damaged; remove it, and make it again from the results")
        }
        // One that an earlier version made may name it by another way.
        guard known == folder || resolvedPath(known) == folder else {
            throw CatalogueError(
                .unusable,
                "'\(path)' holds the results of '\(known)'; give these another file, or remove it if they moved here"
            )
        }
        _ = try source.next()
        if known != folder {
            try transaction { () throws(CatalogueError) in
                try file.statement("UPDATE source SET folder = ?").run([.text(folder)])
            }
        }
        guard (kept == 1) != embeddings else { return }
        try transaction { () throws(CatalogueError) in
            try file.statement("UPDATE source SET embeddings = ?").run([.integer(embeddings ? 1 : 0)])
            try file.run("UPDATE runs SET note_sha256 = ''")
        }
    }

    private func transaction(_ body: () throws(CatalogueError) -> Void) throws(CatalogueError) {
        try file.run("BEGIN IMMEDIATE")
        do throws(CatalogueError) {
            try body()
            try file.run("COMMIT")
        } catch {
            try? file.run("ROLLBACK")
            throw error
        }
    }
}
