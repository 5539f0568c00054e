internal import Glibc
internal import Platform

/// The file of a Unix socket that a server is about to make.
struct UnixSocketFile {
    let path: String

    /// Removes the file that a process left behind which has ended.
    ///
    /// - Throws: `ListenFailure` where somebody listens at it, or it is no socket.
    func clear() throws(ListenFailure) {
        var status = stat()
        guard FileName.withBytes(path, { lstat($0, &status) }) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw ListenFailure(
                description: "'\(path)' is there and is not a socket; choose another path, or remove it")
        }
        guard !isServed else {
            throw ListenFailure(
                description:
                    "another process serves '\(path)'; end it, or give this service a socket of its own")
        }
        _ = FileName.withBytes(path) { unlink($0) }
    }

    /// Whether a process listens at it. One that is too busy to take a connection counts as well; no
    /// connection is waited for.
    private var isServed: Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let isWhole = withUnsafeMutableBytes(of: &address.sun_path) { field in
            let bytes = FileName.bytes(path)
            guard bytes.count < field.count else { return false }
            field.copyBytes(from: bytes)
            return true
        }
        guard isWhole else { return false }
        let result = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        // ECONNREFUSED: nobody holds the other end (unix(7)).
        return result == 0 || errno != ECONNREFUSED
    }
}
