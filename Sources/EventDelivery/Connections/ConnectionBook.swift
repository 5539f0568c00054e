internal import Platform
internal import Synchronization

/// Keeps a server's `ConnectionLedger`, and closes the connections that have to go.
package final class ConnectionBook: Sendable {
    private struct State {
        var ledger: ConnectionLedger
        var closers: [Int: @Sendable () -> Void] = [:]
    }

    private let state: Mutex<State>
    private let report: @Sendable (Int) -> Void
    package let patience: Double

    /// Most connections to a server that do not read events, where there are descriptors enough.
    package static let visitorLimit = 64

    /// - Parameters:
    ///   - readerLimit: most connections that read events.
    ///   - visitorLimit: most connections that do not.
    ///   - patience: seconds that a client may take for a request, and for taking a page.
    ///   - report: told the number of readers whenever it may have changed.
    package init(
        readerLimit: Int, visitorLimit: Int, patience: Double, report: @escaping @Sendable (Int) -> Void
    ) {
        self.patience = patience
        self.report = report
        state = Mutex(
            State(
                ledger: ConnectionLedger(
                    readerLimit: readerLimit, visitorLimit: visitorLimit, patience: patience)))
    }

    /// From now on as many connections may read events, and as many others may be there.
    package func allow(readers: Int, visitors: Int) {
        state.withLock { state in
            state.ledger.readerLimit = readers
            state.ledger.visitorLimit = visitors
        }
    }

    /// A connection has come; `close` ends it where it has to go.
    ///
    /// - Returns: its number.
    package func enter(close: @escaping @Sendable () -> Void) -> Int {
        let (number, leaver) = state.withLock { state in
            let (number, leaving) = state.ledger.enter(now: WallClock.monotonicSeconds())
            state.closers[number] = close
            return (number, leaving.flatMap { state.closers.removeValue(forKey: $0) })
        }
        leaver?()
        return number
    }

    /// A whole request has come.
    package func answer(_ number: Int) {
        state.withLock { $0.ledger.answer(number, now: WallClock.monotonicSeconds()) }
    }

    /// Its answer is written.
    package func ask(_ number: Int) {
        state.withLock { $0.ledger.ask(number, now: WallClock.monotonicSeconds()) }
    }

    /// It wants to read events. False where it cannot.
    package func read(_ number: Int) -> Bool {
        state.withLock { state in
            let isReader = state.ledger.read(number)
            // Under the lock, so that the last report is the last count.
            report(state.ledger.readerCount)
            return isReader
        }
    }

    /// A connection has gone.
    package func leave(_ number: Int) {
        state.withLock { state in
            state.ledger.leave(number)
            state.closers[number] = nil
            report(state.ledger.readerCount)
        }
    }

    /// Closes who has tried the patience, again and again until the task is canceled.
    package func watch() async {
        let interval = min(1, patience / 4)
        while (try? await Task.sleep(for: .seconds(interval))) != nil {
            let closers = state.withLock { state in
                state.ledger.takeOverdue(now: WallClock.monotonicSeconds()).compactMap {
                    state.closers.removeValue(forKey: $0)
                }
            }
            for close in closers { close() }
        }
    }
}
