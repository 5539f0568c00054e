import Foundation
import TestSupport

/// A server on loopback that does to its clients what networks do: each connection is served by its own script.
final class FeedSource: @unchecked Sendable {
    /// What is done to one connection, step by step; afterwards it is closed.
    enum Step: Sendable {
        case send([UInt8])
        /// Sent evenly over so many seconds.
        case pace([UInt8], seconds: Double)
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

    private func serve(_ client: Int32, _ script: [Step]) {
        defer { _ = Glibc.close(client) }
        for step in script {
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
                lock.withLock { while !isReleased { lock.wait(until: Date().addingTimeInterval(60)) } }
            }
        }
    }
}
