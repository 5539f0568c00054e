internal import DequeModule
internal import Dispatch
package import SceneEvents
internal import Synchronization

/// Hands a feed's events to its outlet while the feed's thread goes on: one parcel at a time, in order.
///
/// So an outlet that waits for a disk or for a reader holds up neither deadlines nor heartbeats. What of the
/// hand-over belongs to no thread of the outlet's own runs on the feed's thread, in `turn`: it needs none of
/// the few threads that all tasks share, and no feed waits for another.
package final class HandOver: TaskExecutor {
    /// What goes together: the checkpoint and the status are those after the events.
    package struct Parcel: Sendable {
        package var events: [Event]
        package var checkpoint: [UInt8]?
        package var status: FeedStatus?
        package var pictures: [FeedPicture] = []
        /// Pictures that are kept.
        package var mostPictures = 0
        /// The feed was asked to end before all of it was made: `EventOutlet.stop`.
        package var isStopping = false

        package init(events: [Event], checkpoint: [UInt8]? = nil, status: FeedStatus? = nil) {
            self.events = events
            self.checkpoint = checkpoint
            self.status = status
        }
    }

    private struct State: Sendable {
        var jobs: Deque<UnownedJob> = []
        /// The feed's thread is in `wait`.
        var isWaited = false
        /// The feed's thread is in `turn` and sees a new job by itself.
        var isTurning = false
        var isBusy = false
        var failure: String?
    }

    private let outlet: any EventOutlet
    private let wake: @Sendable () -> Void
    private let state = Mutex(State())
    private let news = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - outlet: takes what is handed over.
    ///   - wake: called from any thread when the feed's thread should call `turn`; under a lock, so that it
    ///     waits for nothing and calls nothing of the hand-over.
    package init(to outlet: any EventOutlet, wake: @escaping @Sendable () -> Void) {
        self.outlet = outlet
        self.wake = wake
    }

    /// A parcel is on its way.
    package var isBusy: Bool { state.withLock { $0.isBusy } }

    /// Why the outlet takes nothing any more; nil while it does.
    package var failure: String? { state.withLock { $0.failure } }

    /// Sends a parcel on its way; none may be. Called, as all that follow, from the feed's thread.
    package func start(_ parcel: Parcel) {
        state.withLock { state in
            precondition(!state.isBusy, "one parcel at a time")
            (state.isBusy, state.isTurning) = (true, true)
        }
        Task.detached(executorPreference: self) { [outlet] in
            var failure: String?
            if parcel.isStopping { await outlet.stop() }
            do {
                if !parcel.events.isEmpty { try await outlet.append(parcel.events) }
                if let checkpoint = parcel.checkpoint { await outlet.keep(checkpoint) }
                if !parcel.pictures.isEmpty {
                    await outlet.keep(parcel.pictures, most: parcel.mostPictures)
                }
            } catch {
                failure = "\(error)"
            }
            if let status = parcel.status { await outlet.status(status) }
            self.finish(failure)
        }
        turn()
    }

    /// Does what of the hand-over is to be done on this thread; waits for nothing.
    package func turn() {
        while true {
            let job = state.withLock { state in
                let job = state.jobs.popFirst()
                state.isTurning = job != nil
                return job
            }
            guard let job else { return }
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }

    /// Waits until no parcel is on its way.
    package func wait() {
        state.withLock { $0.isWaited = true }
        turn()
        while isBusy {
            news.wait()
            turn()
        }
        state.withLock { $0.isWaited = false }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        // Once the feed's thread sees the job, it may run it to the end and free all this, whoever still
        // calls here: only the task holds its executor. So the lock, whose last step lets that thread in, is
        // the last that is touched.
        state.withLock { state in
            state.jobs.append(job)
            // Nobody else takes the signal, and months of them would be taken at the end.
            if state.isWaited { news.signal() }
            if !state.isTurning { wake() }
        }
    }

    private func finish(_ failure: String?) {
        state.withLock { state in
            state.isBusy = false
            state.failure = failure ?? state.failure
        }
    }
}
