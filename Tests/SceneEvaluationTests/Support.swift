import FoundationEssentials
import SceneEvaluation
import Testing

/// Files that tests read and write.
enum Files {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func fixture(_ name: String) -> String { root.appending(path: "fixtures/evaluation/" + name).path }

    /// The folder of shared data; nil where this machine has none.
    static let shared: URL? = {
        let named = ProcessInfo.processInfo.environment["SCENED_SHARED"].map { URL(filePath: $0) }
        let folder = named ?? root.deletingLastPathComponent().appending(path: "shared")
        return FileManager.default.fileExists(atPath: folder.appending(path: "data").path) ? folder : nil
    }()

    static func shared(_ path: String) throws -> String { try #require(shared).appending(path: path).path }

    /// Writes `texts` by file name into a new folder, calls `body` with it, and removes it.
    static func temporary<Result>(_ texts: [String: String], _ body: (String) throws -> Result) throws
        -> Result
    {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "scened-evaluation-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in texts {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        return try body(folder.path)
    }

    static func json<Value: Decodable>(_: Value.Type, _ path: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(contentsOf: URL(filePath: path)))
    }

    /// Compares with a golden file, or writes it where SCENED_UPDATE_GOLDENS=1.
    static func expectGolden(
        _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let url = URL(filePath: fixture(name))
        if ProcessInfo.processInfo.environment["SCENED_UPDATE_GOLDENS"] == "1" {
            try Data(text.utf8).write(to: url)
        }
        let golden = String(decoding: try Data(contentsOf: url), as: UTF8.self)
        #expect(text == golden, sourceLocation: sourceLocation)
    }
}

/// Expects `left` within `tolerance` of `right`.
func expectNear(
    _ left: Double?, _ right: Double, within tolerance: Double = 1e-9, _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(abs((left ?? .infinity) - right) <= tolerance, comment, sourceLocation: sourceLocation)
}

/// The error that `body` throws.
func evaluationError(_ body: () throws -> Void) -> EvaluationError? {
    do {
        try body()
        return nil
    } catch {
        return error as? EvaluationError
    }
}
