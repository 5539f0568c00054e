package import Glibc
import Synchronization

/// A TCP port of loopback that takes connections, each served on a thread of its own, until it is closed.
///
/// The accepting thread owns the listening descriptor, and each serving thread its connection: nobody else
/// closes them. A descriptor that is closed twice takes away the one that another thread was given meanwhile.
package final class LoopbackListener: Sendable {
    package let port: UInt16
    private let descriptor: Int32
    private let isClosed = Mutex(false)

    /// - Parameters:
    ///   - host: an address of loopback.
    ///   - serve: answers one connection, given its descriptor, which is closed afterwards.
    package init(host: String = "127.0.0.1", _ serve: @escaping @Sendable (Int32) -> Void) {
        (descriptor, port) = Self.open(host)
        onThread { [self] in
            while true {
                let client = accept(descriptor, nil, nil)
                guard client >= 0 else { break }
                // Programs that tests start must not hold it open.
                _ = fcntl(client, F_SETFD, FD_CLOEXEC)
                onThread {
                    serve(client)
                    _ = Glibc.close(client)
                }
            }
            isClosed.withLock { isClosed in
                isClosed = true
                _ = Glibc.close(descriptor)
            }
        }
    }

    /// A listening socket on a free port that accepts nobody.
    ///
    /// - Returns: the descriptor, which the caller closes, and its port.
    package static func open(_ host: String = "127.0.0.1") -> (descriptor: Int32, port: UInt16) {
        let (descriptor, port) = bound(SOCK_STREAM, host)
        precondition(listen(descriptor, 8) == 0, "no loopback port")
        return (descriptor, port)
    }

    /// A port of loopback that nobody used a moment ago, for a program that is told its port.
    package static func freePort(_ kind: __socket_type = SOCK_STREAM) -> UInt16 {
        let (descriptor, port) = bound(kind)
        _ = Glibc.close(descriptor)
        return port
    }

    /// A port that nobody else can have until the caller closes the descriptor.
    package static func taken(_ kind: __socket_type) -> (descriptor: Int32, port: UInt16) {
        let (descriptor, port) = bound(kind)
        if kind == SOCK_STREAM { listen(descriptor, 1) }
        return (descriptor, port)
    }

    private static func bound(_ kind: __socket_type, _ host: String = "127.0.0.1") -> (
        descriptor: Int32, port: UInt16
    ) {
        let descriptor = socket(AF_INET, Int32(kind.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr(host)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, size) == 0 && getsockname(descriptor, generic, &size) == 0
            }
        }
        precondition(isBound, "no loopback port")
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    /// Takes no more connections; those that are served go on. Any number of times.
    package func close() {
        isClosed.withLock { isClosed in
            if !isClosed { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }
}
