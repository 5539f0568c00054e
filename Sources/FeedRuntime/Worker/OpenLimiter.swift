internal import Synchronization

/// Spreads connections, so that many feeds do not storm one server, nor the machine, after an outage they
/// shared.
package final class OpenLimiter: Sendable {
    private struct Turns {
        /// When the next connection may be opened at all.
        var next = 0.0
        /// The same by host.
        var nextByHost: [String: Double] = [:]
        /// Seconds between two connections.
        var interval: Double
    }

    private let hostInterval: Double
    private let turns: Mutex<Turns>

    /// - Parameters:
    ///   - perSecond: connections opened in all.
    ///   - perHostAndSecond: connections opened to one host.
    package init(perSecond: Double = 5, perHostAndSecond: Double = 1) {
        turns = Mutex(Turns(interval: 1 / perSecond))
        hostInterval = 1 / perHostAndSecond
    }

    /// Spreads the turns that are still to be taken by another rate, connections per second in all.
    package func set(perSecond: Double) { turns.withLock { $0.interval = 1 / perSecond } }

    /// Takes the next free turn.
    ///
    /// - Parameters:
    ///   - host: whom the connection goes to; nil: nobody but this machine's files.
    ///   - now: seconds on a clock that never steps.
    /// - Returns: when the connection may be opened; `now` or later.
    package func turn(host: String?, now: Double) -> Double {
        turns.withLock { turns in
            var at = max(now, turns.next)
            if let host {
                at = max(at, turns.nextByHost[host] ?? now)
                turns.nextByHost[host] = at + hostInterval
                if turns.nextByHost.count > 4096 {
                    turns.nextByHost = turns.nextByHost.filter { $0.value > now }
                }
            }
            turns.next = max(turns.next, now) + turns.interval
            return at
        }
    }
}
