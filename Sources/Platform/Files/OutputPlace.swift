internal import Glibc

/// Where a path leads when something is written there: links are followed to their end.
package enum OutputPlace: Sendable, Equatable {
    /// A descriptor that this process holds already, as `/dev/stdout`, `/dev/fd/N` and `/proc/self/fd/N` name
    /// it.
    case descriptor(Int32)
    /// A device, a FIFO or a socket, or a file of the kernel's own file systems: written as it stands.
    case special(path: String)
    /// A name in a folder that exists. `isThere`: a regular file has the name already. `path` holds no link.
    case file(path: String, isThere: Bool)

    /// Looks at the file system, and opens nothing. Throws where nothing could be written: no such folder, a
    /// folder.
    package init(_ path: String) throws(OutputError) {
        var current = path
        // As many links as the kernel follows.
        for _ in 0..<40 {
            let (folder, name) = Self.split(current)
            guard let folder = Self.real(folder) else { throw OutputError(path, errno) }
            guard !["", ".", ".."].contains(name) else { throw OutputError(path, EISDIR) }
            if folder == Self.real("/proc/self/fd") || folder == Self.real("/proc/thread-self/fd"),
                let number = Int32(name)
            {
                guard fcntl(number, F_GETFD) >= 0 else { throw OutputError(path, errno) }
                self = .descriptor(number)
                return
            }
            let full = folder == "/" ? "/" + name : folder + "/" + name
            let isOfKernel = full.hasPrefix("/proc/") || full.hasPrefix("/sys/")
            var status = stat()
            guard FileName.withBytes(full, { lstat($0, &status) }) == 0 else {
                guard errno == ENOENT else { throw OutputError(path, errno) }
                self = .file(path: full, isThere: false)
                return
            }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: throw OutputError(path, EISDIR)
            case S_IFLNK where !isOfKernel:
                guard let target = Self.target(of: full) else { throw OutputError(path, errno) }
                current = target.hasPrefix("/") ? target : folder + "/" + target
            case S_IFREG where !isOfKernel:
                self = .file(path: full, isThere: true)
                return
            default:
                self = .special(path: full)
                return
            }
        }
        throw OutputError(path, ELOOP)
    }

    /// Folder and name: `a/b` is `b` in `a`, `b` is `b` in `.`.
    static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let name = String(path[path.index(after: slash)...])
        return (slash == path.startIndex ? "/" : String(path[..<slash]), name)
    }

    private static func real(_ folder: String) -> String? {
        guard let resolved = FileName.withBytes(folder, { realpath($0, nil) }) else { return nil }
        defer { free(resolved) }
        return FileName.text(resolved)
    }

    private static func target(of link: String) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX) + 1) { buffer in
            guard let base = buffer.baseAddress else { return nil }
            let count = FileName.withBytes(link) { readlink($0, base, Int(PATH_MAX)) }
            guard count >= 0 else { return nil }
            base[count] = 0
            return FileName.text(base)
        }
    }
}
