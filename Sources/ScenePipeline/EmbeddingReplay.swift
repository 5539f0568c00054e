package import SceneEvents
package import SceneSegmentation
internal import Timeline

/// Makes the calls of a record again: gives the events of the video it was made of.
package struct EmbeddingReplay {
    private let record: EmbeddingRecord
    private var session: ScoringSession
    private var nextPicture = 0
    private var nextPart = 0
    private var nextGap = 0
    private var isFinished = false

    package init(_ record: EmbeddingRecord, scorer: any BoundaryScorer, options: SegmentOptions) {
        self.record = record
        session = ScoringSession(
            scorer: scorer, options: options, timeBase: record.info.media.clock.timeBase)
    }

    /// The events that the next picture or gap made certain, often none; nil at the end, for good.
    package mutating func next() -> [Event]? {
        guard !isFinished else { return nil }
        var events: [Event] = []
        if nextGap < record.gaps.count, record.gaps[nextGap].picture == nextPicture {
            let gap = record.gaps[nextGap].gap
            nextGap += 1
            pushParts(closedBy: .init(picture: nextPicture, isEnd: true), at: gap.start, into: &events)
            session.push(gap, into: &events)
        } else if nextPicture < record.pictures.count {
            let now = record.pictures[nextPicture]
            pushParts(closedBy: .init(picture: nextPicture, isEnd: false), at: now, into: &events)
            let open = record.openParts[nextPicture]
            session.advance(
                to: now, horizon: record.horizons[nextPicture], openPart: { open }, into: &events)
            nextPicture += 1
        } else {
            isFinished = true
            guard let end = record.end else { return events }
            pushParts(closedBy: .init(picture: nextPicture, isEnd: true), at: end, into: &events)
            session.finish(at: end, into: &events)
        }
        return events
    }

    /// The last event of the stream; valid once `next` has returned nil. `wall`: RFC 3339.
    package func streamEnd(wall: String) -> Event {
        var counts = session.counts
        counts.pictures = record.info.pictures
        counts.damagedPictures = record.info.damagedPictures
        let start = Instant(pts: record.info.media.startPTS, frame: 0)
        return .streamEnd(
            StreamEnd(
                at: record.end ?? start, reason: StreamEnd.Reason(rawValue: record.info.reason) ?? .end,
                counts: counts, wall: wall))
    }

    private mutating func pushParts(
        closedBy step: EmbeddingRecord.Step, at now: Instant, into events: inout [Event]
    ) {
        while nextPart < record.parts.count, record.parts[nextPart].known == step {
            let part = record.parts[nextPart].part
            nextPart += 1
            session.push(part, at: now, into: &events)
            if part.isLastOfShot { session.push(record.shots[part.shotIndex], into: &events) }
        }
    }
}
