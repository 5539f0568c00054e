import Foundation
import TensorFiles
import Testing

/// The files under `fixtures/checkpoints`, which `make.py` there writes, and those that lie beside the
/// checkout.
enum Fixture {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func path(_ name: String) -> String {
        root.appending(path: "fixtures/checkpoints").appending(path: name).path
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(filePath: path(name))))
    }

    static func checkpoint(_ name: String) throws -> TorchCheckpoint {
        try TorchCheckpoint(path: path(name))
    }

    /// The folder of recorded references; nil where this checkout has none.
    static let parity: URL? = {
        let shared =
            ProcessInfo.processInfo.environment["SCENED_SHARED"].map { URL(filePath: $0) }
            ?? root.deletingLastPathComponent().appending(path: "shared")
        let folder = shared.appending(path: "parity")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    /// Whether `python3` has NumPy.
    static let hasNumPy: Bool = (try? python("import numpy")) != nil

    struct PythonFailed: Error {}

    /// What the Python program prints.
    @discardableResult
    static func python(_ program: String, _ arguments: String...) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw PythonFailed() }
        return String(decoding: data, as: UTF8.self)
    }
}

/// The error that `body` throws; nil if it throws none.
func failure(_ body: () throws -> Void) -> TensorFileError? {
    do {
        try body()
        return nil
    } catch {
        return error as? TensorFileError
    }
}

/// Whether the text is one line of printable text that ends with a remedy.
func isOneLine(_ error: TensorFileError) -> Bool {
    let text = error.description
    return !text.isEmpty && text.utf8.count < 400 && text.contains("; ")
        && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }
}
