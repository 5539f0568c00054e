internal import Glibc

/// What the journal asks of a file system. `PosixFiles` is the real one; tests put one in its place that breaks on demand.
///
/// All calls block; paths are absolute.
package protocol JournalFiles: Sendable {
    /// Makes a folder and those above it, and makes their entries durable. An existing one is fine; a file in
    /// its place is not.
    func createDirectory(_ path: String) throws(JournalFileError)
    /// Names in a folder, in no order; empty where there is no folder.
    func names(in directory: String) throws(JournalFileError) -> [String]
    /// Bytes and time of the last change (Unix seconds); nil where there is no such file.
    func facts(of path: String) throws(JournalFileError) -> JournalFileFacts?
    /// At most `count` bytes from `offset`; fewer only at the end of the file. Fails where it is no regular
    /// file.
    func read(_ path: String, from offset: Int64, count: Int) throws(JournalFileError) -> [UInt8]
    /// Opens a file that stands for a right, creates it where it is missing, and locks it until the handle is
    /// closed or the process ends. Fails at once with `EWOULDBLOCK` where another holds it.
    func lock(_ path: String) throws(JournalFileError) -> JournalHandle
    /// Gives the right back and closes the handle. A process that was just started from this one may still hold a
    /// copy of the descriptor: closing alone would leave it locked.
    func unlock(_ handle: JournalHandle)
    /// Opens for appending; creates the file where it is missing.
    func openForAppending(_ path: String) throws(JournalFileError) -> JournalHandle
    /// Appends with one `write(2)`. After an error any part of `bytes` may stand in the file.
    func append(_ bytes: [UInt8], to handle: JournalHandle) throws(JournalFileError)
    /// Returns once everything appended so far is on disk (`fdatasync`).
    func sync(_ handle: JournalHandle) throws(JournalFileError)
    /// Cuts the file to `length` bytes.
    func truncate(_ handle: JournalHandle, to length: Int64) throws(JournalFileError)
    func close(_ handle: JournalHandle)
    /// Whether the file at `path` is the open one, and not another that was put in its place.
    func isOpen(_ handle: JournalHandle, at path: String) -> Bool
    /// Makes the entries of a folder durable.
    func syncDirectory(_ path: String) throws(JournalFileError)
    /// Replaces or creates a small file as a whole: a new file beside it, synced, renamed over it, folder synced.
    func replace(_ path: String, with bytes: [UInt8]) throws(JournalFileError)
    /// As `replace`, but nothing is synced: for what is of no use after a crash of the machine.
    func overwrite(_ path: String, with bytes: [UInt8]) throws(JournalFileError)
    func rename(_ path: String, to target: String) throws(JournalFileError)
    func remove(_ path: String) throws(JournalFileError)
    /// Removes an empty folder; does nothing where it is not empty.
    func removeDirectory(_ path: String) throws(JournalFileError)
}

/// An open file: a descriptor, or whatever the file system counts its files with.
package struct JournalHandle: Hashable, Sendable {
    package var number: Int32

    package init(number: Int32) { self.number = number }
}

package struct JournalFileFacts: Hashable, Sendable {
    package var size: Int64
    package var modified: Double

    package init(size: Int64, modified: Double) {
        self.size = size
        self.modified = modified
    }
}

/// A call to the file system that failed.
package struct JournalFileError: Error, Hashable, Sendable, CustomStringConvertible {
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

    /// Events of the run before still wait for the disk in `directory`.
    static func waiting(_ directory: String) -> JournalFileError {
        JournalFileError(
            operation: "write to", path: directory, code: EBUSY, reason: "events of the last run still wait")
    }

    /// Another process holds the lock.
    package var isTaken: Bool { operation == "lock" && code == EWOULDBLOCK }

    /// A later attempt may succeed.
    package var isPassing: Bool { FileRemedy.isPassing(code) }

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
