internal import Platform
package import Timeline

/// What keeps a feed alive: deadlines on bytes, packets and pictures, the decision to end a worker, and when to try again.
///
/// A value: the clock comes with each call, actions go out, and nothing else happens. A live feed never gives up; one that
/// ends by itself (file, pipe) ends with its input.
package struct FeedCore: Sendable {
    /// What happened.
    package enum Input: Hashable, Sendable {
        case start
        /// The turn to open has come.
        case granted
        /// A worker runs.
        case spawned
        /// No worker could be started.
        case spawnFailed(String)
        /// The worker has said hello: only now does it open the input.
        case greeted
        /// Counters of the worker.
        case progress(WorkerProgress)
        /// The first picture was decoded.
        case opened
        /// A picture came.
        case picture
        /// The worker is gone, and everything it sent was taken.
        case over(WorkerLoss)
        /// Finish what there is.
        case stop
        /// Time went on.
        case tick
    }

    /// What is to be done, in order.
    package enum Action: Hashable, Sendable {
        /// Wait for the turn to open, then say `granted`.
        case requestTurn
        case spawn
        /// Ask the worker to finish.
        case askToStop
        /// End the worker by force.
        case endWorker
        /// Pictures are missing from the last one on.
        case beginGap(Gap.Reason)
        case heartbeat
        /// The feed is over.
        case end(FeedEnding)
    }

    package let timing: FeedTiming
    package let isLive: Bool
    package private(set) var state = FeedState.idle
    /// When `state` began.
    package private(set) var since: Double
    /// Why there are no pictures; nil while there are.
    package private(set) var reason: Gap.Reason?
    /// Why the last loss was.
    package private(set) var lastReason: Gap.Reason?
    package private(set) var opens = 0
    package private(set) var failedOpens = 0
    package private(set) var reconnects = 0
    /// One line without secrets; nil while all is well.
    package private(set) var trouble: String?

    private var generator: SeededGenerator
    private var attempt = 0
    private var connection: Connection?
    private var retryAt: Double?
    private var nextHeartbeat: Double
    private var isStopping = false
    /// There was a picture since the process began.
    private var hasShown = false

    /// What is known of the worker that runs.
    private struct Connection: Sendable {
        /// When the worker began to open the input, or was asked for.
        var spawnedAt: Double
        var hasGreeted = false
        var openedAt: Double?
        var progress = WorkerProgress()
        var bytesAt: Double
        var packetsAt: Double
        var pictureAt: Double
        /// Since when packets have come without a long silence.
        var flowingSince: Double
        /// Why it is to end; nil: it may go on.
        var verdict: Gap.Reason?
        /// When it is ended by force.
        var endAt: Double?
        var wasEnded = false
    }

    /// - Parameters:
    ///   - timing: deadlines and backoff.
    ///   - isLive: the input is opened again whenever it ends.
    ///   - seed: of the jitter.
    ///   - now: seconds on a clock that never steps.
    package init(timing: FeedTiming, isLive: Bool, seed: UInt64, now: Double) {
        self.timing = timing
        self.isLive = isLive
        generator = SeededGenerator(seed: seed)
        since = now
        nextHeartbeat = now + timing.heartbeat
    }

    /// Takes what happened. What does not fit the state (`FeedCoreCellTests` has every pair) changes nothing.
    package mutating func push(_ input: Input, now: Double) -> [Action] {
        // Nothing follows the end.
        guard state != .ended else { return [] }
        var actions: [Action] = []
        switch input {
        case .start:
            guard state == .idle else { break }
            request(now, &actions)
        case .granted:
            guard !isStopping, state == .resolving else { break }
            opens += 1
            enter(.opening, now)
            actions.append(.spawn)
        case .spawned:
            guard isSpawning else { break }
            connection = Connection(
                spawnedAt: now, bytesAt: now, packetsAt: now, pictureAt: now, flowingSince: now)
            if isStopping { askToStop(timing.drain, now, &actions) }
        case .spawnFailed(let reason):
            guard isSpawning else { break }
            failedOpens += 1
            if isStopping {
                end(.stopped, now, &actions)
            } else {
                retry(after: .disconnect, isRefused: false, trouble: reason, now, &actions)
            }
        case .greeted: greet(now)
        case .progress(let progress): take(progress, now)
        case .opened: open(now, &actions)
        case .picture: showPicture(now, &actions)
        case .over(let loss): lose(loss, now, &actions)
        case .stop: stop(now, &actions)
        case .tick: break
        }
        watch(now, &actions)
        beat(now, &actions)
        return actions
    }

    /// A worker was asked for, and nobody has said yet what came of it.
    private var isSpawning: Bool { connection == nil && (state == .opening || state == .draining) }

    /// When `tick` is due at the latest.
    package var deadline: Double {
        var deadline = nextHeartbeat
        if let retryAt { deadline = min(deadline, retryAt) }
        guard let connection else { return deadline }
        if let endAt = connection.endAt { return min(deadline, connection.wasEnded ? deadline : endAt) }
        return min(deadline, limits(connection).map(\.at).min() ?? deadline)
    }

    // MARK: - Opening

    private mutating func enter(_ next: FeedState, _ now: Double) {
        guard state != next else { return }
        state = next
        since = now
    }

    private mutating func request(_ now: Double, _ actions: inout [Action]) {
        retryAt = nil
        enter(.resolving, now)
        actions.append(.requestTurn)
    }

    /// On a machine that is short of processor time a worker may take long to begin: that is not the input's fault.
    private mutating func greet(_ now: Double) {
        guard var connection, !connection.hasGreeted, connection.openedAt == nil else { return }
        connection.hasGreeted = true
        (connection.spawnedAt, connection.bytesAt) = (now, now)
        (connection.packetsAt, connection.pictureAt, connection.flowingSince) = (now, now, now)
        self.connection = connection
    }

    private mutating func open(_ now: Double, _ actions: inout [Action]) {
        guard var connection else { return }
        connection.openedAt = now
        connection.pictureAt = now
        connection.packetsAt = now
        connection.bytesAt = now
        self.connection = connection
        if hasShown { reconnects += 1 }
        resume(now, &actions)
    }

    private mutating func resume(_ now: Double, _ actions: inout [Action]) {
        let wasAway = reason != nil
        hasShown = true
        reason = nil
        trouble = nil
        if !isStopping { enter(.running, now) }
        if wasAway { heartbeat(now, &actions) }
    }

    // MARK: - While it runs

    private mutating func take(_ progress: WorkerProgress, _ now: Double) {
        guard var connection else { return }
        if progress.bytes > connection.progress.bytes {
            // An encoder that was awaited has come: its connection begins now.
            if timing.awaitsPeer, connection.progress.bytes == 0 { connection.spawnedAt = now }
            connection.bytesAt = now
        }
        if progress.packets > connection.progress.packets {
            if now - connection.packetsAt >= timing.stallAfter / 2 { connection.flowingSince = now }
            connection.packetsAt = now
        }
        connection.progress = progress
        self.connection = connection
        guard connection.openedAt == nil, connection.verdict == nil, !isStopping else { return }
        if progress.packets > 0 {
            enter(.waitingKey, now)
        } else if progress.bytes > 0, state != .waitingKey {
            enter(.probing, now)
        }
    }

    private mutating func showPicture(_ now: Double, _ actions: inout [Action]) {
        guard var connection, let openedAt = connection.openedAt else { return }
        connection.pictureAt = now
        connection.packetsAt = max(
            connection.packetsAt, connection.verdict == nil ? now : connection.packetsAt)
        connection.bytesAt = max(connection.bytesAt, connection.verdict == nil ? now : connection.bytesAt)
        self.connection = connection
        if state == .stalled, connection.verdict == nil { resume(now, &actions) }
        if now - openedAt >= timing.backoff.healthyAfter { attempt = 0 }
    }

    /// A moment at which something is missing, and what it then is.
    private struct Limit {
        var at: Double
        var reason: Gap.Reason
        /// The connection is given up, rather than called stalled.
        var isFatal: Bool
    }

    private func limits(_ connection: Connection) -> [Limit] {
        let stall = timing.stallAfter
        guard connection.openedAt != nil else {
            guard isLive else { return [] }
            if connection.progress.bytes == 0 {
                let start = connection.hasGreeted ? stall : 3 * (stall + timing.probeAllowance)
                if connection.hasGreeted, timing.awaitsPeer { return [] }
                return [Limit(at: connection.spawnedAt + start, reason: .disconnect, isFatal: true)]
            }
            let latest = max(connection.bytesAt, connection.packetsAt)
            return [
                Limit(at: latest + stall + timing.probeAllowance, reason: .stall, isFatal: true),
                Limit(
                    at: connection.spawnedAt + 3 * (stall + timing.probeAllowance), reason: .decoderReset,
                    isFatal: true),
            ]
        }
        let isMarked = state == .stalled
        var limits: [Limit] = []
        if isLive || !isMarked {
            limits.append(Limit(at: connection.bytesAt + stall, reason: .stall, isFatal: isLive))
        }
        if !isMarked {
            limits.append(Limit(at: connection.packetsAt + stall, reason: .noVideo, isFatal: false))
        }
        guard isLive else { return limits }
        limits.append(Limit(at: connection.packetsAt + 3 * stall, reason: .noVideo, isFatal: true))
        // Pictures are owed only while packets come, not for the few that came before all fell silent.
        let owedSince = max(connection.pictureAt, connection.flowingSince)
        if connection.packetsAt >= owedSince + stall / 2 {
            limits.append(Limit(at: owedSince + stall, reason: .decoderReset, isFatal: true))
        }
        return limits
    }

    private mutating func watch(_ now: Double, _ actions: inout [Action]) {
        if let retryAt, retryAt <= now, !isStopping { request(now, &actions) }
        guard var connection else { return }
        if let endAt = connection.endAt {
            guard endAt <= now, !connection.wasEnded else { return }
            connection.wasEnded = true
            self.connection = connection
            actions.append(.endWorker)
            return
        }
        let passed = limits(connection).filter { $0.at <= now }
        guard let limit = passed.first(where: \.isFatal) ?? passed.first else { return }
        let isNews = state != .stalled
        reason = limit.reason
        lastReason = limit.reason
        enter(.stalled, now)
        if limit.isFatal {
            connection.verdict = limit.reason
            self.connection = connection
            askToStop(timing.grace, now, &actions)
        }
        if isNews { heartbeat(now, &actions) }
    }

    private mutating func askToStop(_ grace: Double, _ now: Double, _ actions: inout [Action]) {
        if var connection {
            connection.endAt = min(connection.endAt ?? .infinity, now + grace)
            self.connection = connection
        }
        actions.append(.askToStop)
    }

    // MARK: - When it ends

    private mutating func lose(_ loss: WorkerLoss, _ now: Double, _ actions: inout [Action]) {
        guard let connection else { return }
        let wasOpen = connection.openedAt != nil
        self.connection = nil
        if !wasOpen { failedOpens += 1 }
        if isStopping {
            end(.stopped, now, &actions)
            return
        }
        if !isLive, connection.verdict == nil {
            switch loss {
            case .ended(.end): end(.end, now, &actions)
            case .ended(.damaged(let text)): end(.damaged(text), now, &actions)
            case .ended(.failed(let failure, let text)): end(.failed(failure, text), now, &actions)
            case .ended(.stopped): end(.stopped, now, &actions)
            case .died(let text): end(.lost(text), now, &actions)
            }
            return
        }
        var isRefused = false
        var found = Gap.Reason.disconnect
        switch loss {
        case .ended(.failed(let failure, let text)):
            isRefused = failure == .refused
            trouble = text
        case .ended(.damaged(let text)): trouble = text
        case .ended(.end): trouble = "the other side ended the connection"
        case .ended(.stopped): break
        case .died(let text):
            // Before it had shown anything, the connection is what was missing.
            if connection.verdict == nil { (found, trouble) = (.decoderReset, text) }
        }
        let cause = connection.verdict ?? found
        if wasOpen { actions.append(.beginGap(cause)) }
        retry(after: cause, isRefused: isRefused, trouble: trouble, now, &actions)
    }

    private mutating func retry(
        after cause: Gap.Reason, isRefused: Bool, trouble: String?, _ now: Double, _ actions: inout [Action]
    ) {
        self.trouble = trouble
        let isNews = reason == nil
        reason = reason ?? cause
        if isNews { lastReason = cause }
        retryAt = now + timing.backoff.delay(attempt: attempt, isRefused: isRefused, using: &generator)
        attempt += 1
        enter(.backoff, now)
        if isNews { heartbeat(now, &actions) }
    }

    private mutating func stop(_ now: Double, _ actions: inout [Action]) {
        guard !isStopping else { return }
        isStopping = true
        retryAt = nil
        if connection != nil {
            enter(.draining, now)
            askToStop(timing.drain, now, &actions)
        } else if state == .opening {
            // The worker that was asked for comes first.
            enter(.draining, now)
        } else {
            end(.stopped, now, &actions)
        }
    }

    private mutating func end(_ ending: FeedEnding, _ now: Double, _ actions: inout [Action]) {
        enter(.ended, now)
        actions.append(.end(ending))
    }

    // MARK: - Heartbeats

    private mutating func beat(_ now: Double, _ actions: inout [Action]) {
        guard now >= nextHeartbeat, state != .ended else { return }
        heartbeat(now, &actions)
    }

    private mutating func heartbeat(_ now: Double, _ actions: inout [Action]) {
        nextHeartbeat = now + timing.heartbeat
        actions.append(.heartbeat)
    }
}
