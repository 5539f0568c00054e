package import Foundation
import Glibc

/// The test clips, made once by `fixtures/generate` and kept in `.build/fixtures`.
package enum Fixtures {
    package static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The folder with all clips. Stops the tests if they cannot be made.
    package static let folder: URL = {
        do {
            return try made(
                in: root.appending(path: ".build/fixtures"), by: root.appending(path: "fixtures/generate"))
        } catch {
            fatalError("fixtures/generate: \(error)")
        }
    }()

    /// Makes `folder` with `script`, which gets a folder to write as its argument, unless a script of these
    /// bytes has made it already.
    ///
    /// `scripts/test` runs two processes side by side, and both begin here. A lock beside the folder lets one
    /// make it, while the others wait and then use what it made.
    ///
    /// - Throws: ``NotMade`` where the script fails, or what the file system says.
    package static func made(in folder: URL, by script: URL) throws -> URL {
        let lock = try Self.lock(folder.path + ".lock")
        defer { close(lock) }
        let isFresh = FileManager.default.contentsEqual(
            atPath: folder.appending(path: "made_by").path, andPath: script.path)
        if isFresh { return folder }
        let fresh = folder.deletingLastPathComponent().appending(path: "fixtures-\(UUID().uuidString)")
        let process = Process()
        process.executableURL = script
        process.arguments = [fresh.path]
        try process.start()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw NotMade() }
        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.moveItem(at: fresh, to: folder)
        return folder
    }

    /// Waits until nobody else holds the file `path`, and holds it until its descriptor, the answer, is
    /// closed.
    private static func lock(_ path: String) throws -> Int32 {
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
        guard descriptor >= 0, flock(descriptor, LOCK_EX) == 0 else {
            throw CocoaError(.fileWriteNoPermission)
        }
        return descriptor
    }

    /// The script that makes the clips has failed.
    package struct NotMade: Error, CustomStringConvertible {
        package let description = "it failed: is ffmpeg installed?"
    }

    package static func path(_ clip: String) -> String { folder.appending(path: clip).path }

    package static func bytes(_ clip: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: clip)))
    }

    /// What `fixtures/generate` knows of a clip.
    package struct Truth: Decodable, Sendable {
        /// Number of pictures.
        package var frames: Int
        /// First picture of each shot but the first.
        package var cuts: [Int]
        /// First picture of each scene.
        package var scenes: [Int]?
    }

    package static func truth(_ clip: String) throws -> Truth {
        let data = try Data(contentsOf: folder.appending(path: "truth.json"))
        let whole = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        return try JSONDecoder().decode(
            Truth.self, from: JSONSerialization.data(withJSONObject: whole?[clip] ?? [:]))
    }

    /// The film of the tutorials: 71 s, five scenes. Others are made of it.
    package static func demo() throws -> URL { try film("demo.mp4", "fixtures/generate demo \"$1\" >&2") }

    /// A film that is too long for `fixtures/generate`, made once with the `ffmpeg` command line: `command`
    /// is a shell line in which `$1` is the file to write, and `$demo` the demo film.
    package static func film(_ name: String, _ command: String) throws -> URL {
        let file = folder.appending(path: name)
        if FileManager.default.fileExists(atPath: file.path) { return file }
        let demo = command.contains("$demo") ? try Self.demo().path : ""
        let locks = folder.path + "-locks"
        try FileManager.default.createDirectory(atPath: locks, withIntermediateDirectories: true)
        let lock = try Self.lock(locks + "/" + name)
        defer { close(lock) }
        if FileManager.default.fileExists(atPath: file.path) { return file }
        let fresh = folder.appending(path: "\(UUID().uuidString)-\(name)")
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.currentDirectoryURL = root
        process.arguments = ["-c", "set -e; demo=$2; " + command, "bash", fresh.path, demo]
        try process.start()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { fatalError("cannot make \(name): is ffmpeg installed?") }
        guard rename(fresh.path, file.path) == 0 else { fatalError("cannot keep \(name)") }
        return file
    }
}
