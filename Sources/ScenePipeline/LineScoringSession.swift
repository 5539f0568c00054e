package import SceneEvents
package import SceneSegmentation
internal import Timeline

/// From shots with embeddings made elsewhere to events: no pictures, no splitting, no pts; each line is one
/// shot of one part.
///
/// A shot counts once the next one, or the end, has come: it ends where the next begins if less than a second
/// lies between them or in both; a longer hole is a gap.
package struct LineScoringSession {
    /// Microseconds.
    static let closedHole: Int64 = 1_000_000

    private var session: ScoringSession
    private let dimensions: [Int]
    private var waiting: EmbeddingLine?
    /// Start of the waiting shot, and whether nothing or a gap came before it.
    private var start = Instant(pts: 0)
    private var isFirst = true
    private var end = Instant(pts: 0)

    /// `dimensions` is what every line's embeddings must have.
    package init(scorer: any BoundaryScorer, dimensions: [Int], options: SegmentOptions) {
        session = ScoringSession(scorer: scorer, options: options, timeBase: MediaClock.secondsOnly.timeBase)
        self.dimensions = dimensions
    }

    package var counts: StreamCounts { session.counts }

    /// Takes the next shot, on line `number`; returns the events that it made certain, in order.
    package mutating func push(_ line: EmbeddingLine, number: Int) throws(EmbeddingFileError) -> [Event] {
        guard line.dimensions == dimensions else {
            func text(_ dimensions: [Int]) -> String {
                dimensions.map(String.init).joined(separator: " and ")
            }
            throw EmbeddingLine.unusable(
                number,
                "has an embedding of \(text(line.dimensions)) numbers, not \(text(dimensions)) as before")
        }
        let next = Self.instant(line.start)
        guard next < Self.instant(line.end) else {
            throw EmbeddingLine.unusable(number, "lasts less than a microsecond")
        }
        var events: [Event] = []
        if let previous = waiting {
            // In whole microseconds: differences of seconds hang on how their binary fractions round.
            let hole = next.pts - Self.instant(previous.end).pts
            guard next > start, hole > -Self.closedHole else {
                throw EmbeddingLine.unusable(number, "begins before the shot in front of it is over")
            }
            let isGap = hole >= Self.closedHole
            let end = isGap ? Self.instant(previous.end) : next
            close(previous, at: end, into: &events)
            if isGap {
                session.push(Gap(start: end, end: next, reason: .missing), into: &events)
            } else {
                session.advance(to: next, horizon: next.pts, openPart: { nil }, into: &events)
            }
            isFirst = isGap
        }
        start = next
        waiting = line
        return events
    }

    /// There are no more shots: returns the events that were waiting for them.
    package mutating func finish() -> [Event] {
        var events: [Event] = []
        guard let last = waiting else { return events }
        waiting = nil
        close(last, at: Self.instant(last.end), into: &events)
        session.finish(at: end, into: &events)
        return events
    }

    /// The last event of the stream. `wall`: RFC 3339.
    package func streamEnd(wall: String) -> Event {
        .streamEnd(StreamEnd(at: end, reason: .end, counts: session.counts, wall: wall))
    }

    private mutating func close(_ line: EmbeddingLine, at end: Instant, into events: inout [Event]) {
        let entry: Transition = isFirst ? .start : Transition(kind: .cut, score: Score(1))
        let index = session.counts.parts
        let duration = MediaClock.secondsOnly.timeBase.seconds(end.pts - start.pts)
        self.end = end
        var part = EncodedPart(
            index: index, shotIndex: index, start: start, end: end, duration: duration, entry: entry,
            isLastOfShot: true, embedding: line.embedding)
        part.furtherEmbeddings = line.further
        session.push(part, at: end, into: &events)
        session.push(
            Shot(
                index: index, start: start, end: end, transition: entry,
                parts: [PartSummary(index: index, start: start, end: end, keyFrames: [])]),
            into: &events)
    }

    private static func instant(_ seconds: Double) -> Instant {
        Instant(pts: Int64((seconds * 1_000_000).rounded()))
    }
}
