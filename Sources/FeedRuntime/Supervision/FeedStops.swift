internal import Synchronization

/// All feeds of a service, for the one who ends them: that waits for no actor and for no other feed.
package final class FeedStops: Sendable {
    private struct State {
        var isStopping = false
        var handles: [ObjectIdentifier: FeedStop] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// The service ends: no feed begins any more.
    package var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Feeds that have not ended.
    package var count: Int { state.withLock { $0.handles.count } }

    /// Asks all feeds to end, and those that are still to come.
    package func stopAll() {
        let handles = state.withLock { state in
            state.isStopping = true
            return Array(state.handles.values)
        }
        for handle in handles { handle.stop() }
    }

    package func add(_ handle: FeedStop) {
        let isStopping = state.withLock { state in
            state.handles[ObjectIdentifier(handle)] = handle
            return state.isStopping
        }
        if isStopping { handle.stop() }
    }

    package func remove(_ handle: FeedStop) {
        state.withLock { $0.handles[ObjectIdentifier(handle)] = nil }
    }
}
