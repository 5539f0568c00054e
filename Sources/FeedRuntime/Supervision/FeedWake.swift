internal import Glibc

/// Wakes a feed's thread from any other: a pipe, closed with the last reference.
final class FeedWake: Sendable {
    /// Readable once somebody has called.
    let descriptor: Int32
    private let entrance: Int32

    /// nil where no descriptors are left.
    init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (descriptor, entrance) = (ends[0], ends[1])
    }

    deinit {
        close(descriptor)
        close(entrance)
    }

    func call() { _ = write(entrance, "x", 1) }
}
