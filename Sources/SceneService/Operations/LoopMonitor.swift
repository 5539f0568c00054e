internal import Synchronization

/// Knows which loops of the service must turn, and which have stopped. A dead camera stops no loop.
package final class LoopMonitor: Sendable {
    private struct Loop {
        var beat: Double
        var limit: Double
    }

    private let loops = Mutex<[String: Loop]>([:])

    package init() {}

    /// Notes that a loop turns.
    ///
    /// - Parameters:
    ///   - loop: its name.
    ///   - limit: seconds within which it must turn again.
    ///   - now: seconds on the monotonic clock.
    package func beat(_ loop: String, limit: Double = 15, now: Double = WallClock.monotonicSeconds()) {
        loops.withLock { $0[loop] = Loop(beat: now, limit: limit) }
    }

    /// The loop has ended in good order.
    package func end(_ loop: String) { loops.withLock { $0[loop] = nil } }

    /// Names of the loops that should have turned and did not, sorted.
    package func stuck(now: Double) -> [String] {
        loops.withLock { loops in
            loops.filter { now - $0.value.beat > $0.value.limit }.keys.sorted()
        }
    }
}
