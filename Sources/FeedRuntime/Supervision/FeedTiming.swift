internal import Platform

/// How long a feed waits for what. Seconds on the monotonic clock.
package struct FeedTiming: Hashable, Sendable {
    /// Without bytes, packets of the video, or pictures for so long, the feed counts as stalled.
    package var stallAfter = 10.0
    /// Added while the input is being probed: FFmpeg may look at five seconds of media before it shows a
    /// picture.
    package var probeAllowance = 5.0
    /// Between heartbeats.
    package var heartbeat = 10.0
    /// Time a worker has to hand over what it has before it is ended by force.
    package var grace = 0.5
    /// The same when the feed is asked to stop.
    package var drain = 2.0
    package var backoff = RetryPolicy()
    /// An encoder connects when it will: nothing is missed before its first byte. While nobody listens it
    /// cannot, so that each wait is short.
    package var awaitsPeer = false {
        didSet { if awaitsPeer { backoff.cap = min(backoff.cap, Self.longestDeafness) } }
    }
    /// Seconds that a listening address may be without a listener.
    static let longestDeafness = 1.0

    package init() {}

    /// Deadlines after `seconds` of silence.
    package init(stallAfter seconds: Double) { stallAfter = seconds }
}

/// How long to wait before the next attempt: full jitter, so that many feeds do not come back at the same
/// moment.
package struct RetryPolicy: Hashable, Sendable {
    package var floor = 0.25
    package var base = 0.5
    package var cap = 30.0
    /// Where the other side refused: it will not change its mind soon.
    package var refusedCap = 300.0
    /// Seconds of pictures after which the next loss counts as the first.
    package var healthyAfter = 60.0

    package init() {}

    /// The next wait.
    ///
    /// - Parameters:
    ///   - attempt: attempts since the last healthy stretch, from 0.
    ///   - isRefused: the other side said no, rather than nothing.
    ///   - generator: the chance in it.
    /// - Returns: seconds.
    package func delay(attempt: Int, isRefused: Bool, using generator: inout some RandomNumberGenerator)
        -> Double
    {
        let cap = isRefused ? max(refusedCap, self.cap) : self.cap
        return Backoff.wait(attempt: attempt, first: base, cap: cap, floor: floor, using: &generator)
    }
}
