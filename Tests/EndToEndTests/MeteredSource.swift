import Foundation
import TestSupport
import Testing

/// Sends a film through a transport, up to where the test allows, and not a byte further.
final class MeteredSource: Sendable {
    enum Transport: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case tcp, http, unix, fifo
        /// A file that grows.
        case file

        var testDescription: String { rawValue }
    }

    /// What `scened watch` is told.
    let address: String
    private let meter: Meter
    private let listener: LoopbackListener?

    init(_ film: [UInt8], over transport: Transport) throws {
        let meter = Meter(film)
        self.meter = meter
        let path = try Scratch.file("metered").path
        try? FileManager.default.removeItem(atPath: path)
        var listener: LoopbackListener?
        switch transport {
        case .tcp:
            let tcp = LoopbackListener { meter.send(to: $0) }
            listener = tcp
            address = "tcp://127.0.0.1:\(tcp.port)"
        case .http:
            let http = LoopbackListener { client in
                var request = [UInt8](repeating: 0, count: 4096)
                _ = recv(client, &request, request.count, 0)
                let head = "HTTP/1.1 200 OK\r\nContent-Type: video/mp2t\r\nConnection: close\r\n\r\n"
                guard meter.write(Array(head.utf8)[...], to: client) else { return }
                meter.send(to: client)
            }
            listener = http
            address = "http://127.0.0.1:\(http.port)/film.ts"
        case .unix:
            address = "unix:\(path)"
            let descriptor = try Self.listen(path)
            onThread {
                let client = accept(descriptor, nil, nil)
                meter.send(to: client)
                close(client)
                close(descriptor)
            }
        case .fifo, .file:
            address = path
            if transport == .fifo {
                mkfifo(path, 0o600)
            } else {
                _ = FileManager.default.createFile(atPath: path, contents: nil)
            }
            onThread {
                let descriptor = open(path, O_WRONLY | O_CLOEXEC)
                meter.send(to: descriptor)
                close(descriptor)
            }
        }
        self.listener = listener
    }

    deinit {
        meter.allow(.max)
        listener?.close()
    }

    /// Lets the film's first `count` bytes through.
    func allow(_ count: Int) { meter.allow(count) }

    private static func listen(_ path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        guard isBound, Glibc.listen(descriptor, 1) == 0 else { throw CocoaError(.fileWriteUnknown) }
        return descriptor
    }
}

extension MeteredSource {
    /// A film, and how much of it may go.
    private final class Meter: @unchecked Sendable {
        private let film: [UInt8]
        private let lock = NSCondition()
        private var allowed = 0

        init(_ film: [UInt8]) { self.film = film }

        func allow(_ count: Int) {
            lock.withLock {
                allowed = max(allowed, count)
                lock.broadcast()
            }
        }

        /// Until all of it went, or the other side has left.
        func send(to descriptor: Int32) {
            var sent = 0
            while sent < film.count {
                let limit = lock.withLock {
                    while allowed <= sent { lock.wait() }
                    return min(allowed, film.count)
                }
                guard write(film[sent..<limit], to: descriptor) else { return }
                sent = limit
            }
        }

        func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Bool {
            var rest = bytes
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }
}
