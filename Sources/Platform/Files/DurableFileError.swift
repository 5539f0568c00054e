internal import Glibc

/// A call to the file system that failed.
package struct DurableFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was tried: `write`, `sync`, ...
    package var operation: String
    package var path: String
    /// errno.
    package var code: Int32
    /// Text of `code`.
    package var reason: String

    package init(operation: String, path: String, code: Int32, reason: String) {
        self.operation = operation
        self.path = path
        self.code = code
        self.reason = reason
    }

    /// Another process holds the lock.
    package var isTaken: Bool { operation == "lock" && code == EWOULDBLOCK }

    /// A later attempt may succeed.
    package var isPassing: Bool { FileRemedy.isPassing(code) }

    /// The disk, or what the user may have of it, is full.
    package var isFull: Bool { code == ENOSPC || code == EDQUOT }

    /// Operations that leave everything as it was.
    private static let readings: Set<String> = ["read", "list", "examine", "find a journal in"]

    /// What to do about it, without full stop.
    package var remedy: String {
        if isTaken { return "stop it, or give each its own state directory" }
        return FileRemedy.text(for: code, isWriting: !Self.readings.contains(operation))
    }

    /// One line, with a remedy.
    package var description: String { "cannot \(operation) '\(path)': \(reason); \(remedy)" }
}
