internal import Glibc

/// What a path or a descriptor stands for, so that two names of one file are known as such: links, hard
/// links, `/dev/fd/N`, redirections.
package enum FileIdentity: Hashable, Sendable {
    /// A regular file or a FIFO.
    case file(device: UInt, inode: UInt)
    /// A disk.
    case disk(UInt)
    /// A name in a folder, of which nothing stands there yet.
    case place(device: UInt, inode: UInt, name: String)
    /// A path in a folder that is not there yet.
    case path(String)

    /// nil for what may well be read and written, or written twice: terminals, `/dev/null`, sockets; and for
    /// folders.
    package init?(path: String) {
        var status = stat()
        if FileName.withBytes(path, { stat($0, &status) }) == 0 {
            self.init(status)
            return
        }
        guard case .file(let full, _) = try? OutputPlace(path) else {
            self = .path(path)
            return
        }
        let (folder, name) = OutputPlace.split(full)
        guard FileName.withBytes(folder, { stat($0, &status) }) == 0 else { return nil }
        self = .place(device: status.st_dev, inode: status.st_ino, name: name)
    }

    /// nil as above, and where the descriptor is closed.
    package init?(descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    private init?(_ status: stat) {
        switch status.st_mode & S_IFMT {
        case S_IFREG, S_IFIFO: self = .file(device: status.st_dev, inode: status.st_ino)
        case S_IFBLK: self = .disk(status.st_rdev)
        default: return nil
        }
    }
}
