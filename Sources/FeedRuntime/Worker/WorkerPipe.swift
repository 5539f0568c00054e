internal import Glibc
internal import Synchronization

/// A worker's end of the socket to its feed. Messages may be sent from several threads.
final class WorkerPipe: Sendable {
    private let descriptor: Int32
    private let turn = Mutex(())

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// Sends one message whole; waits while the feed is behind. A feed that has gone ends the process: nobody
    /// is left to read for.
    func send(_ message: WorkerMessage) {
        let bytes = FrameBuffer.framed(message.message)
        turn.withLock { _ in
            bytes.withUnsafeBytes { buffer in
                guard let base = buffer.baseAddress else { return }
                var sent = 0
                while sent < buffer.count {
                    let count = Glibc.send(
                        descriptor, base + sent, buffer.count - sent, Int32(MSG_NOSIGNAL))
                    if count < 0 {
                        if errno == EINTR { continue }
                        _exit(0)
                    }
                    sent += count
                }
            }
        }
    }

    /// Waits for the next message; nil once the feed has closed its end.
    func receive(into buffer: inout FrameBuffer) -> ArraySlice<UInt8>? {
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            guard let message = try? buffer.next() else {
                let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return nil }
                buffer.append(chunk[..<count])
                continue
            }
            return message
        }
    }
}
