internal import Synchronization

/// Knows which loops of the service must turn, and which have stopped. A dead camera stops no loop.
///
/// A loop that has stopped by itself is stuck: the service is then ended and started anew (`/healthz`, the
/// watchdog). A loop that waits for another is not, so that one fault has one name. A loop that waits for a
/// disk is told of as trouble and never ended for it: a new process would wait for the same disk.
package final class LoopMonitor: Sendable {
    private struct Loop {
        var beat: Double
        var limit: Double?
        var waitsForDisk: Bool
    }

    /// Seconds for which a disk may keep a loop waiting before that is told.
    package static let diskPatience = 10.0

    private let loops = Mutex<[String: Loop]>([:])

    package init() {}

    /// Notes that a loop turns, and what it does next.
    ///
    /// - Parameters:
    ///   - loop: its name.
    ///   - phase: how long it may take.
    ///   - now: seconds on the monotonic clock.
    package func beat(
        _ loop: String, _ phase: LoopPhase = .turning, now: Double = WallClock.monotonicSeconds()
    ) {
        loops.withLock { $0[loop] = Loop(beat: now, limit: phase.limit, waitsForDisk: false) }
    }

    /// Notes that a loop turns that does nothing but wait for a disk.
    package func beatOfDisk(_ loop: String, now: Double = WallClock.monotonicSeconds()) {
        loops.withLock { $0[loop] = Loop(beat: now, limit: Self.diskPatience, waitsForDisk: true) }
    }

    /// The loop has ended in good order.
    package func end(_ loop: String) { loops.withLock { $0[loop] = nil } }

    /// Names of the loops that should have turned and did not, sorted.
    package func stuck(now: Double) -> [String] { late(now: now, waitsForDisk: false) }

    /// One line for each loop that a disk keeps waiting, sorted.
    package func stalledDisks(now: Double) -> [String] {
        late(now: now, waitsForDisk: true).map { "the disk of the \($0) has not answered for 10 s or more" }
    }

    private func late(now: Double, waitsForDisk: Bool) -> [String] {
        loops.withLock { loops in
            loops.filter { _, loop in
                guard let limit = loop.limit, loop.waitsForDisk == waitsForDisk else { return false }
                return now - loop.beat > limit
            }.keys.sorted()
        }
    }
}
