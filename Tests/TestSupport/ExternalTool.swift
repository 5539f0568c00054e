import Foundation

/// Runs other programs.
package enum ExternalTool {
    package struct Result {
        package var status: Int32
        package var output: String
        package var errors: String
    }

    package static func isThere(_ name: String) -> Bool {
        (try? run(["sh", "-c", "command -v \(name)"]))?.status == 0
    }

    package static let hasPython = isThere("python3")
    package static let hasJSONSchema = hasPython && succeeds(["python3", "-c", "import jsonschema"])

    package static func succeeds(_ arguments: [String]) -> Bool { (try? run(arguments))?.status == 0 }

    /// Runs `arguments[0]`, found on the path, with `input` on its standard input.
    package static func run(_ arguments: [String], input: String = "", environment: [String: String] = [:])
        throws
        -> Result
    {
        let folder = try Files.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = ["in", "out", "err"].map { folder.appending(path: $0) }
        try Data(input.utf8).write(to: files[0])
        try Data().write(to: files[1])
        try Data().write(to: files[2])
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try process.start()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus, output: try String(contentsOf: files[1], encoding: .utf8),
            errors: try String(contentsOf: files[2], encoding: .utf8))
    }
}
