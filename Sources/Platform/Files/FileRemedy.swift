internal import Glibc

/// What to do about a call to the file system that failed: chosen by its cause, whatever was tried.
package enum FileRemedy {
    /// A clause without full stop.
    ///
    /// - Parameters:
    ///   - code: errno.
    ///   - isWriting: something was to be written or made, rather than read.
    /// - Returns: the remedy for a person.
    package static func text(for code: Int32, isWriting: Bool) -> String {
        switch code {
        case ENOENT: isWriting ? "create the folder it belongs in" : "check the path"
        case EACCES, EPERM:
            isWriting
                ? "let the user that scened runs as write there" : "let the user that scened runs as read it"
        case ENOSPC, EDQUOT: "free space there"
        case EROFS: "mount it for writing, or choose another place"
        case EMFILE, ENFILE: "allow more open files (ulimit -n, LimitNOFILE= of the unit)"
        case ENOMEM: "free memory"
        case ENOTDIR: "a file stands where a folder is needed: move it away, or choose another path"
        case EISDIR: "a folder stands where a file is needed: move it away, or choose another path"
        case ELOOP: "its symbolic links lead in a circle: correct them"
        case ENAMETOOLONG: "choose a shorter path"
        case EFBIG: "the file is as large as it may get: raise the limit (ulimit -f), or begin another"
        case EIO: "look at the disk (dmesg)"
        case ESTALE, ENOTCONN, ETIMEDOUT: "look at the network file system it is on"
        case EPIPE: "nobody reads it anymore"
        case EINVAL, ENXIO, ESPIPE: "it is not an ordinary file: move it away, or choose another path"
        default: "check the path and the disk"
        }
    }

    /// Whether the cause goes away by itself, or with what others do, and the same call may succeed later.
    /// What remains belongs to the file: no later attempt reads it.
    package static func isPassing(_ code: Int32) -> Bool {
        switch code {
        case EMFILE, ENFILE, ENOMEM, EINTR, EAGAIN, EBUSY, ENOSPC, EDQUOT, ESTALE, ENOTCONN, ETIMEDOUT: true
        default: false
        }
    }
}
