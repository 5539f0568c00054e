internal import Synchronization

/// What ends a feed, whether it has a runner yet or still waits for the means to run. From any thread.
package final class FeedStop: Sendable {
    private struct State {
        var runner: FeedRunner?
        var isEnding = false
    }

    private let state = Mutex(State())

    package init() {}

    /// It was asked to end: it is not to be run again.
    package var isEnding: Bool { state.withLock { $0.isEnding } }

    /// Asks the feed to end. Returns at once.
    package func stop() {
        let runner = state.withLock { state in
            state.isEnding = true
            return state.runner
        }
        runner?.stop()
    }

    /// The feed is run by `runner` from now on.
    package func attach(_ runner: FeedRunner) {
        let isEnding = state.withLock { state in
            state.runner = runner
            return state.isEnding
        }
        if isEnding { runner.stop() }
    }
}
