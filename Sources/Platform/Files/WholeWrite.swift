internal import Glibc

/// Writes all of some bytes, however many calls that takes.
enum WholeWrite {
    /// Blocks until `descriptor` has taken all, also where somebody who shares it has made it non-blocking.
    ///
    /// - Returns: the error number; nil when all is written.
    static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32? {
        guard let base = bytes.baseAddress else { return nil }
        var written = 0
        while written < bytes.count {
            let count = Glibc.write(descriptor, base + written, bytes.count - written)
            if count >= 0 {
                written += count
            } else if errno == EAGAIN {
                var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&request, 1, -1)
            } else if errno != EINTR {
                return errno
            }
        }
        return nil
    }
}
