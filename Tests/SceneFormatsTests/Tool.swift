import Foundation

/// Runs other programs: the readers that judge our files.
enum Tool {
    struct Result {
        var status: Int32
        var output: String
        var errors: String
    }

    /// Root of the checkout.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static let hasFFmpeg = exists("ffmpeg") && exists("ffprobe")
    static let hasPython = exists("python3")
    static let hasJSONSchema = hasPython && succeeds(["python3", "-c", "import jsonschema"])
    /// Where `scripts/setup --test` puts OpenTimelineIO.
    static let venvPython = root.appending(path: ".build/venv/bin/python").path
    static let hasOpenTimelineIO = succeeds([venvPython, "-c", "import opentimelineio, otio_cmx3600_adapter"])

    /// Runs `arguments[0]`, found on the path, with `input` on its standard input.
    static func run(_ arguments: [String], input: String = "") throws -> Result {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = ["in", "out", "err"].map { folder.appending(path: $0) }
        try Data(input.utf8).write(to: files[0])
        try Data().write(to: files[1])
        try Data().write(to: files[2])
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try process.run()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus, output: try String(contentsOf: files[1], encoding: .utf8),
            errors: try String(contentsOf: files[2], encoding: .utf8))
    }

    /// A new, empty folder; the caller removes it.
    static func temporaryFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "scened-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    private static func exists(_ name: String) -> Bool { succeeds(["sh", "-c", "command -v \(name)"]) }

    private static func succeeds(_ arguments: [String]) -> Bool { (try? run(arguments))?.status == 0 }
}
