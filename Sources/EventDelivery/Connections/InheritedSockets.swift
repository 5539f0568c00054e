internal import Glibc
internal import Synchronization

/// Sockets that systemd opened and passed on (sd_listen_fds(3)): they stand from descriptor 3 on.
package final class InheritedSockets: Sendable {
    private let descriptors: Mutex<[String: CInt]>

    /// Reads `LISTEN_PID`, `LISTEN_FDS` and `LISTEN_FDNAMES`; none where they are meant for another process.
    package init(environment: [String: String]) {
        var named: [String: CInt] = [:]
        if environment["LISTEN_PID"] == "\(getpid())",
            let count = environment["LISTEN_FDS"].flatMap(CInt.init)
        {
            let names = (environment["LISTEN_FDNAMES"] ?? "").split(
                separator: ":", omittingEmptySubsequences: false)
            for index in 0..<max(0, min(count, 64)) {
                let descriptor = 3 + index
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
                let name = Int(index) < names.count ? String(names[Int(index)]) : "unknown"
                if named[name] == nil { named[name] = descriptor }
            }
        }
        descriptors = Mutex(named)
    }

    /// A duplicate of the socket with that name, owned by the caller; nil where there is none. The socket
    /// itself stays open, so that a reload can take it again.
    package func take(_ name: String) -> CInt? {
        guard let descriptor = descriptors.withLock({ $0[name] }) else { return nil }
        let duplicate = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        return duplicate >= 0 ? duplicate : nil
    }
}
