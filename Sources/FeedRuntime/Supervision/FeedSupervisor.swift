internal import Platform
package import Timeline

/// What keeps a feed alive: deadlines on bytes, packets and pictures, the decision to end a worker, and when
/// to try again.
///
/// A value: the clock comes with each call, actions go out, and nothing else happens. A live feed never gives
/// up; one that ends by itself (file, pipe) ends with its input.
package struct FeedSupervisor: Sendable {
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
        /// For so many seconds up to now nobody took what the worker told.
        case busy(Double)
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
    /// Attempts to open the input: those that gave a picture, those that gave none, and the one that is on
    /// its way.
    package private(set) var opens = 0
    package private(set) var connections = 0
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
        case connected(FeedConnection, isStopping: Bool)
        /// The next attempt begins at a moment.
        case backoff(until: Double)
        case ended
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
        case (.connected(var connection, let isStopping), .busy(let seconds)):
            connection.excuse(seconds, now: now)
            enter(.connected(connection, isStopping: isStopping), now)
        case (_, .busy): break

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
            let connection = FeedConnection(timing: timing, isLive: isLive, now: now)
            enter(.connected(connection, isStopping: isStopping), now)
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

        case (.connected(var connection, let isStopping), .greeted):
            connection.greet(now)
            enter(.connected(connection, isStopping: isStopping), now)
        case (.connected(var connection, let isStopping), .progress(let progress)):
            connection.take(progress, isStopping: isStopping, now: now)
            enter(.connected(connection, isStopping: isStopping), now)
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
        case .connected(let connection, _): return min(nextHeartbeat, connection.deadline ?? nextHeartbeat)
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

    // MARK: - While it runs

    private mutating func open(
        _ old: FeedConnection, _ isStopping: Bool, _ now: Double, _ actions: inout [Action]
    ) {
        var connection = old
        connection.open(now)
        enter(.connected(connection, isStopping: isStopping), now)
        // A worker says it once.
        if old.openedAt == nil {
            connections += 1
            if hasShown { reconnects += 1 }
        }
        noteReturn(now, &actions)
    }

    private mutating func showPicture(
        _ old: FeedConnection, _ isStopping: Bool, _ now: Double, _ actions: inout [Action]
    ) {
        guard let openedAt = old.openedAt else { return }
        var connection = old
        let isBack = connection.show(now)
        enter(.connected(connection, isStopping: isStopping), now)
        if isBack { noteReturn(now, &actions) }
        if now - openedAt >= timing.backoff.healthyAfter { attempt = 0 }
    }

    private mutating func noteReturn(_ now: Double, _ actions: inout [Action]) {
        let wasAway = reason != nil
        hasShown = true
        reason = nil
        trouble = nil
        if wasAway { heartbeat(now, &actions) }
    }

    private mutating func watch(_ now: Double, _ actions: inout [Action]) {
        if case .backoff(let until) = phase, until <= now { request(now, &actions) }
        guard case .connected(var connection, let isStopping) = phase, let finding = connection.judge(now)
        else { return }
        enter(.connected(connection, isStopping: isStopping), now)
        switch finding {
        case .isOverdue: actions.append(.endWorker)
        case .isMissing(let found, let isFatal, let isNews):
            reason = found
            lastReason = found
            if isFatal { askToStop(timing.grace, now, &actions) }
            if isNews { heartbeat(now, &actions) }
        }
    }

    private mutating func askToStop(_ grace: Double, _ now: Double, _ actions: inout [Action]) {
        guard case .connected(var connection, let isStopping) = phase else { return }
        connection.end(within: grace, now: now)
        enter(.connected(connection, isStopping: isStopping), now)
        actions.append(.askToStop)
    }

    // MARK: - When it ends

    private mutating func lose(
        _ connection: FeedConnection, _ loss: WorkerLoss, _ isStopping: Bool, _ now: Double,
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
        case .ended(.stopped): trouble = nil
        case .died(let text):
            trouble = nil
            // Before it had shown anything, the connection is what was missing.
            if connection.verdict == nil { (found, trouble) = (.decoderReset, text) }
        }
        let cause = connection.verdict ?? found
        if wasOpen { actions.append(.beginGap(cause)) }
        retry(after: cause, isRefused: isRefused, trouble: trouble ?? cause.trouble, now, &actions)
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

extension Gap.Reason {
    /// Why a connection was given up that did not say so itself, and what to do; nil for reasons of others.
    fileprivate var trouble: String? {
        switch self {
        case .disconnect: "nothing arrives: check that the other side sends to this address"
        case .stall:
            "nothing arrives anymore: check that the other side still sends, and the network between"
        case .noVideo: "no video arrives: check that the other side sends video"
        case .decoderReset: "no picture can be decoded: check what the other side sends with ffprobe"
        case .discontinuity, .missing, .restart, .sinkBlocked: nil
        }
    }
}
