package import Timeline

/// Tells from how a worker spends its time whether the machine keeps up with a live feed, and what to leave
/// out.
///
/// A value: the clock comes with each call. A worker that keeps up waits for its input most of the time. One
/// that does not never waits, while its pictures fall behind the wall clock; one that catches up with what
/// came late does not wait either, but gains on the clock, and is let be.
package struct OverloadGauge: Sendable {
    /// Steps that change something for this input, in order.
    private let steps: [Relief.Step]
    private var samples: [Sample] = []
    /// When the step was last changed.
    private var changedAt: Double?
    /// When more work was last tried, and how long to wait until the next attempt.
    private var recoveredAt: Double?
    private var patience = Self.firstPatience
    /// How far media time is behind. Clocks of receivers differ by less than a fifth of a thousandth; a feed
    /// that falls behind more slowly than that is let be.
    private var meter = LagMeter(allowance: 0.0002)
    package private(set) var step: Relief.Step

    private struct Sample: Sendable {
        var now: Double
        var waited: Double
        var lag: Double
    }

    /// Seconds over which a worker must have been busy, and seconds it must then be behind.
    package static let span = 5.0
    package static let allowedLag = 1.0
    /// Share of the time below which waiting for input is none, and above which there is time to spare.
    package static let busy = 0.03
    package static let spare = 0.3
    /// Seconds of spare time before less is left out; doubled whenever that was too early.
    package static let firstPatience = 30.0
    private static let longestPatience = 960.0
    /// Lags may differ by so much without one being greater.
    private static let tolerance = 0.1

    /// - Parameters:
    ///   - steps: what can be left out, in order; without `none`.
    ///   - step: what is left out at first.
    package init(steps: [Relief.Step], startingAt step: Relief.Step = .none) {
        self.steps = steps
        self.step = steps.last { $0 <= step } ?? .none
    }

    /// Takes how things stand; about once a second is often enough. O(1).
    ///
    /// - Parameters:
    ///   - now: seconds on a clock that never steps.
    ///   - waited: seconds spent waiting for input since the beginning.
    ///   - media: seconds of media up to the last picture.
    /// - Returns: the step to take, if it is another one.
    package mutating func push(now: Double, waited: Double, media: Double) -> Relief.Step? {
        samples.append(Sample(now: now, waited: waited, lag: meter.push(now: now, media: media)))
        // One older than the span stays, so that what is known reaches over all of it.
        while samples.count > 2, samples[1].now <= now - Self.span { samples.removeFirst() }
        guard let first = samples.first, let last = samples.last, last.now - first.now >= Self.span else {
            return nil
        }
        let share = (last.waited - first.waited) / (last.now - first.now)
        if share < Self.busy, last.lag >= Self.allowedLag, last.lag >= first.lag - Self.tolerance {
            return climb(now)
        }
        if share < Self.spare {
            changedAt = now
            return nil
        }
        return descend(now)
    }

    /// The time stamps jumped, or pictures were missing: what was behind says nothing any more.
    package mutating func restart() {
        samples = []
        meter.restart()
    }

    private mutating func climb(_ now: Double) -> Relief.Step? {
        changedAt = now
        guard let next = steps.first(where: { $0 > step }) else { return nil }
        if let recoveredAt, now - recoveredAt < 2 * patience {
            patience = min(2 * patience, Self.longestPatience)
        }
        recoveredAt = nil
        return take(next, now)
    }

    private mutating func descend(_ now: Double) -> Relief.Step? {
        guard step != .none else { return nil }
        guard let changedAt else {
            self.changedAt = now
            return nil
        }
        guard now - changedAt >= patience else { return nil }
        recoveredAt = now
        self.changedAt = now
        return take(steps.last { $0 < step } ?? .none, now)
    }

    private mutating func take(_ next: Relief.Step, _ now: Double) -> Relief.Step {
        step = next
        samples = []
        return next
    }
}
