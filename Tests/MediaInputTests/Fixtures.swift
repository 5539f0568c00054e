import Foundation
import Testing

/// The test clips, made once by `fixtures/generate` and kept in `.build/fixtures`.
enum Fixtures {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The folder with all clips. Stops the tests if they cannot be made.
    static let folder: URL = {
        let folder = root.appending(path: ".build/fixtures")
        let script = root.appending(path: "fixtures/generate")
        let isFresh = FileManager.default.contentsEqual(
            atPath: folder.appending(path: "made_by").path, andPath: script.path)
        if isFresh { return folder }
        let fresh = root.appending(path: ".build/fixtures-\(UUID().uuidString)")
        let process = Process()
        process.executableURL = script
        process.arguments = [fresh.path]
        do {
            try process.run()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else {
                fatalError("fixtures/generate failed: is ffmpeg installed?")
            }
            try? FileManager.default.removeItem(at: folder)
            try FileManager.default.moveItem(at: fresh, to: folder)
        } catch {
            fatalError("fixtures/generate: \(error)")
        }
        return folder
    }()

    static func path(_ clip: String) -> String { folder.appending(path: clip).path }

    static func bytes(_ clip: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: clip)))
    }
}
