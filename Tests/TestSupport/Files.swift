package import Foundation
import Testing

/// Files that tests read and write.
package enum Files {
    /// A committed file of `fixtures/evaluation`.
    package static func fixture(_ name: String) -> String {
        Fixtures.root.appending(path: "fixtures/evaluation/" + name).path
    }

    /// The folder of shared data; nil where this machine has none.
    package static let shared: URL? = {
        let named = ProcessInfo.processInfo.environment["SCENED_SHARED"].map { URL(filePath: $0) }
        let folder = named ?? Fixtures.root.deletingLastPathComponent().appending(path: "shared")
        return FileManager.default.fileExists(atPath: folder.appending(path: "data").path) ? folder : nil
    }()

    package static func shared(_ path: String) throws -> String {
        try #require(shared).appending(path: path).path
    }

    /// A new, empty folder; the caller removes it.
    package static func temporaryFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "scened-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    /// Writes `texts` by path into a new folder, calls `body` with it, and removes it.
    package static func temporary<Result>(
        _ texts: [String: String], _ body: (String) throws -> Result
    ) throws -> Result {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in texts {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        return try body(folder.path)
    }
}
