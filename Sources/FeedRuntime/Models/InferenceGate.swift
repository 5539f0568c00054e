package import Platform
internal import DequeModule
internal import Dispatch
internal import Synchronization

/// A value that several threads use one after another, in the order in which they asked: whoever needs it
/// often waits behind the others each time anew. Nothing but `use` reaches the value.
package final class InferenceGate<Value>: @unchecked Sendable {
    private struct Turns {
        var isTaken = false
        var waiting: Deque<DispatchSemaphore> = []
    }

    private let turns = Mutex(Turns())
    /// Read and written by whoever has the turn, and by nobody else.
    private var value: Value

    /// `value` belongs to the gate from now on: the caller keeps nothing that shares memory with it.
    package init(_ value: consuming Value) { self.value = value }

    /// Runs `work` alone; the calling thread waits for its turn.
    ///
    /// - Parameters:
    ///   - phase: is told what the thread does: it waits, it calculates, it has its own time again.
    ///   - work: keeps nothing that shares memory with the value.
    /// - Returns: what `work` returns.
    /// - Throws: what `work` throws.
    package func use<Result, Failure: Error>(
        telling phase: (LoopPhase) -> Void = { _ in }, _ work: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        enter(phase)
        phase(.calculating)
        defer {
            leave()
            phase(.turning)
        }
        return try work(&value)
    }

    private func enter(_ phase: (LoopPhase) -> Void) {
        let turn = DispatchSemaphore(value: 0)
        let mustWait = turns.withLock { turns in
            defer { turns.isTaken = true }
            if turns.isTaken { turns.waiting.append(turn) }
            return turns.isTaken
        }
        guard mustWait else { return }
        phase(.waiting)
        turn.wait()
    }

    /// The gate stays taken while it is handed on.
    private func leave() {
        let next = turns.withLock { turns in
            let next = turns.waiting.popFirst()
            turns.isTaken = next != nil
            return next
        }
        next?.signal()
    }
}
