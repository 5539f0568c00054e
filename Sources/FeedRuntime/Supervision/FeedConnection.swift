internal import Timeline

/// What a feed knows of the worker that runs: when it last gave a sign of life, and from when on something is
/// missing.
struct FeedConnection: Sendable {
    /// What the deadlines say.
    enum Finding {
        /// It was asked to end, and has not: now by force.
        case isOverdue
        /// Bytes, packets or pictures are missing.
        case isMissing(Gap.Reason, isFatal: Bool, isNews: Bool)
    }

    /// A moment at which something is missing, and what it then is.
    private struct Limit {
        var at: Double
        var reason: Gap.Reason
        /// The connection is given up, rather than called stalled.
        var isFatal: Bool
    }

    private let timing: FeedTiming
    private let isLive: Bool
    /// `opening`, `probing`, `waitingKey`, `running` or `stalled`.
    private(set) var stage = FeedState.opening
    private(set) var openedAt: Double?
    /// Why it is to end; nil: it may go on.
    private(set) var verdict: Gap.Reason?

    /// When the worker began to open the input, or was asked for.
    private var spawnedAt: Double
    private var hasGreeted = false
    private var progress = WorkerProgress()
    private var bytesAt: Double
    private var packetsAt: Double
    private var pictureAt: Double
    /// Since when packets have come without a long silence.
    private var flowingSince: Double
    /// When it is ended by force.
    private var endAt: Double?
    private var wasEnded = false

    /// - Parameters:
    ///   - timing: deadlines.
    ///   - isLive: what is missing for long ends the connection.
    ///   - now: seconds on a clock that never steps.
    init(timing: FeedTiming, isLive: Bool, now: Double) {
        self.timing = timing
        self.isLive = isLive
        (spawnedAt, bytesAt, packetsAt, pictureAt, flowingSince) = (now, now, now, now, now)
    }

    /// When `judge` is due at the latest; nil: never.
    var deadline: Double? {
        if let endAt { return wasEnded ? nil : endAt }
        return limits.map(\.at).min()
    }

    /// The worker has said hello. On a machine that is short of processor time that may take long, which is
    /// not the input's fault.
    mutating func greet(_ now: Double) {
        guard !hasGreeted, openedAt == nil else { return }
        hasGreeted = true
        (spawnedAt, bytesAt, packetsAt, pictureAt, flowingSince) = (now, now, now, now, now)
    }

    mutating func take(_ new: WorkerProgress, isStopping: Bool, now: Double) {
        if new.bytes > progress.bytes {
            // An encoder that was awaited has come: its connection begins now.
            if timing.awaitsPeer, progress.bytes == 0 { spawnedAt = now }
            bytesAt = now
        }
        if new.packets > progress.packets {
            if now - packetsAt >= timing.stallAfter / 2 { flowingSince = now }
            packetsAt = now
        }
        progress = new
        guard openedAt == nil, verdict == nil, !isStopping else { return }
        if progress.packets > 0 {
            stage = .waitingKey
        } else if progress.bytes > 0, stage != .waitingKey {
            stage = .probing
        }
    }

    /// The first picture was decoded.
    mutating func open(_ now: Double) {
        openedAt = now
        (pictureAt, packetsAt, bytesAt) = (now, now, now)
        stage = .running
    }

    /// A picture came.
    ///
    /// - Returns: whether pictures come again after a stall.
    mutating func show(_ now: Double) -> Bool {
        pictureAt = now
        guard verdict == nil else { return false }
        packetsAt = max(packetsAt, now)
        bytesAt = max(bytesAt, now)
        guard stage == .stalled else { return false }
        stage = .running
        return true
    }

    /// It was asked to end, and is ended by force `grace` seconds from now, or earlier if that was said
    /// before.
    mutating func end(within grace: Double, now: Double) { endAt = min(endAt ?? .infinity, now + grace) }

    /// Nobody took what the worker told for `seconds` up to `now`: that time is no silence of the input.
    mutating func excuse(_ seconds: Double, now: Double) {
        func later(_ moment: Double) -> Double { min(max(now, moment), moment + seconds) }
        (bytesAt, packetsAt, pictureAt) = (later(bytesAt), later(packetsAt), later(pictureAt))
        (spawnedAt, flowingSince) = (later(spawnedAt), later(flowingSince))
    }

    /// Looks at the deadlines; nil while all is well, or nothing more can be done.
    mutating func judge(_ now: Double) -> Finding? {
        if let endAt {
            guard endAt <= now, !wasEnded else { return nil }
            wasEnded = true
            return .isOverdue
        }
        let passed = limits.filter { $0.at <= now }
        guard let limit = passed.first(where: \.isFatal) ?? passed.first else { return nil }
        let isNews = stage != .stalled
        stage = .stalled
        if limit.isFatal { verdict = limit.reason }
        return .isMissing(limit.reason, isFatal: limit.isFatal, isNews: isNews)
    }

    private var limits: [Limit] {
        let stall = timing.stallAfter
        guard openedAt != nil else {
            guard isLive else { return [] }
            if progress.bytes == 0 {
                let start = hasGreeted ? stall : 3 * (stall + timing.probeAllowance)
                if hasGreeted, timing.awaitsPeer { return [] }
                return [Limit(at: spawnedAt + start, reason: .disconnect, isFatal: true)]
            }
            let longest = 3 * (stall + timing.probeAllowance)
            return [
                Limit(
                    at: max(bytesAt, packetsAt) + stall + timing.probeAllowance, reason: .stall, isFatal: true
                ),
                Limit(at: spawnedAt + longest, reason: .decoderReset, isFatal: true),
            ]
        }
        let isMarked = stage == .stalled
        var limits: [Limit] = []
        if isLive || !isMarked { limits.append(Limit(at: bytesAt + stall, reason: .stall, isFatal: isLive)) }
        if !isMarked { limits.append(Limit(at: packetsAt + stall, reason: .noVideo, isFatal: false)) }
        guard isLive else { return limits }
        limits.append(Limit(at: packetsAt + 3 * stall, reason: .noVideo, isFatal: true))
        // Pictures are owed only while packets come, not for the few that came before all fell silent.
        let owedSince = max(pictureAt, flowingSince)
        if packetsAt >= owedSince + stall / 2 {
            limits.append(Limit(at: owedSince + stall, reason: .decoderReset, isFatal: true))
        }
        return limits
    }
}
