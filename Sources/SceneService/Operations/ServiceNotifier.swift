internal import Platform
internal import Glibc
internal import Synchronization

/// Tells systemd how the service stands (sd_notify(3)): datagrams to `$NOTIFY_SOCKET`. Does nothing where
/// there is none.
package final class ServiceNotifier: Sendable {
    private let descriptor: Int32
    private let path: String?
    /// Seconds between signs of life that systemd expects at most; nil where it expects none.
    package let watchdogInterval: Double?
    private let status = Mutex<(text: String, sent: Double)>(("", -.infinity))

    /// - Parameter environment: `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID` are read from it.
    package init(environment: [String: String]) {
        let address = environment["NOTIFY_SOCKET"]
        path = address.flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
        descriptor =
            path == nil ? -1 : socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        let isMeant = environment["WATCHDOG_PID"].map { $0 == "\(getpid())" } ?? true
        watchdogInterval =
            isMeant ? environment["WATCHDOG_USEC"].flatMap(Double.init).map { $0 / 1_000_000 } : nil
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Configuration read, models loaded, journals open. A dead camera does not hold it back.
    package func ready() { send("READY=1") }

    /// SIGHUP came; `ready` follows once the reload is over.
    package func reloading() { send("RELOADING=1\nMONOTONIC_USEC=\(WallClock.monotonicMicroseconds())") }

    /// SIGTERM came.
    package func stopping() { send("STOPPING=1") }

    /// Asks for more time to start or stop, seconds from now.
    package func extendTimeout(seconds: Double) { send("EXTEND_TIMEOUT_USEC=\(Int64(seconds * 1_000_000))") }

    /// A sign of life. Send it only while `LoopMonitor` names nobody.
    package func watchdog() { send("WATCHDOG=1") }

    /// One line for `systemctl status`. Sent when it changes, at most once a second; a later call brings what
    /// was held back. `now`: seconds on the monotonic clock.
    package func status(_ text: String, now: Double = WallClock.monotonicSeconds()) {
        let line = Secrets.redacted(text.replacing("\n", with: " "))
        let isDue = status.withLock { status in
            guard line != status.text, now - status.sent >= 1 else { return false }
            status = (line, now)
            return true
        }
        if isDue { send("STATUS=\(line)") }
    }

    private func send(_ message: String) {
        guard let path, descriptor >= 0 else { return }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // A leading @ stands for a zero byte: an abstract address, whose length counts (unix(7)).
        var name = Array(path.utf8)
        let isAbstract = name.first == UInt8(ascii: "@")
        if isAbstract { name[0] = 0 }
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let length = MemoryLayout<sa_family_t>.size + name.count + (isAbstract ? 0 : 1)
        var message = message
        message.withUTF8 { bytes in
            withUnsafePointer(to: address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                    _ = sendto(
                        descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL), pointer,
                        socklen_t(length))
                }
            }
        }
    }
}
