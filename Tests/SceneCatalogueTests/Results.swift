import ArchiveBatch
import Foundation
import SceneCatalogue
import TestSupport
import Testing

/// Results of films as a batch leaves them, made of sample streams.
enum Results {
    static func note(
        _ name: String, shots: Int, boundaries: Int, seconds: Int64 = 250_000, damage: String? = nil
    ) -> DoneNote {
        DoneNote(
            id: name, input: "/films/\(name)",
            identity: InputIdentity(size: 12, modified: 1_700_000_000_123_456), ends: "ab",
            digests: BatchDigests(reading: "r", scoring: "s", exports: "e"), program: "1.0", damage: damage,
            files: ["events.jsonl", "report.html"],
            counts: FilmCounts(
                filmSeconds: 60_000_000, shots: shots, scenes: shots, boundaries: boundaries, doubtful: 1),
            hasCues: false, seconds: seconds)
    }

    static func entry(
        _ name: String, _ stream: SampleStream = SampleStream(), seconds: Int64 = 250_000,
        damage: String? = nil, edit: (String) -> String = { $0 }
    ) throws -> CatalogueEntry {
        let gaps = stream.gaps.count { $0 != 0 }
        let count = stream.lengths.count
        let note = note(
            name, shots: count, boundaries: max(0, count - 1 - gaps), seconds: seconds, damage: damage)
        let bytes = Array(note.text.utf8)
        return try CatalogueEntry(
            name: name, note: note, noteDigest: CatalogueEntry.digest(ofNote: bytes),
            events: Array(edit(stream.lines.joined()).utf8))
    }

    /// A new catalogue of entries.
    static func catalogue(
        _ entries: [CatalogueEntry], at path: String, folder: String = "/results"
    ) throws {
        let writer = try CatalogueWriter(path, folder: folder, embeddings: false)
        for entry in entries { try writer.put(entry) }
        writer.finish()
    }

    /// What SQLite of Python reads: all statements that make the file again, without volatile tables.
    static func dump(_ path: String, runs: Bool = false) throws -> String {
        let script = """
            import sqlite3, sys
            file = sqlite3.connect(sys.argv[1])
            left = () if sys.argv[2] == "all" else ('INSERT INTO "runs"', 'INSERT INTO "source"')
            print("\\n".join(line for line in file.iterdump() if not line.startswith(left or ("\\0",))))
            """
        let result = try ExternalTool.run(["python3", "-c", script, path, runs ? "all" : "steady"])
        #expect(result.status == 0, "\(result.errors)")
        return result.output
    }
}
