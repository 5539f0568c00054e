import Foundation
import TestSupport

/// A server on loopback that does to its clients what networks do: each connection is served by its own
/// script.
final class FeedSource: Sendable {
    /// What is done to one connection, step by step; afterwards it is closed.
    enum Step: Sendable {
        case send([UInt8])
        /// Sent evenly over so many seconds.
        case pace([UInt8], seconds: Double)
        /// Silent, with the connection open, until the client leaves or `release` is called.
        case hold
    }

    private let listener: LoopbackListener
    private let connection: Connection
    var port: UInt16 { listener.port }

    /// - Parameter scripts: for the connections in turn; the last one serves all that follow.
    init(_ scripts: [[Step]]) {
        let connection = Connection(scripts)
        self.connection = connection
        listener = LoopbackListener { client in connection.serve(client) }
    }

    deinit { close() }

    /// Connections taken so far.
    var connections: Int { connection.count }

    /// Ends every `hold`, those to come included.
    func release() { connection.release() }

    func close() { listener.close() }
}

extension FeedSource {
    /// What is done to the connections, and how many there were.
    private final class Connection: @unchecked Sendable {
        private let scripts: [[Step]]
        private let lock = NSCondition()
        private var isReleased = false
        private var accepted = 0

        init(_ scripts: [[Step]]) { self.scripts = scripts }

        var count: Int { lock.withLock { accepted } }

        func release() {
            lock.withLock {
                isReleased = true
                lock.broadcast()
            }
        }

        func serve(_ client: Int32) {
            let turn = lock.withLock {
                accepted += 1
                return accepted - 1
            }
            for step in scripts[min(turn, scripts.count - 1)] {
                switch step {
                case .send(let bytes):
                    guard send(bytes[...], to: client) else { return }
                case .pace(let bytes, let seconds):
                    let slices = max(1, Int(seconds * 25))
                    let size = bytes.count / slices + 1
                    for start in stride(from: 0, to: bytes.count, by: size) {
                        guard send(bytes[start..<min(start + size, bytes.count)], to: client) else { return }
                        poll(nil, 0, 40)
                    }
                case .hold:
                    lock.withLock {
                        while !isReleased { _ = lock.wait(until: Date().addingTimeInterval(60)) }
                    }
                }
            }
        }

        private func send(_ bytes: ArraySlice<UInt8>, to client: Int32) -> Bool {
            var rest = bytes
            while !rest.isEmpty {
                let sent = rest.withUnsafeBytes { buffer in
                    buffer.baseAddress.map { Glibc.send(client, $0, min(7001, buffer.count), 0) } ?? -1
                }
                guard sent > 0 else { return false }
                rest = rest.dropFirst(sent)
            }
            return true
        }
    }
}
