internal import Glibc
package import Logging
internal import Synchronization

/// Runs one feed on a thread of its own, from `start` to its end: workers, deadlines, events, status.
///
/// The thread waits for the worker, for the next deadline, and for the outlet: while the outlet does not take events, the
/// worker waits, too. Nothing is shared with other feeds but the turns to open.
package final class FeedRunner: Sendable {
    package let name: String
    private let wakeEnds: (read: Int32, write: Int32)
    private let isStopping = Atomic<Bool>(false)
    private let outcome: Mutex<Outcome>

    private struct Outcome {
        var ending: FeedEnding?
        var waiting: [CheckedContinuation<FeedEnding, Never>] = []
    }

    /// - Parameter name: the feed's name.
    package init(name: String) {
        self.name = name
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0, "no descriptor is left")
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        wakeEnds = (ends[0], ends[1])
        outcome = Mutex(Outcome())
    }

    deinit {
        close(wakeEnds.read)
        close(wakeEnds.write)
    }

    /// Starts the feed. Call once.
    ///
    /// - Parameters:
    ///   - plan: what to run.
    ///   - run: the run that its events join.
    ///   - model: encodes and scores.
    ///   - outlet: takes events and status.
    ///   - limiter: shared by all feeds of the process.
    ///   - logger: for people.
    ///   - isReplayed: the feed is run again where its worker dies, so that its stream does not end then.
    ///   - turn: called each time the feed's thread goes round, at least every five seconds.
    package func start(
        _ plan: FeedPlan, run: FeedRun, model: SharedModel,
        outlet: any EventOutlet, limiter: OpenLimiter, logger: Logger, isReplayed: Bool = false,
        turn: @escaping @Sendable () -> Void = {}
    ) {
        if run.beginning == .finished {
            logger.info("was read to its end and has not changed", metadata: ["run": "\(run.name)"])
            finish(.end)
            return
        }
        let wake = wakeEnds.read
        let isStarted = ServiceThread.start(stack: 8 << 20) { [self] in
            let loop = FeedLoop(
                plan: plan, run: run, model: model, outlet: outlet, limiter: limiter,
                logger: logger, wake: wake, isReplayed: isReplayed)
            finish(
                loop.run {
                    turn()
                    return self.isStopping.load(ordering: .acquiring)
                })
        }
        if !isStarted { finish(.noOutlet("no thread is left for the feed")) }
    }

    /// Asks the feed to finish what it has. Returns at once; any number of times, from any thread.
    package func stop() {
        isStopping.store(true, ordering: .releasing)
        _ = write(wakeEnds.write, "x", 1)
    }

    /// Waits for the end of the feed.
    package var ending: FeedEnding {
        get async {
            await withCheckedContinuation { continuation in
                let known = outcome.withLock { outcome in
                    if outcome.ending == nil { outcome.waiting.append(continuation) }
                    return outcome.ending
                }
                if let known { continuation.resume(returning: known) }
            }
        }
    }

    private func finish(_ ending: FeedEnding) {
        let waiting = outcome.withLock { outcome in
            outcome.ending = ending
            defer { outcome.waiting = [] }
            return outcome.waiting
        }
        for continuation in waiting { continuation.resume(returning: ending) }
    }
}
