/// Where a feed is on its way from a name to pictures.
package enum FeedState: String, Hashable, Sendable, CaseIterable {
    /// Not started yet.
    case idle
    /// Waiting for its turn: connections are opened at a limited rate.
    case resolving
    /// The connection is being made.
    case opening
    /// Bytes have come; what they hold is being found out.
    case probing
    /// Packets come, but no picture that can be shown yet.
    case waitingKey = "waiting_key"
    /// Pictures come.
    case running
    /// A deadline has passed without bytes, packets or pictures.
    case stalled
    /// The input ended, or what read it died.
    case broken
    /// Pictures come, fewer or cheaper than asked for.
    case degraded
    /// Waiting before the next attempt.
    case backoff
    /// Asked to stop; what is left is being decided.
    case draining
    /// Over, for good.
    case ended
}

/// How a live feed stands: written in steps of wall time, and when pictures stop or come again. Volatile as a
/// whole.
package struct Heartbeat: Hashable, Sendable {
    package var state: FeedState
    /// Why no pictures come; nil while they do, and before the first.
    package var reason: Gap.Reason?
    /// End of the last picture; nil before the first.
    package var at: Instant?
    /// How far the pictures are behind the wall clock, compared with the moment since the last connection at
    /// which they were farthest ahead; seconds, nil while there are none.
    package var lag: Double?
    /// Attempts to open the input.
    package var opens: Int
    package var bytes: Int64
    /// Packets of the video stream.
    package var packets: Int64
    package var pictures: Int64
    /// Milliseconds since 1970; also names the event.
    package var unixMilliseconds: Int64
    /// RFC 3339, UTC.
    package var wall: String

    package init(
        state: FeedState, reason: Gap.Reason?, at: Instant?, lag: Double?, opens: Int, bytes: Int64,
        packets: Int64, pictures: Int64, unixMilliseconds: Int64, wall: String
    ) {
        self.state = state
        self.reason = reason
        self.at = at
        self.lag = lag
        self.opens = opens
        self.bytes = bytes
        self.packets = packets
        self.pictures = pictures
        self.unixMilliseconds = unixMilliseconds
        self.wall = wall
    }
}
