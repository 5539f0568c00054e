import Foundation
import Platform
import SceneIndex
import TensorKernels
import Testing

/// Indexes that become one.
@Suite struct SceneIndexMergeTests {
    private static func scenes(_ count: Int, seed: Int) -> [IndexedScene] {
        var random = SeededGenerator(seed: UInt64(seed))
        return IndexFolder.scenes(count, width: 24, using: &random)
    }

    /// What is removed or replaced stays behind; the rest is what it was, with its times.
    @Test func onlyWhatIsThereComesAlong() throws {
        let old = try IndexFolder()
        let new = try IndexFolder()
        do {
            let writer = try old.writer()
            for (place, name) in ["z", "b", "gone", "a"].enumerated() {
                _ = try writer.add(
                    name, Self.scenes(6 + place, seed: place), indexed: "2026-01-0\(place + 1)T00:00:00Z",
                    aired: place == 1 ? "2025-12-31T20:15:00Z" : nil, replaces: false)
            }
            try writer.remove("gone")
            try writer.add("b", Self.scenes(3, seed: 9), replaces: true)
        }
        let source = try old.index()
        #expect(source.book.rowCount == 33 && source.sceneCount == 18)
        #expect(
            try new.writer().add(source, replaces: false)
                == IndexMerge(added: 3, replaced: 0, present: 0, scenes: 18))
        let merged = try new.index()
        #expect(merged.book.rowCount == 18 && merged.book.entries.map(\.name) == ["z", "a", "b"])
        for entry in source.book.live {
            let copy = try merged.recording(entry.name)
            #expect(copy.indexed == entry.indexed && copy.aired == entry.aired)
            #expect(merged.scenes(of: copy) == source.scenes(of: entry))
        }
        try merged.verify()
        // Once more, as after a merge that broke off, and into itself: nothing changes.
        for index in [source, merged] {
            #expect(
                try new.writer().add(index, replaces: false)
                    == IndexMerge(added: 0, replaced: 0, present: 3, scenes: 18))
        }
        #expect(try new.index().book == merged.book)
    }

    /// Another recording of a name stops the merge before it, or goes.
    @Test func namesThatAreTaken() throws {
        let old = try IndexFolder()
        let new = try IndexFolder()
        do {
            let writer = try old.writer()
            try writer.add("first", Self.scenes(2, seed: 1))
            try writer.add("taken", Self.scenes(3, seed: 2))
            try writer.add("last", Self.scenes(4, seed: 3))
        }
        try new.writer().add("taken", Self.scenes(5, seed: 4))
        let source = try old.index()
        #expect(throws: IndexError.self) { try new.writer().add(source, replaces: false) }
        #expect(try new.index().book.live.map(\.name) == ["first", "taken"])
        #expect(
            try new.writer().add(source, replaces: true)
                == IndexMerge(added: 1, replaced: 1, present: 1, scenes: 9))
        #expect(try new.index().book.live.map(\.count) == [2, 4, 3])
    }

    /// Rows that are not as they were written do not spread.
    @Test func damageStopsIt() throws {
        let old = try IndexFolder()
        let new = try IndexFolder()
        try old.writer().add("whole", Self.scenes(3, seed: 1))
        try old.writer().add("torn", Self.scenes(3, seed: 2))
        let url = URL(filePath: old.path + "/vectors-0000.npy")
        var bytes = try Data(contentsOf: url)
        bytes[bytes.count - 40] ^= 1
        try bytes.write(to: url)
        let source = try old.index()
        #expect { try new.writer().add(source, replaces: false) } throws: {
            "\($0)".contains("'torn' are not as they were written")
        }
        #expect(try new.index().book.live.map(\.name) == ["whole"])
    }
}
