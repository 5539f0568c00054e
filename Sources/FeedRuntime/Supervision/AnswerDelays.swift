package import SceneEvents
package import Timeline

/// How long final boundaries took, and how many took longer than was promised.
package struct AnswerDelays: Hashable, Sendable {
    /// Wall time from when the boundary's picture was due by the connection's earliest picture, seconds.
    package private(set) var wall = Histogram(bounds: Histogram.delayBounds)
    /// Finals whose delay in media, or in wall time, was beyond the bound by more than a second.
    package private(set) var lateInMedia = 0
    package private(set) var lateByTheWall = 0
    private let bound: Double?
    private static let tolerance = 1.0

    /// `bound`: what `stream_start` says, seconds; nil: nothing is promised.
    package init(bound: Double?) { self.bound = bound }

    /// The same, counted on from `former`; what is promised may have been something else then.
    package func counted(behind former: AnswerDelays) -> AnswerDelays {
        var delays = self
        delays.wall.add(former.wall)
        delays.lateInMedia += former.lateInMedia
        delays.lateByTheWall += former.lateByTheWall
        return delays
    }

    /// Takes an event that becomes certain at `now`.
    ///
    /// - Parameters:
    ///   - event: only final boundaries count.
    ///   - clock: the feed's.
    ///   - now: seconds on a clock that never steps.
    ///   - earliest: the least that this clock was ahead of media time on this connection; nil: not known
    ///     yet.
    package mutating func note(_ event: Event, clock: MediaClock, now: Double, earliest: Double?) {
        guard case .boundary(let boundary) = event, boundary.state == .final else { return }
        if let bound, clock.timeBase.seconds(boundary.delay) > bound + Self.tolerance { lateInMedia += 1 }
        guard let earliest else { return }
        let delay = max(0, now - earliest - clock.seconds(at: boundary.at.pts))
        wall.observe(delay)
        if let bound, delay > bound + Self.tolerance { lateByTheWall += 1 }
    }
}
