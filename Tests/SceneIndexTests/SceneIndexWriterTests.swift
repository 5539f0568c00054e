import Foundation
import Platform
import SceneIndex
import TensorKernels
import Testing

/// What an index takes in, gives up, and keeps whatever happens.
@Suite struct SceneIndexWriterTests {
    private static func scenes(_ count: Int, seed: Int = 1) -> [IndexedScene] {
        var random = SeededGenerator(seed: UInt64(seed))
        return IndexFolder.scenes(count, width: 24, using: &random)
    }

    private static func replacing(_ old: String, with new: String, in bytes: Data) -> Data {
        Data(String(decoding: bytes, as: UTF8.self).replacing(old, with: new).utf8)
    }

    /// Every recording with its scenes, in words.
    private static func contents(_ index: SceneIndex) -> [String] {
        index.book.live.flatMap { entry in
            index.scenes(of: entry).map {
                "\(entry.name) \($0.number) \($0.start)-\($0.end) \($0.vector.bits)"
            }
        }
    }

    @Test func scenesComeBack() throws {
        let folder = try IndexFolder()
        let (first, second) = (Self.scenes(5, seed: 1), Self.scenes(9, seed: 2))
        do {
            let writer = try folder.writer()
            #expect(try writer.add("a", first) == .added)
            #expect(try writer.add("b", second) == .added)
            // The same again is nothing new.
            #expect(try writer.add("a", first) == .present)
            #expect(throws: IndexError.self) { try writer.add("a", second) }
        }
        var index = try folder.index()
        #expect(
            index.sceneCount == 14 && index.vectors.count == 2 && index.book.live.map(\.name) == ["a", "b"])
        #expect(index.scenes(of: try index.recording("a")) == first)
        #expect(index.scenes(of: try index.recording("b")) == second)
        try index.verify()
        do {
            let writer = try folder.writer()
            #expect(try writer.add("b", first, replaces: true) == .replaced)
            try writer.remove("a")
            #expect(throws: IndexError.self) { try writer.remove("a") }
        }
        // An index that is open stays what it was.
        #expect(index.scenes(of: try index.recording("b")) == second)
        index = try folder.index()
        #expect(index.sceneCount == 5 && index.book.rowCount == 19)
        #expect(index.scenes(of: try index.recording("b")) == first)
        #expect(throws: IndexError.self) { try index.recording("a") }
        try index.verify()
    }

    /// Whatever stands behind the last whole line, and behind its rows, is cut off.
    @Test func tornEndsAreCutOff() throws {
        let folder = try IndexFolder()
        try folder.writer().add("a", Self.scenes(5))
        let whole = try folder.index()
        let log = try Data(contentsOf: URL(filePath: folder.path + "/recordings.log"))
        let files = try folder.contents()
        for tail in [
            "x", "00000000 {\"added\":\"b\"", "00000000 {\"removed\":\"a\"}\n", "\n", "\0\0\0\0\n", "\0\0\0",
        ] {
            for name in ["vectors-0000.npy", "scenes-0000.npy", "vectors-0001.npy"] {
                let url = URL(filePath: folder.path + "/" + name)
                let bytes = (try? Data(contentsOf: url)) ?? Data()
                try (bytes + Data("torn".utf8)).write(to: url)
            }
            try (log + Data(tail.utf8)).write(to: URL(filePath: folder.path + "/recordings.log"))
            #expect(try Self.contents(folder.index()) == Self.contents(whole), "\(tail)")
            #expect(try folder.writer().add("b", Self.scenes(4, seed: 3)) == .added)
            var index = try folder.index()
            try index.verify()
            #expect(index.sceneCount == 9)
            try folder.writer().remove("b")
            index = try folder.index()
            #expect(Self.contents(index) == Self.contents(whole))
            // Back to where it was.
            try folder.restore(files)
        }
    }

    /// A writer that was ended may have begun several files: none of their rows comes back.
    @Test func begunFilesAreCutOff() throws {
        let folder = try IndexFolder()
        try folder.writer().add("a", Self.scenes(5))
        let log = try Data(contentsOf: URL(filePath: folder.path + "/recordings.log"))
        try folder.writer().add("lost", Self.scenes(30, seed: 2))
        // As before its line: heads say what they said, or nothing of rows.
        try log.write(to: URL(filePath: folder.path + "/recordings.log"))
        let files = try folder.contents().filter { $0.key.hasSuffix(".npy") }
        #expect(files.count == 10)
        for (name, bytes) in files {
            let count = name.hasSuffix("-0000.npy") ? "(5," : "(0,"
            let head = Self.replacing("(7,", with: count, in: bytes[10..<256])
            try (bytes[..<10] + head + bytes[256...]).write(to: URL(filePath: folder.path + "/" + name))
        }
        #expect(try folder.index().sceneCount == 5)
        let scenes = Self.scenes(30, seed: 3)
        #expect(try folder.writer().add("b", scenes) == .added)
        let index = try folder.index()
        try index.verify()
        #expect(index.scenes(of: try index.recording("b")) == scenes)
        #expect(try folder.contents()["vectors-0001.npy"]?.count == 256 + 7 * 48)
    }

    /// Rows that the heads count and the log does not: its lines are gone, which readers and writers say, and
    /// nothing is erased.
    @Test func lostLinesAreTold() throws {
        let folder = try IndexFolder()
        do {
            let writer = try folder.writer()
            // The first two fill a file.
            for (name, count) in [("a", 3), ("b", 4), ("c", 4), ("d", 16)] {
                try writer.add(name, Self.scenes(count, seed: count))
            }
        }
        let whole = try folder.contents()
        let lines = try #require(whole["recordings.log"]).split(separator: UInt8(ascii: "\n"))
        let log = try #require(whole["recordings.log"])
        var logs: [Data?] = [nil, Data(), log.dropLast(), log.dropLast(5)]
        for count in 1..<lines.count {
            logs.append(lines.prefix(count).reduce(Data()) { $0 + $1 + Data("\n".utf8) })
        }
        var flipped = log
        flipped[flipped.count - 20] ^= 1
        logs.append(flipped)
        for bytes in logs {
            try folder.restore(whole)
            let url = URL(filePath: folder.path + "/recordings.log")
            try FileManager.default.removeItem(at: url)
            try bytes?.write(to: url)
            let before = try folder.contents()
            let read = #expect(throws: IndexError.self) { _ = try folder.index() }
            let written = #expect(throws: IndexError.self) { _ = try folder.writer() }
            for error in [read, written] {
                #expect(error?.code == .unusable && error?.description.contains("rows, and '") == true)
            }
            #expect(try folder.contents() == before)
        }
        try folder.restore(whole)
        #expect(try folder.index().sceneCount == 27)
    }

    /// A reader whose log was read before a writer added a recording sees the index as it was.
    @Test func aWriterMayGoOnMeanwhile() throws {
        let folder = try IndexFolder()
        try folder.writer().add("a", Self.scenes(5))
        let log = try [UInt8](Data(contentsOf: URL(filePath: folder.path + "/recordings.log")))
        try folder.writer().add("b", Self.scenes(9, seed: 2))
        let index = try SceneIndex(directory: folder.path, files: EarlierLog(log))
        #expect(index.book.live.map(\.name) == ["a"])
        try index.verify()
    }

    /// Times that no scene has are refused before they are written: an index with them could not be opened.
    @Test(arguments: [(5, 4), (Int64.min, 0), (0, Int64.max), (Int64.min, Int64.max)] as [(Int64, Int64)])
    func timesOfNoScene(start: Int64, end: Int64) throws {
        let folder = try IndexFolder()
        try folder.writer().add("a", Self.scenes(2))
        let scenes = Self.scenes(3, seed: 2).map { scene in
            guard scene.number == 2 else { return scene }
            return IndexedScene(number: 2, start: start, end: end, vector: scene.vector)
        }
        let error = #expect(throws: IndexError.self) { try folder.writer().add("b", scenes) }
        #expect(error?.code == .unusable)
        #expect(try folder.index().book.live.map(\.name) == ["a"])
    }

    /// The heads that NumPy reads say what is there, also after a writer that ended too soon.
    @Test func headsFollow() throws {
        let folder = try IndexFolder()
        try folder.writer().add("a", Self.scenes(9))
        let url = URL(filePath: folder.path + "/vectors-0001.npy")
        func head() throws -> String {
            try #require(String(validating: Data(contentsOf: url)[10..<256], as: UTF8.self))
        }
        #expect(try head().contains("'descr': '<f2', 'fortran_order': False, 'shape': (2, 24), }"))
        let bytes = try Data(contentsOf: url)
        let stale = String(decoding: bytes[10..<256], as: UTF8.self).replacingOccurrences(
            of: "(2, ", with: "(0, ")
        try (bytes[..<10] + Data(stale.utf8) + bytes[256...]).write(to: url)
        #expect(try folder.index().sceneCount == 9)
        _ = try folder.writer()
        #expect(try head().contains("'shape': (2, 24), }") && head().last == "\n")
        let table = try Data(contentsOf: URL(filePath: folder.path + "/scenes-0000.npy"))
        #expect(table.count == 256 + 7 * 24)
        #expect(
            String(decoding: table[10..<256], as: UTF8.self).contains(
                "('end', '<i8')], 'fortran_order': False, 'shape': (7,), }"))
    }

    /// With any room on the disk, what was there stays, and what is added is whole or not there.
    @Test(arguments: [false, true])
    func fullDisk(failsToSync: Bool) throws {
        var outcomes: Set<Bool> = []
        for room in stride(from: 0, to: 2400, by: 37) {
            let folder = try IndexFolder()
            try folder.writer().add("a", Self.scenes(4))
            let before = try Self.contents(folder.index())
            var added = false
            do {
                let writer = try folder.writer(FullDisk(room: room, failsToSync: failsToSync))
                try writer.add("b", Self.scenes(10, seed: 2))
                added = true
            } catch {
                let text = String(describing: error)
                #expect(text.contains("No space left") && text.contains("free space"), "\(text)")
            }
            outcomes.insert(added)
            let index = try folder.index()
            try index.verify()
            #expect(index.sceneCount == (added ? 14 : 4))
            #expect(Self.contents(index).prefix(4) == before[...])
            // Room that was given back is not taken by leftovers.
            let size = try FileManager.default.attributesOfItem(atPath: folder.path + "/vectors-0000.npy")[
                .size]
            #expect(size as? Int == 256 + (added ? 7 : 4) * 48)
            #expect(try folder.writer().add("b", Self.scenes(10, seed: 2)) == (added ? .present : .added))
            try folder.index().verify()
        }
        #expect(outcomes == [true, false])
    }

    @Test func newIndexOnAFullDisk() throws {
        let folder = try IndexFolder()
        #expect(throws: IndexError.self) { try folder.writer(FullDisk(room: 20)) }
        try folder.writer().add("a", Self.scenes(2))
        #expect(try folder.index().sceneCount == 2)
    }

    @Test func oneWriter() throws {
        let folder = try IndexFolder()
        let writer = try folder.writer()
        let error = #expect(throws: IndexError.self) { _ = try folder.writer() }
        #expect(error?.code == .unwritable && error?.description.contains("wait until it is done") == true)
        try writer.add("a", Self.scenes(2))
        #expect(try folder.index().sceneCount == 2)
    }

    /// One line, and which kind of failure.
    @Test func whatIsRefused() throws {
        let folder = try IndexFolder()
        func refusal(_ body: () throws -> Void) -> (IndexError.Code?, String) {
            let error = #expect(throws: IndexError.self) { try body() }
            #expect(error?.description.contains("\n") == false)
            return (error?.code, error?.description ?? "")
        }
        #expect(refusal { _ = try folder.index() }.0 == .unreadable)
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        #expect(
            refusal { _ = try folder.index() } == (
                .unusable,
                "'\(folder.path)' is not an index: it lacks index.json; name a folder that scened index add made"
            ))
        try Data().write(to: URL(filePath: folder.path + "/photo.jpg"))
        #expect(refusal { _ = try folder.writer() }.1.contains("holds other files"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["photo.jpg"])
        try FileManager.default.removeItem(atPath: folder.path + "/photo.jpg")
        try folder.writer().add("a", Self.scenes(9))

        let manifest = folder.manifest
        var others: [IndexManifest] = []
        for change: (inout IndexManifest) -> Void in [
            { $0.encoder = "other" }, { $0.digest = "abc" }, { $0.sceneEncoder = "other" },
            { $0.dimension = 25 },
        ] {
            var other = manifest
            change(&other)
            others.append(other)
        }
        for other in others {
            let (code, text) = refusal { try manifest.require(other, of: "film", directory: "d") }
            #expect(code == .unusable && text.contains("use another index"))
        }

        func damaged(_ name: String, _ change: (inout Data) -> Void) throws -> (IndexError.Code?, String) {
            let url = URL(filePath: folder.path + "/" + name)
            let good = try Data(contentsOf: url)
            var bytes = good
            change(&bytes)
            try bytes.write(to: url)
            defer { try? good.write(to: url) }
            return refusal { try folder.index().verify() }
        }
        for (name, change, text) in [
            ("vectors-0000.npy", { $0.removeLast() }, "ends before the 7 rows"),
            ("scenes-0001.npy", { $0.removeLast(30) }, "ends before the 2 rows"),
            ("vectors-0000.npy", { $0 = Data() }, "it is empty"),
            ("vectors-0000.npy", { $0[3] ^= 1 }, "another array"),
            ("scenes-0000.npy", { $0[20] ^= 1 }, "another array"),
            ("vectors-0001.npy", { $0[256 + 50] ^= 1 }, "not as they were written"),
            ("scenes-0000.npy", { $0[256 + 24 * 3 + 5] ^= 1 }, "not as they were written"),
            ("scenes-0000.npy", { $0[256 + 3] = 255 }, "not as they were written"),
            ("scenes-0000.npy", { $0[256 + 15] = 0x80 }, "add it again"),
            ("scenes-0001.npy", { $0[256 + 23] = 0x7f }, "add it again"),
            ("scenes-0000.npy", { $0[256 + 12] = 1 }, "add it again"),
            ("index.json", { $0 = Self.replacing(":24,", with: ":23,", in: $0) }, "another array"),
            ("index.json", { $0 = Self.replacing(":24,", with: ":25,", in: $0) }, "another array"),
            ("recordings.log", { $0 = Data() }, "bring it back from a copy"),
            ("index.json", { $0 = Data("{}".utf8) }, "its index.json is another file"),
            ("index.json", { $0.removeLast(4) }, "is not an index"),
            ("recordings.log", { $0 = $0 + $0 }, "in the middle"),
        ] as [(String, (inout Data) -> Void, String)] {
            let (code, message) = try damaged(name, change)
            #expect(code == .unusable && message.contains(text), "\(name): \(message)")
        }
        try FileManager.default.removeItem(atPath: folder.path + "/vectors-0001.npy")
        #expect(refusal { _ = try folder.index() }.1.contains("No such file"))
        #expect(refusal { _ = try folder.writer() }.1.contains("is missing"))
    }

    /// Random damage is refused or found, and never more than that.
    @Test func damageNeverCrashes() throws {
        let folder = try IndexFolder()
        try folder.writer().add("a", Self.scenes(5))
        try folder.writer().add("b", Self.scenes(5, seed: 2))
        var random = SeededGenerator(seed: 11)
        let names = [
            "index.json", "recordings.log", "scenes-0000.npy", "vectors-0000.npy", "scenes-0001.npy",
        ]
        for _ in 0..<400 {
            let url = URL(filePath: folder.path + "/" + names[random.position(below: names.count)])
            let good = try Data(contentsOf: url)
            var bytes = good
            if random.position(below: 3) == 0 {
                bytes = bytes.prefix(random.position(below: bytes.count))
            } else {
                for _ in 0...random.position(below: 3) {
                    bytes[random.position(below: bytes.count)] = UInt8(truncatingIfNeeded: random.next())
                }
            }
            try bytes.write(to: url)
            if let index = try? folder.index() {
                for entry in index.book.live {
                    for scene in index.scenes(of: entry) {
                        _ = index.rows(of: entry, overlapping: scene.start..<scene.end)
                    }
                    _ = index.recording(of: index.scenes(of: entry), named: ["a"])
                }
                for twin in SceneSearch.twins(in: index, most: 9, threadCount: 1) {
                    _ = index.book.entries[index.scene(twin.row).recording]
                }
                let search = SceneSearch(count: 20, minimumScore: -1, threadCount: 1)
                for match in search.nearest([SceneQuery(Self.scenes(5)[3].vector)], in: index)[0] {
                    #expect(match.score <= 1.0001)
                }
                try? index.verify()
            }
            try good.write(to: url)
        }
        try folder.index().verify()
    }
}
