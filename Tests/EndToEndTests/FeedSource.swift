import Foundation
import TestSupport

/// A server on loopback that does to its clients what networks do: each connection is served by its own script.
final class FeedSource: @unchecked Sendable {
    /// What is done to one connection, step by step; afterwards it is closed.
    enum Step: Sendable {
        case send([UInt8])
        /// Silent, with the connection open, until the client leaves or `release` is called.
        case hold
    }

    let port: UInt16
    private let listener: Int32
    private let lock = NSCondition()
    private var isReleased = false
    private var accepted = 0

    /// - Parameter scripts: for the connections in turn; the last one serves all that follow.
    init(_ scripts: [[Step]]) {
        signal(SIGPIPE, SIG_IGN)
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, size) == 0 && listen(listener, 8) == 0
                    && getsockname(listener, generic, &size) == 0
            }
        }
        precondition(bound, "no loopback port")
        port = UInt16(bigEndian: address.sin_port)
        onThread { [self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                let script = scripts[min(connections, scripts.count - 1)]
                lock.withLock { accepted += 1 }
                onThread { [self] in serve(client, script) }
            }
        }
    }

    deinit { close() }

    /// Connections taken so far.
    var connections: Int { lock.withLock { accepted } }

    /// Ends every `hold`, those to come included.
    func release() {
        lock.withLock {
            isReleased = true
            lock.broadcast()
        }
    }

    func close() {
        shutdown(listener, Int32(SHUT_RDWR))
        _ = Glibc.close(listener)
    }

    private func serve(_ client: Int32, _ script: [Step]) {
        defer { _ = Glibc.close(client) }
        for step in script {
            switch step {
            case .send(let bytes):
                var position = 0
                while position < bytes.count {
                    let sent = bytes.withUnsafeBytes { buffer in
                        buffer.baseAddress.map {
                            send(client, $0 + position, min(7001, bytes.count - position), 0)
                        }
                            ?? -1
                    }
                    guard sent > 0 else { return }
                    position += sent
                }
            case .hold:
                lock.withLock { while !isReleased { lock.wait(until: Date().addingTimeInterval(60)) } }
            }
        }
    }
}
