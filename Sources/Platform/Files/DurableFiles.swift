/// What a journal asks of a file system. `PosixFiles` is the real one; tests put one in its place that breaks
/// on demand.
///
/// All calls block; paths are absolute.
package protocol DurableFiles: Sendable {
    /// Makes a folder and those above it, and makes their entries durable. An existing one is fine; a file in
    /// its place is not.
    func createDirectory(_ path: String) throws(DurableFileError)
    /// Names in a folder, in no order; empty where there is no folder.
    func names(in directory: String) throws(DurableFileError) -> [String]
    /// Bytes and time of the last change (Unix seconds); nil where there is no such file.
    func facts(of path: String) throws(DurableFileError) -> DurableFileFacts?
    /// At most `count` bytes from `offset`; fewer only at the end of the file. Fails where it is no regular
    /// file.
    func read(_ path: String, from offset: Int64, count: Int) throws(DurableFileError) -> [UInt8]
    /// Opens a file that stands for a right, creates it where it is missing, and locks it until the handle is
    /// closed or the process ends. Fails at once with `EWOULDBLOCK` where another holds it.
    func lock(_ path: String) throws(DurableFileError) -> DurableFileHandle
    /// Gives the right back and closes the handle. A process that was just started from this one may still
    /// hold a copy of the descriptor: closing alone would leave it locked.
    func unlock(_ handle: DurableFileHandle)
    /// Opens for appending; creates the file where it is missing. Fails where it is no regular file.
    func openForAppending(_ path: String) throws(DurableFileError) -> DurableFileHandle
    /// Appends with one `write(2)`. After an error any part of `bytes` may stand in the file.
    func append(_ bytes: [UInt8], to handle: DurableFileHandle) throws(DurableFileError)
    /// Returns once everything appended so far is on disk (`fdatasync`).
    func sync(_ handle: DurableFileHandle) throws(DurableFileError)
    /// Cuts the file to `length` bytes.
    func truncate(_ handle: DurableFileHandle, to length: Int64) throws(DurableFileError)
    func close(_ handle: DurableFileHandle)
    /// Whether the file at `path` is the open one, and not another that was put in its place.
    func isOpen(_ handle: DurableFileHandle, at path: String) -> Bool
    /// Makes the entries of a folder durable.
    func syncDirectory(_ path: String) throws(DurableFileError)
    /// Replaces or creates a small file as a whole: a new file beside it, synced, renamed over it, folder
    /// synced.
    func replace(_ path: String, with bytes: [UInt8]) throws(DurableFileError)
    /// As `replace`, but nothing is synced: for what is of no use after a crash of the machine.
    func overwrite(_ path: String, with bytes: [UInt8]) throws(DurableFileError)
    func rename(_ path: String, to target: String) throws(DurableFileError)
    func remove(_ path: String) throws(DurableFileError)
    /// Removes an empty folder; does nothing where it is not empty.
    func removeDirectory(_ path: String) throws(DurableFileError)
}

/// An open file: a descriptor, or whatever the file system counts its files with.
package struct DurableFileHandle: Hashable, Sendable {
    package var number: Int32

    package init(number: Int32) { self.number = number }
}

package struct DurableFileFacts: Hashable, Sendable {
    package var size: Int64
    package var modified: Double

    package init(size: Int64, modified: Double) {
        self.size = size
        self.modified = modified
    }
}
