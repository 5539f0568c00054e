import Foundation
import Platform
import SceneIndex
import TensorKernels

/// A folder for one index, with made-up scenes.
struct IndexFolder: ~Copyable {
    let path: String
    let width: Int

    init(width: Int = 24) throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "scene-index-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.path + "/index"
        self.width = width
    }

    deinit { try? FileManager.default.removeItem(atPath: String(path.dropLast("/index".count))) }

    /// `rowsPerFile` is small, so that recordings cross files.
    var manifest: IndexManifest {
        var manifest = IndexManifest(
            encoder: "made-up", digest: nil, sceneEncoder: "mean-1", dimension: width)
        manifest.rowsPerFile = 7
        return manifest
    }

    func writer(_ files: any PatchableFiles = PosixFiles()) throws(IndexError) -> SceneIndexWriter {
        try SceneIndexWriter(directory: path, files: files, fresh: manifest)
    }

    /// The bytes of its files, by name; without the lock.
    func contents() throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: path) where name != "lock" {
            contents[name] = try Data(contentsOf: URL(filePath: path + "/" + name))
        }
        return contents
    }

    /// Puts files back in the place of those that are there.
    func restore(_ contents: [String: Data]) throws {
        for name in try self.contents().keys {
            try FileManager.default.removeItem(atPath: path + "/" + name)
        }
        for (name, bytes) in contents { try bytes.write(to: URL(filePath: path + "/" + name)) }
    }

    func index() throws(IndexError) -> SceneIndex { try SceneIndex(directory: path, files: PosixFiles()) }

    /// Scenes of ten seconds each; a few show nothing, and some are the same in every recording.
    static func scenes(_ count: Int, width: Int, using random: inout SeededGenerator) -> [IndexedScene] {
        (0..<count).map { place in
            let kind = random.position(below: 10)
            let values: [Float] =
                switch kind {
                case 0: [Float](repeating: 0, count: width)
                case 1, 2: (0..<width).map { Float($0 % 3) - Float(kind) * 0.3 }
                default: (0..<width).map { _ in Float(random.fraction()) - 0.3 }
                }
            return IndexedScene(
                number: place + 1, start: Int64(place) * 10_000_000, end: Int64(place + 1) * 10_000_000,
                vector: HalfVector(values))
        }
    }
}

extension SceneIndexWriter {
    /// Adds what is new, at a fixed time.
    @discardableResult func add(
        _ name: String, _ scenes: [IndexedScene], replaces: Bool = false
    ) throws(IndexError) -> Addition {
        try add(name, scenes, indexed: "2026-01-02T03:04:05.000Z", aired: nil, replaces: replaces)
    }
}
