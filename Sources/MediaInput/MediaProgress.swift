internal import Synchronization

/// How far a reader has come, for whoever watches it from another thread: counters that never fall, and when
/// something last came.
package final class MediaProgress: Sendable {
    private let byteCount = Atomic<Int64>(0)
    private let packetCount = Atomic<Int64>(0)
    private let refusedCount = Atomic<Int64>(0)
    private let repairedCount = Atomic<Int64>(0)

    private let waitingNanoseconds = Atomic<Int64>(0)
    private let longestWaitNanoseconds = Atomic<Int64>(0)
    private let longestPauseNanoseconds = Atomic<Int64>(0)
    /// Since `began`; -1: no packet came yet.
    private let lastPacketNanoseconds = Atomic<Int64>(-1)
    /// The longest wait for bytes since the last packet of the video.
    private let lastWaitNanoseconds = Atomic<Int64>(0)
    private let longSilences = Mutex<[LongSilence]>([])
    private let began = ContinuousClock.now

    package init() {}

    /// A silence that may be a hole in the pictures.
    struct LongSilence: Sendable {
        /// Number of the packet of the video that came behind it.
        var packet: Int64
        /// Seconds without bytes, and without packets of the video.
        var bytes: Double
        var packets: Double
    }
    /// Seconds that a long silence has at least, and how many are kept.
    private static let longSilence = 1.0
    private static let mostLongSilences = 64

    /// Bytes taken from the input. Where FFmpeg makes its connections itself (RTSP, playlists): bytes of
    /// packets, once the input has been probed.
    package var bytes: Int64 { byteCount.load(ordering: .relaxed) }

    /// Packets of the chosen video stream.
    package var packets: Int64 { packetCount.load(ordering: .relaxed) }

    /// Packets that no decoder took.
    package var refusedPackets: Int64 { refusedCount.load(ordering: .relaxed) }

    /// Time stamps that could not be right.
    package var repairedTimestamps: Int64 { repairedCount.load(ordering: .relaxed) }

    /// What its reader counts: neither ever falls.
    func note(_ statistics: MediaStatistics) {
        refusedCount.store(Int64(statistics.decodeErrors), ordering: .relaxed)
        repairedCount.store(Int64(statistics.repairedTimestamps), ordering: .relaxed)
    }

    func add(bytes: Int64) { byteCount.wrappingAdd(bytes, ordering: .relaxed) }

    /// Seconds spent waiting for the input to give the next packet; counted where there is a
    /// `DecodingRelief`.
    package var waited: Double { Double(waitingNanoseconds.load(ordering: .relaxed)) / 1e9 }

    /// Seconds since the last packet of the video came; 0 before the first.
    package var sinceLastPacket: Double {
        let last = lastPacketNanoseconds.load(ordering: .relaxed)
        return last < 0 ? 0 : max(0, Double(nanoseconds(since: began) - last) / 1e9)
    }

    /// Runs `body`, which waits for the input. `isSilence`: nothing at all comes meanwhile.
    func waiting<Result>(isSilence: Bool, _ body: () -> Result) -> Result {
        let began = ContinuousClock.now
        let result = body()
        let length = nanoseconds(since: began)
        waitingNanoseconds.wrappingAdd(length, ordering: .relaxed)
        if isSilence { noteSilence(length) }
        return result
    }

    /// Runs `body`, which waits for the next bytes.
    func waitingForBytes<Result>(_ body: () -> Result) -> Result {
        let began = ContinuousClock.now
        let result = body()
        noteSilence(nanoseconds(since: began))
        return result
    }

    /// The longest wait, in seconds, since the last call. For one caller.
    func takeLongestWait() -> Double {
        Double(longestWaitNanoseconds.exchange(0, ordering: .relaxed)) / 1e9
    }

    /// The longest time, in seconds, between two packets of the video since the last call. For one caller.
    func takeLongestPause() -> Double {
        Double(longestPauseNanoseconds.exchange(0, ordering: .relaxed)) / 1e9
    }

    /// The long silences since the last call. For one caller.
    func takeLongSilences() -> [LongSilence] { longSilences.withLock { exchange(&$0, with: []) } }

    /// A packet of the video was read.
    ///
    /// - Parameters:
    ///   - number: its number among those of its link.
    ///   - wasHeld: it came before, together with the last one: parsers hold a packet until they see the
    ///     next, or the end.
    func addPacket(number: Int64, wasHeld: Bool) {
        packetCount.wrappingAdd(1, ordering: .relaxed)
        if wasHeld, lastPacketNanoseconds.load(ordering: .relaxed) >= 0 { return }
        let now = nanoseconds(since: began)
        let last = lastPacketNanoseconds.exchange(now, ordering: .relaxed)
        let wait = lastWaitNanoseconds.exchange(0, ordering: .relaxed)
        guard last >= 0 else { return }
        longestPauseNanoseconds.max(now - last, ordering: .relaxed)
        let silence = LongSilence(
            packet: number, bytes: Double(wait) / 1e9, packets: Double(now - last) / 1e9)
        guard max(silence.bytes, silence.packets) >= Self.longSilence else { return }
        longSilences.withLock {
            if $0.count == Self.mostLongSilences { $0.removeFirst() }
            $0.append(silence)
        }
    }

    private func noteSilence(_ length: Int64) {
        longestWaitNanoseconds.max(length, ordering: .relaxed)
        lastWaitNanoseconds.max(length, ordering: .relaxed)
    }

    private func nanoseconds(since moment: ContinuousClock.Instant) -> Int64 {
        let length = (ContinuousClock.now - moment).components
        return length.seconds * 1_000_000_000 + length.attoseconds / 1_000_000_000
    }
}
