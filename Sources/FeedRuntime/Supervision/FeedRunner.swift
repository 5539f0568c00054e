package import Platform
package import Logging
internal import Synchronization

/// Runs one feed on a thread of its own, from `start` to its end: workers, deadlines, events, status.
///
/// The thread waits for the worker, for the next deadline, and for the outlet: while the outlet does not take
/// events, the worker waits, too. Nothing is shared with other feeds but the turns to open and a model's
/// large buffers.
package final class FeedRunner: Sendable {
    package let name: String
    private let state = Mutex(State())

    private struct State {
        /// While the thread runs.
        var wake: FeedWake?
        var isStopping = false
        var ending: FeedEnding?
        var waiting: [CheckedContinuation<FeedEnding, Never>] = []
    }

    /// - Parameter name: the feed's name. Costs nothing of the system's until `start`.
    package init(name: String) { self.name = name }

    /// Starts the feed. Call once; again where it has thrown.
    ///
    /// - Parameters:
    ///   - plan: what to run.
    ///   - run: the run that its events join.
    ///   - model: encodes and scores.
    ///   - outlet: takes events and status.
    ///   - limiter: shared by all feeds of the process.
    ///   - logger: for people.
    ///   - isReplayed: the feed is run again where its worker dies, so that its stream does not end then.
    ///   - phase: is told what the feed's thread does, at least every five seconds while it turns.
    /// - Throws: where the system has no descriptor or no thread left; nothing has begun then.
    package func start(
        _ plan: FeedPlan, run: FeedRun, model: SharedModel,
        outlet: any EventOutlet, limiter: OpenLimiter, logger: Logger, isReplayed: Bool = false,
        phase: @escaping @Sendable (LoopPhase) -> Void = { _ in }
    ) throws(ResourceShortage) {
        if run.beginning == .finished {
            logger.info("was read to its end and has not changed", metadata: ["run": "\(run.name)"])
            finish(.end)
            return
        }
        guard let wake = FeedWake() else { throw .noDescriptor }
        state.withLock { $0.wake = wake }
        let isStarted = OwnThread.start(stack: 8 << 20) { [self] in
            let loop = FeedThread(
                plan: plan, run: run, model: model, outlet: outlet, limiter: limiter,
                logger: logger, wake: wake, isReplayed: isReplayed, phase: phase)
            finish(loop.run { self.isStopping })
        }
        guard isStarted else {
            state.withLock { $0.wake = nil }
            throw .noThread
        }
    }

    /// Asks the feed to finish what it has. Returns at once; any number of times, from any thread, before
    /// `start`, too.
    package func stop() {
        let wake = state.withLock { state in
            state.isStopping = true
            return state.wake
        }
        wake?.call()
    }

    /// It was asked to finish.
    package var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Waits for the end of the feed.
    package var ending: FeedEnding {
        get async {
            await withCheckedContinuation { continuation in
                let known = state.withLock { state in
                    if state.ending == nil { state.waiting.append(continuation) }
                    return state.ending
                }
                if let known { continuation.resume(returning: known) }
            }
        }
    }

    private func finish(_ ending: FeedEnding) {
        let waiting = state.withLock { state in
            state.ending = ending
            state.wake = nil
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: ending) }
    }
}
