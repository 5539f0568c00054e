import Foundation
import TestSupport

/// The built `scened` binary, run as a user runs it.
enum Program {
    /// Tests and binary are built side by side.
    static let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent()
    static let scened = folder.appendingPathComponent("scened")
    static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent()

    /// What a finished run left behind.
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String

        var lines: [String] { output.split(separator: "\n").map(String.init) }
        var errorLines: [String] { errors.split(separator: "\n").map(String.init) }
        /// The events as dictionaries.
        var events: [Event] { lines.compactMap(Event.init) }
    }

    /// Runs `scened` to its end. `input` stands on standard input; without it, standard input is empty.
    static func run(_ arguments: [String], input: FileHandle? = nil) throws -> Outcome {
        try run(scened, arguments, input: input)
    }

    static func run(_ executable: URL, _ arguments: [String], input: FileHandle? = nil) throws -> Outcome {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.standardInput = input ?? FileHandle.nullDevice
        let output = try Scratch.file("stdout")
        let errors = try Scratch.file("stderr")
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.start()
        process.waitUntilExit()
        let signaled = process.terminationReason == .uncaughtSignal
        return Outcome(
            status: signaled ? 128 + process.terminationStatus : process.terminationStatus,
            output: try String(contentsOf: output, encoding: .utf8),
            errors: try String(contentsOf: errors, encoding: .utf8))
    }

    /// Runs a shell line with `scened` on the path.
    static func shell(_ line: String) throws -> Outcome {
        try run(
            URL(fileURLWithPath: "/bin/bash"),
            ["-c", "PATH=\"\(folder.path):$PATH\"; set -o pipefail; \(line)"])
    }
}

/// One event, read back.
struct Event {
    var line: String
    var fields: [String: Any]

    init?(_ line: String) {
        guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
            return nil
        }
        self.line = line
        fields = object
    }

    var type: String { fields["type"] as? String ?? "" }
    var id: String { fields["id"] as? String ?? "" }

    /// The instant under `key`: its media time and frame.
    func seconds(_ key: String) -> Double? { (fields[key] as? [String: Any])?["t"] as? Double }
    func frame(_ key: String) -> Int? { (fields[key] as? [String: Any])?["frame"] as? Int }
}

/// Files of one test run; under the build folder's temporary place, removed with it.
enum Scratch {
    static let folder: URL = {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("scened-tests-\(getpid())")
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }()

    /// A fresh empty file.
    static func file(_ name: String) throws -> URL {
        let url = folder.appendingPathComponent("\(UUID().uuidString)-\(name)")
        try Data().write(to: url)
        return url
    }

    /// A fresh folder.
    static func emptyFolder() throws -> URL {
        let url = folder.appendingPathComponent("\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url
    }

    /// A path where nothing stands yet.
    static func path(_ name: String) -> URL { folder.appendingPathComponent("\(UUID().uuidString)-\(name)") }
}
