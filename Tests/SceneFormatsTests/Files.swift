import FoundationEssentials
import Testing
import TextFiles

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
            path: "scened-text-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in texts { try Data(text.utf8).write(to: folder.appending(path: name)) }
        return try body(folder.path)
    }
}

/// The error that `body` throws.
func textFileError(_ body: () throws -> Void) -> TextFileError? {
    do {
        try body()
        return nil
    } catch {
        return error as? TextFileError
    }
}
