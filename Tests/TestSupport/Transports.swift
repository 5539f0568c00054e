import Glibc

/// Writes bytes into a pipe from a thread of its own, in chunks of odd sizes.
package final class PipeSource: Sendable {
    package let readEnd: Int32

    /// `chunks` are taken in turn.
    package init(_ bytes: [UInt8], chunks: [Int]) {
        var ends: [Int32] = [0, 0]
        precondition(pipe(&ends) == 0, "no pipe")
        readEnd = ends[0]
        let writeEnd = ends[1]
        onThread {
            var position = 0
            var turn = 0
            while position < bytes.count {
                let count = min(chunks[turn % chunks.count], bytes.count - position)
                let written = bytes.withUnsafeBytes { buffer in
                    buffer.baseAddress.map { write(writeEnd, $0 + position, count) } ?? -1
                }
                guard written > 0 else { break }
                position += written
                turn += 1
            }
            close(writeEnd)
        }
    }

    deinit { close(readEnd) }
}

/// Serves the same bytes to each request on a loopback port, until it goes away.
package final class WebSource: Sendable {
    private let listener: LoopbackListener
    package var port: UInt16 { listener.port }

    /// `allowsRanges`: the reader may search.
    package init(_ bytes: [UInt8], allowsRanges: Bool) {
        listener = LoopbackListener { client in Self.answer(client, bytes, allowsRanges: allowsRanges) }
    }

    deinit { close() }

    package func close() { listener.close() }

    private static func answer(_ client: Int32, _ bytes: [UInt8], allowsRanges: Bool) {
        var request = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !request.contains("\r\n\r\n") {
            let got = recv(client, &buffer, buffer.count, 0)
            guard got > 0 else { return }
            request += String(decoding: buffer[..<got], as: UTF8.self)
        }
        var start = 0
        if allowsRanges, let range = request.firstRange(of: "bytes=") {
            start = min(Int(request[range.upperBound...].prefix { $0.isNumber }) ?? 0, bytes.count)
        }
        let head =
            start > 0 || allowsRanges
            ? "HTTP/1.1 206 Partial Content\r\nAccept-Ranges: bytes\r\n"
                + "Content-Range: bytes \(start)-\(bytes.count - 1)/\(bytes.count)\r\n"
            : "HTTP/1.1 200 OK\r\nAccept-Ranges: none\r\n"
        var reply = Array("\(head)Content-Length: \(bytes.count - start)\r\nConnection: close\r\n\r\n".utf8)
        reply += bytes[start...]
        var position = 0
        while position < reply.count {
            let count = min(7001, reply.count - position)
            let sent = reply.withUnsafeBytes { buffer in
                buffer.baseAddress.map { send(client, $0 + position, count, 0) } ?? -1
            }
            guard sent > 0 else { return }
            position += sent
        }
    }
}

/// Runs `work` on a thread that nobody waits for. A reader that has gone gives it an error, not a signal.
package func onThread(_ work: @escaping @Sendable () -> Void) {
    final class Box {
        let work: @Sendable () -> Void; init(_ work: @escaping @Sendable () -> Void) { self.work = work }
    }
    signal(SIGPIPE, SIG_IGN)
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(work))
    let status = pthread_create(
        &thread, nil,
        { argument in
            if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().work() }
            return nil
        }, box.toOpaque())
    precondition(status == 0, "no thread")
    pthread_detach(thread)
}
