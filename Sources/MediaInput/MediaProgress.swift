internal import Synchronization

/// How far a reader has come, for whoever watches it from another thread: counters that never fall.
package final class MediaProgress: Sendable {
    private let byteCount = Atomic<Int64>(0)
    private let packetCount = Atomic<Int64>(0)

    private let waitingNanoseconds = Atomic<Int64>(0)

    package init() {}

    /// Bytes taken from the input. Where FFmpeg makes its connections itself (RTSP, playlists): bytes of packets, once
    /// the input has been probed.
    package var bytes: Int64 { byteCount.load(ordering: .relaxed) }

    /// Packets of the chosen video stream.
    package var packets: Int64 { packetCount.load(ordering: .relaxed) }

    func add(bytes: Int64) { byteCount.wrappingAdd(bytes, ordering: .relaxed) }

    /// Seconds spent waiting for the input to give the next packet; counted where there is a `DecodingRelief`.
    package var waited: Double { Double(waitingNanoseconds.load(ordering: .relaxed)) / 1e9 }

    /// Runs `body`, which waits for the input.
    func waiting<Result>(_ body: () -> Result) -> Result {
        let began = ContinuousClock.now
        let result = body()
        let length = (ContinuousClock.now - began).components
        waitingNanoseconds.wrappingAdd(
            length.seconds * 1_000_000_000 + length.attoseconds / 1_000_000_000, ordering: .relaxed)
        return result
    }

    func addPacket() { packetCount.wrappingAdd(1, ordering: .relaxed) }
}
