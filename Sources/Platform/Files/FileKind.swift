internal import Glibc

/// What stands at a path, links followed.
package enum FileKind: Sendable {
    case file, folder
    /// A device, a FIFO, or a socket.
    case other

    /// nil where nothing stands there, or nothing can be seen.
    package init?(path: String) {
        var facts = stat()
        guard FileName.withBytes(path, { stat($0, &facts) }) == 0 else { return nil }
        switch facts.st_mode & S_IFMT {
        case S_IFREG: self = .file
        case S_IFDIR: self = .folder
        default: self = .other
        }
    }
}
