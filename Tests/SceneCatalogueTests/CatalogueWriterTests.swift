import Foundation
import SceneCatalogue
import TestSupport
import Testing

/// Catalogues on disk.
@Suite struct CatalogueWriterTests {
    private static func path() throws -> String {
        try Files.temporaryFolder().appending(path: "films.sqlite").path
    }

    /// However it came to hold its recordings, a catalogue of the same results is the same.
    @Test func equalResultsGiveEqualCatalogues() throws {
        let entries = try (0..<7).map { index in
            try Results.entry("film\(index)", SampleStream(lengths: (0...Int64(index)).map { 50 + $0 }))
        }
        let (serial, other) = (try Self.path(), try Self.path())
        try Results.catalogue(entries, at: serial)
        // In another order, with results that were replaced, with one that went away, in two goes.
        let writer = try CatalogueWriter(other, folder: "/results", embeddings: false)
        try writer.put(try Results.entry("gone"))
        for entry in entries.reversed().prefix(4) { try writer.put(entry) }
        try writer.put(try Results.entry("film6", SampleStream.withGap, seconds: 9))
        writer.finish()
        let again = try CatalogueWriter(other, folder: "/results", embeddings: false)
        #expect(again.notes.count == 5)
        #expect(try again.remove("gone", where: { true }))
        #expect(try !again.remove("gone", where: { true }))
        #expect(try !again.remove("film3", where: { false }))
        for entry in entries.prefix(3) + entries.suffix(1) { try again.put(entry) }
        again.finish()
        let dump = try Results.dump(serial, runs: true)
        #expect(try Results.dump(other, runs: true) == dump)
        #expect(dump.contains("film6") && !dump.contains("gone"))
        // What differs between runs stands in one table.
        let late = try Self.path()
        try Results.catalogue(
            try (0..<7).map { index in
                try Results.entry(
                    "film\(index)", SampleStream(lengths: (0...Int64(index)).map { 50 + $0 }), seconds: 77
                ) {
                    $0.replacingOccurrences(
                        of: "01J00000000000000000000000", with: "01J00000000000000000000001"
                    )
                    .replacingOccurrences(of: "2026-01-02", with: "2026-01-03")
                }
            }, at: late, folder: "/elsewhere")
        #expect(try Results.dump(late, runs: true) != dump)
        #expect(try Results.dump(late) == Results.dump(serial))
        // At rest it is one file.
        let names = try FileManager.default.contentsOfDirectory(
            atPath: URL(filePath: other).deletingLastPathComponent().path)
        #expect(names == ["films.sqlite"])
    }

    /// A folder is the same one whichever way leads to it, also in a catalogue of an earlier version.
    @Test func oneFolderByManyWays() throws {
        let folder = try Files.temporaryFolder().resolvingSymlinksInPath()
        let (results, link) = (folder.appending(path: "results"), folder.appending(path: "link"))
        try FileManager.default.createDirectory(at: results, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: results)
        for way in [results.path + "/", results.path + "/.", results.path + "/../results", link.path] {
            let path = folder.appending(path: "films.sqlite").path
            try Results.catalogue([try Results.entry("a")], at: path, folder: way)
            let writer = try CatalogueWriter(path, folder: results.path, embeddings: false)
            #expect(writer.notes.count == 1, "\(way)")
            writer.finish()
            #expect(try CatalogueReader(path).folder() == results.path, "\(way)")
            #expect(throws: CatalogueError.self, "\(way)") {
                try CatalogueWriter(path, folder: folder.path, embeddings: false)
            }
            try FileManager.default.removeItem(atPath: path)
        }
    }

    /// Where embeddings are wanted all of a sudden, every recording counts as changed.
    @Test func embeddingsAreWantedLater() throws {
        let path = try Self.path()
        try Results.catalogue([try Results.entry("a")], at: path)
        let writer = try CatalogueWriter(path, folder: "/results", embeddings: true)
        #expect(writer.notes == ["a": ""])
    }

    /// A reader sees the state before a recording or behind it, never half of one.
    @Test func readersSeeWholeRecordings() throws {
        let path = try Self.path()
        let writer = try CatalogueWriter(path, folder: "/results", embeddings: false)
        try writer.put(try Results.entry("a"))
        let reader = try CatalogueReader(path)
        #expect(try reader.summary().scenes == 3)
        var all = CatalogueQuestion()
        let rows = try reader.answer(all)
        _ = try rows.next()
        try writer.put(try Results.entry("a", SampleStream.oneScene))
        // The answer that has begun goes on.
        #expect(try rows.next() != nil && rows.next() != nil && rows.next() == nil)
        all.isCount = true
        #expect(try reader.answer(all).next() == [.integer(1), .real(2)])
        writer.finish()
    }

    /// What SQLite holds in a file that is to be a catalogue.
    private static func sqlite(_ path: String, _ statements: String) throws {
        let result = try ExternalTool.run([
            "python3", "-c", "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])",
            path, statements,
        ])
        #expect(result.status == 0, "\(result.errors)")
    }

    @Test func otherFiles() throws {
        let path = try Self.path()
        func refusal(_ folder: String = "/results") -> [CatalogueError?] {
            let written = #expect(throws: CatalogueError.self) {
                try CatalogueWriter(path, folder: folder, embeddings: false)
            }
            return [
                written,
                folder == "/results"
                    ? #expect(throws: CatalogueError.self) { try CatalogueReader(path) } : nil,
            ]
        }
        let noFile = #expect(throws: CatalogueError.self) { try CatalogueReader(path) }
        #expect(noFile?.code == .unreadable && noFile?.description.contains("check the path") == true)
        try Data("no database, but long enough to be one, which SQLite reads a hundred bytes of".utf8)
            .write(to: URL(filePath: path))
        for error in refusal() {
            #expect(error?.code == .unusable && error?.description.contains("is not a catalogue") == true)
        }
        try FileManager.default.removeItem(atPath: path)
        try Self.sqlite(path, "CREATE TABLE films(name)")
        for error in refusal() {
            #expect(error?.code == .unusable && error?.description.contains("is not a catalogue") == true)
        }
        try FileManager.default.removeItem(atPath: path)
        try Results.catalogue([try Results.entry("a")], at: path)
        #expect(refusal("/other")[0]?.description.contains("holds the results of '/results'") == true)
        try Self.sqlite(path, "PRAGMA user_version=2")
        for error in refusal() {
            #expect(error?.description.contains("has version 2 of the tables, this scened knows 1") == true)
        }
        try Self.sqlite(path, "PRAGMA user_version=0")
        for error in refusal() {
            #expect(error?.description.contains("remove it, and make it again") == true)
        }
        // Damage in the middle is found where it is read.
        try Self.sqlite(path, "PRAGMA user_version=1")
        let bytes = try Data(contentsOf: URL(filePath: path))
        try bytes.prefix(bytes.count / 2).write(to: URL(filePath: path))
        for error in refusal() { #expect(error?.code == .unusable, "\(String(describing: error))") }
    }

    /// Columns that are documented are those that there are, and the other way round.
    @Test func thePageNamesEveryColumn() throws {
        let page = try MarkdownPage("docs/reference/catalogue.md")
        for table in CatalogueTable.allCases {
            #expect(page.names(table.rawValue, "Column") == Set(table.columns.map(\.name)), "\(table)")
        }
    }
}
