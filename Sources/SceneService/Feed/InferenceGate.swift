internal import DequeModule
internal import Dispatch
internal import Synchronization

/// Lets the feeds that share a model use it one after another, in the order in which they asked: a feed with much to score
/// waits behind the others each time anew.
package final class InferenceGate: Sendable {
    private struct State {
        var isTaken = false
        var waiting: Deque<DispatchSemaphore> = []
    }

    private let state = Mutex(State())

    package init() {}

    /// Runs `work` alone; the calling thread waits for its turn.
    func run<Value, Failure: Error>(_ work: () throws(Failure) -> Value) throws(Failure) -> Value {
        let turn = DispatchSemaphore(value: 0)
        let mustWait = state.withLock { state in
            defer { state.isTaken = true }
            if state.isTaken { state.waiting.append(turn) }
            return state.isTaken
        }
        if mustWait { turn.wait() }
        defer {
            // The gate stays taken while it is handed on.
            let next = state.withLock { state in
                let next = state.waiting.popFirst()
                state.isTaken = next != nil
                return next
            }
            next?.signal()
        }
        return try work()
    }
}
