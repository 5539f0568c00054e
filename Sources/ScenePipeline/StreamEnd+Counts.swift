internal import MediaInput
package import SceneEvents
package import Timeline

extension StreamCounts {
    /// The last event of a stream with these totals. `wall`: RFC 3339.
    package func streamEnd(at end: Instant, reason: StreamEnd.Reason, wall: String) -> StreamEnd {
        StreamEnd(at: end, reason: reason, counts: self, wall: wall)
    }
}

extension StreamEnd {
    /// The last event, with the totals of the stream. `wall`: RFC 3339.
    init(at end: Instant, reason: Reason, counts: StreamCounts, wall: String) {
        self.init(
            at: end, reason: reason, pictures: counts.pictures, damagedPictures: counts.damagedPictures,
            shots: counts.shots, parts: counts.parts, boundaries: counts.boundaries, scenes: counts.scenes,
            gaps: counts.gaps, wall: wall)
    }
}

extension MediaEnding {
    /// How `stream_end` names it.
    var reason: StreamEnd.Reason {
        switch self {
        case .end: .end
        case .damaged: .damaged
        case .interrupted: .interrupted
        }
    }
}
