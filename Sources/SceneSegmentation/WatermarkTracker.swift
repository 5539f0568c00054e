internal import DequeModule
internal import Timeline

/// Finds the instants for watermarks: the last picture at or before the horizon, in steps, never backwards.
///
/// Holds the instants of the pictures between horizon and now.
struct WatermarkTracker {
    /// Where what follows the start or the last gap began; nil before its first part or picture.
    var stretchStart: Instant?
    /// The first is at or before the horizon if any of them is; the others follow it in time.
    private var recent: Deque<Instant> = []
    /// PTS of the last watermark; at first that of the stream's start.
    var last: Int64?

    var heldInstants: Int { recent.count }

    /// The stream, or what follows a gap, begins at `start`, unless it has begun already.
    mutating func begin(at start: Instant) {
        if stretchStart == nil { stretchStart = start }
        if last == nil { last = start.pts }
    }

    /// Takes the next picture.
    mutating func note(_ now: Instant, horizon: Int64) {
        begin(at: now)
        recent.append(now)
        while recent.count > 1, recent[1].pts <= horizon { recent.removeFirst() }
    }

    /// A gap begins at `end`.
    mutating func pause(at end: Instant) {
        stretchStart = nil
        recent.removeAll(keepingCapacity: true)
        recent.append(end)
    }

    /// The next watermark, at or before `horizon` and `limit`, if it is at least `step` ticks behind the
    /// last.
    mutating func next(limit: Instant?, horizon: Int64, step: Int64) -> Instant? {
        guard var mark = recent.first, mark.pts <= horizon, let last else { return nil }
        if let limit, limit < mark { mark = limit }
        guard mark.pts - last >= step else { return nil }
        self.last = mark.pts
        return mark
    }

    /// The watermark at the stream's end; nil if there was no stream.
    mutating func last(at end: Instant) -> Instant? {
        guard let last, last <= end.pts else { return nil }
        self.last = end.pts
        return end
    }
}
