package import Timeline

/// Tells whether the feed's own thread keeps up with its worker, and what the worker is to leave out if it
/// does not.
///
/// A worker sees only its own half: what it has sent waits in the socket, minutes of it, without any harm to
/// the worker. The thread falls behind where encoding takes too long, or where it has to wait for a model
/// that many feeds share. Waiting for the worker is time to spare, and so is waiting for the disk: to decode
/// less helps no disk.
package struct ShortageWatch {
    private var gauge = OverloadGauge(steps: Relief.Step.allCases.filter { $0 != .none })
    private var waited = 0.0
    private var askAt = -Double.infinity

    package init() {}

    /// What a worker has to leave out at least.
    package var step: Relief.Step { gauge.step }

    /// Notes seconds spent waiting for the worker or the disk.
    package mutating func noteWait(_ seconds: Double) { waited += seconds }

    /// Takes a picture that was dealt with at `now`, seconds on a clock that never steps; `media`: seconds of
    /// media up to it.
    ///
    /// - Returns: the step to ask for, if it is another one.
    package mutating func push(now: Double, media: Double) -> Relief.Step? {
        guard now >= askAt else { return nil }
        askAt = now + 1
        return gauge.push(now: now, waited: waited, media: media)
    }

    /// The time stamps jumped, or pictures were missing.
    package mutating func restart() { gauge.restart() }
}
