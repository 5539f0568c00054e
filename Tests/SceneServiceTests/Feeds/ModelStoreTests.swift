import TestSupport
import FeedRuntime
import Foundation
import SceneEvents
import ScenePipeline
import Testing
import Timeline

/// Which model a feed gets, and how long it is held.
@Suite struct ModelStoreTests {
    /// Stands for a file's content by its first byte: K.
    private static func load(_ key: ModelKey) throws -> ChosenModel {
        let data = try Data(contentsOf: URL(filePath: try #require(key.path)))
        return ChosenModel(neighborCount: Int(data[0]))
    }

    private static func write(_ byte: UInt8, _ path: String) throws {
        // As a whole, under another inode.
        try Data([byte]).write(to: URL(filePath: path), options: .atomic)
    }

    @Test func aReplacedFileIsReadAgain() throws {
        let folder = try TemporaryFolder()
        let key = ModelKey(path: "\(folder.path)/model", neighborCount: 8)
        try Self.write(4, key.path ?? "")
        var store = ModelStore()
        let first = try store.model(key, load: Self.load)
        try Self.write(5, key.path ?? "")
        // Within one configuration all feeds of a file get the same.
        #expect(try store.model(key, load: Self.load) === first)
        store.refresh()
        let second = try store.model(key, load: Self.load)
        #expect(second !== first)
        #expect(second.summary.neighborCount == 5)
        store.refresh()
        #expect(try store.model(key, load: Self.load) === second, "nothing has changed")
        // The same content in another file: no feed is disturbed for it.
        try Self.write(5, key.path ?? "")
        store.refresh()
        #expect(try store.model(key, load: Self.load) === second)
    }

    @Test func whatNobodyUsesIsLetGo() throws {
        let folder = try TemporaryFolder()
        var store = ModelStore()
        var models: [SharedModel] = []
        for number in 1...3 {
            let key = ModelKey(path: "\(folder.path)/\(number)", neighborCount: 8)
            try Self.write(UInt8(number), key.path ?? "")
            models.append(try store.model(key, load: Self.load))
        }
        #expect(store.count == 3)
        store.prune(keeping: [models[1]])
        #expect(store.count == 1)
        weak let gone: SharedModel? = models[0]
        models.removeFirst()
        #expect(gone == nil)
    }

    @Test func aFileThatCannotBeReadChangesNothing() throws {
        let folder = try TemporaryFolder()
        let key = ModelKey(path: "\(folder.path)/model", neighborCount: 8)
        try Self.write(4, key.path ?? "")
        var store = ModelStore()
        let first = try store.model(key, load: Self.load)
        var trial = store
        trial.refresh()
        try FileManager.default.removeItem(atPath: key.path ?? "")
        #expect(throws: (any Error).self) { try trial.model(key, load: Self.load) }
        #expect(try store.model(key, load: Self.load) === first)
    }
}
