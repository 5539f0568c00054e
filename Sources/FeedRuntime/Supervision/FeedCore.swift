internal import Platform
package import Timeline

/// What keeps a feed alive: deadlines on bytes, packets and pictures, the decision to end a worker, and when
/// to try again.
///
/// A value: the clock comes with each call, actions go out, and nothing else happens. A live feed never gives
/// up; one that ends by itself (file, pipe) ends with its input.
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
    package var state: FeedState {
        switch phase {
        case .idle: .idle
        case .resolving: .resolving
        case .spawning(isStopping: false): .opening
        case .spawning(isStopping: true), .connected(_, isStopping: true): .draining
        case .connected(let connection, isStopping: false): connection.stage
        case .backoff: .backoff
        case .ended: .ended
        }
    }
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
    private var phase = Phase.idle
    private var nextHeartbeat: Double
    /// There was a picture since the process began.
    private var hasShown = false

    /// Where the feed stands, and what is known there alone. It stops only where a worker has to end first.
    private enum Phase: Sendable {
        case idle
        /// The turn to open was asked for.
        case resolving
        /// A worker was asked for, and nobody has said yet what came of it.
        case spawning(isStopping: Bool)
        /// A worker runs.
        case connected(Connection, isStopping: Bool)
        /// The next attempt begins at a moment.
        case backoff(until: Double)
        case ended
    }

    /// What is known of the worker that runs.
    private struct Connection: Sendable {
        /// `opening`, `probing`, `waitingKey`, `running` or `stalled`.
        var stage = FeedState.opening
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

        init(now: Double) {
            (spawnedAt, bytesAt, packetsAt) = (now, now, now)
            (pictureAt, flowingSince) = (now, now)
        }
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

    /// Takes what happened. What does not fit the state changes nothing.
    package mutating func push(_ input: Input, now: Double) -> [Action] {
        var actions: [Action] = []
        switch (phase, input) {
        // Nothing follows the end.
        case (.ended, _): return []
        case (_, .tick): break

        case (.idle, .start): request(now, &actions)
        case (.idle, .stop), (.resolving, .stop), (.backoff, .stop): end(.stopped, now, &actions)
        case (.idle, .granted), (.idle, .spawned), (.idle, .spawnFailed), (.idle, .greeted),
            (.idle, .progress),
            (.idle, .opened), (.idle, .picture), (.idle, .over):
            break

        case (.resolving, .granted):
            opens += 1
            enter(.spawning(isStopping: false), now)
            actions.append(.spawn)
        case (.resolving, .start), (.resolving, .spawned), (.resolving, .spawnFailed), (.resolving, .greeted),
            (.resolving, .progress), (.resolving, .opened), (.resolving, .picture), (.resolving, .over):
            break

        case (.spawning(let isStopping), .spawned):
            enter(.connected(Connection(now: now), isStopping: isStopping), now)
            if isStopping { askToStop(timing.drain, now, &actions) }
        case (.spawning(isStopping: true), .spawnFailed):
            failedOpens += 1
            end(.stopped, now, &actions)
        case (.spawning(isStopping: false), .spawnFailed(let reason)):
            failedOpens += 1
            retry(after: .disconnect, isRefused: false, trouble: reason, now, &actions)
        // The worker that was asked for comes first.
        case (.spawning, .stop): enter(.spawning(isStopping: true), now)
        case (.spawning, .start), (.spawning, .granted), (.spawning, .greeted), (.spawning, .progress),
            (.spawning, .opened), (.spawning, .picture), (.spawning, .over):
            break

        case (.connected(let connection, let isStopping), .greeted):
            enter(.connected(greeted(connection, now), isStopping: isStopping), now)
        case (.connected(let connection, let isStopping), .progress(let progress)):
            enter(.connected(taking(progress, connection, isStopping, now), isStopping: isStopping), now)
        case (.connected(let connection, let isStopping), .opened):
            open(connection, isStopping, now, &actions)
        case (.connected(let connection, let isStopping), .picture):
            showPicture(connection, isStopping, now, &actions)
        case (.connected(let connection, let isStopping), .over(let loss)):
            lose(connection, loss, isStopping, now, &actions)
        case (.connected(let connection, isStopping: false), .stop):
            enter(.connected(connection, isStopping: true), now)
            askToStop(timing.drain, now, &actions)
        case (.connected(_, isStopping: true), .stop), (.connected, .start), (.connected, .granted),
            (.connected, .spawned), (.connected, .spawnFailed):
            break

        case (.backoff, .start), (.backoff, .granted), (.backoff, .spawned), (.backoff, .spawnFailed),
            (.backoff, .greeted), (.backoff, .progress), (.backoff, .opened), (.backoff, .picture),
            (.backoff, .over):
            break
        }
        watch(now, &actions)
        beat(now, &actions)
        return actions
    }

    /// When `tick` is due at the latest.
    package var deadline: Double {
        switch phase {
        case .idle, .resolving, .spawning, .ended: return nextHeartbeat
        case .backoff(let until): return min(nextHeartbeat, until)
        case .connected(let connection, _):
            if let endAt = connection.endAt {
                return connection.wasEnded ? nextHeartbeat : min(nextHeartbeat, endAt)
            }
            return min(nextHeartbeat, limits(connection).map(\.at).min() ?? nextHeartbeat)
        }
    }

    // MARK: - Opening

    private mutating func enter(_ next: Phase, _ now: Double) {
        let before = state
        phase = next
        if state != before { since = now }
    }

    private mutating func request(_ now: Double, _ actions: inout [Action]) {
        enter(.resolving, now)
        actions.append(.requestTurn)
    }

    /// On a machine that is short of processor time a worker may take long to begin: that is not the input's
    /// fault.
    private func greeted(_ old: Connection, _ now: Double) -> Connection {
        guard !old.hasGreeted, old.openedAt == nil else { return old }
        var connection = Connection(now: now)
        (connection.stage, connection.progress, connection.hasGreeted) = (old.stage, old.progress, true)
        (connection.verdict, connection.endAt, connection.wasEnded) = (old.verdict, old.endAt, old.wasEnded)
        return connection
    }

    private mutating func open(
        _ old: Connection, _ isStopping: Bool, _ now: Double, _ actions: inout [Action]
    ) {
        var connection = old
        connection.openedAt = now
        (connection.pictureAt, connection.packetsAt, connection.bytesAt) = (now, now, now)
        if hasShown { reconnects += 1 }
        resume(connection, isStopping, now, &actions)
    }

    private mutating func resume(
        _ old: Connection, _ isStopping: Bool, _ now: Double, _ actions: inout [Action]
    ) {
        var connection = old
        connection.stage = .running
        enter(.connected(connection, isStopping: isStopping), now)
        let wasAway = reason != nil
        hasShown = true
        reason = nil
        trouble = nil
        if wasAway { heartbeat(now, &actions) }
    }

    // MARK: - While it runs

    private func taking(
        _ progress: WorkerProgress, _ old: Connection, _ isStopping: Bool, _ now: Double
    ) -> Connection {
        var connection = old
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
        guard connection.openedAt == nil, connection.verdict == nil, !isStopping else { return connection }
        if progress.packets > 0 {
            connection.stage = .waitingKey
        } else if progress.bytes > 0, connection.stage != .waitingKey {
            connection.stage = .probing
        }
        return connection
    }

    private mutating func showPicture(
        _ old: Connection, _ isStopping: Bool, _ now: Double, _ actions: inout [Action]
    ) {
        guard let openedAt = old.openedAt else { return }
        var connection = old
        connection.pictureAt = now
        if connection.verdict == nil {
            connection.packetsAt = max(connection.packetsAt, now)
            connection.bytesAt = max(connection.bytesAt, now)
        }
        enter(.connected(connection, isStopping: isStopping), now)
        if state == .stalled, connection.verdict == nil { resume(connection, isStopping, now, &actions) }
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
        let isMarked = connection.stage == .stalled
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
        if case .backoff(let until) = phase, until <= now { request(now, &actions) }
        guard case .connected(var connection, let isStopping) = phase else { return }
        if let endAt = connection.endAt {
            guard endAt <= now, !connection.wasEnded else { return }
            connection.wasEnded = true
            enter(.connected(connection, isStopping: isStopping), now)
            actions.append(.endWorker)
            return
        }
        let passed = limits(connection).filter { $0.at <= now }
        guard let limit = passed.first(where: \.isFatal) ?? passed.first else { return }
        let isNews = connection.stage != .stalled
        reason = limit.reason
        lastReason = limit.reason
        connection.stage = .stalled
        if limit.isFatal { connection.verdict = limit.reason }
        enter(.connected(connection, isStopping: isStopping), now)
        if limit.isFatal { askToStop(timing.grace, now, &actions) }
        if isNews { heartbeat(now, &actions) }
    }

    private mutating func askToStop(_ grace: Double, _ now: Double, _ actions: inout [Action]) {
        guard case .connected(var connection, let isStopping) = phase else { return }
        connection.endAt = min(connection.endAt ?? .infinity, now + grace)
        enter(.connected(connection, isStopping: isStopping), now)
        actions.append(.askToStop)
    }

    // MARK: - When it ends

    private mutating func lose(
        _ connection: Connection, _ loss: WorkerLoss, _ isStopping: Bool, _ now: Double,
        _ actions: inout [Action]
    ) {
        let wasOpen = connection.openedAt != nil
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
        let delay = timing.backoff.delay(attempt: attempt, isRefused: isRefused, using: &generator)
        attempt += 1
        enter(.backoff(until: now + delay), now)
        if isNews { heartbeat(now, &actions) }
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
