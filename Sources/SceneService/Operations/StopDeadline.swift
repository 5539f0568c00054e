package import FeedRuntime
internal import Platform
internal import Dispatch
internal import Synchronization

/// Ends what a stop in order has not ended in time: by the wall clock, on a thread of its own that waits for
/// nobody else.
package final class StopDeadline: Sendable {
    private let begun = DispatchSemaphore(value: 0)
    private let over = DispatchSemaphore(value: 0)
    private let seconds = Mutex<Double?>(nil)

    /// - Parameter force: called at most once, when the time is over. It must wait for nothing.
    /// - Throws: where no thread is left.
    package init(_ force: @escaping @Sendable () -> Void) throws(ResourceShortage) {
        let (begun, over) = (begun, over)
        // The thread is there before anything runs short.
        let isStarted = OwnThread.start { [self] in
            begun.wait()
            let seconds = self.seconds.withLock { $0 ?? 0 }
            if over.wait(timeout: .now() + seconds) == .timedOut { force() }
        }
        guard isStarted else { throw .noThread }
    }

    /// The stop begins and may take so long. Calls after the first change nothing.
    package func begin(seconds: Double) {
        let isFirst = self.seconds.withLock { known in
            defer { known = known ?? seconds }
            return known == nil
        }
        if isFirst { begun.signal() }
    }

    /// The stop is over.
    package func end() { over.signal() }
}
