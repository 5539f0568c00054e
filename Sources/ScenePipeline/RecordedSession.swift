package import SceneEvents
package import SceneSegmentation
package import Timeline

/// Decides at once, as `ScoringSession`, and keeps what decisions need, as `EmbeddingRecorder`, where that
/// is wanted: one reading for events and embeddings.
package struct RecordedSession: PartSink {
    private var scoring: ScoringSession
    private var recorder: EmbeddingRecorder?

    /// `recorder`: nil keeps nothing.
    package init(_ scoring: ScoringSession, recorder: EmbeddingRecorder?) {
        self.scoring = scoring
        self.recorder = recorder
    }

    /// What was kept, once the stream is over; nil where nothing was.
    package func record(reason: StreamEnd.Reason) -> EmbeddingRecord? {
        recorder.map { $0.finished(reason: reason) }
    }

    package var counts: StreamCounts {
        get { scoring.counts }
        set {
            scoring.counts = newValue
            recorder?.counts.pictures = newValue.pictures
            recorder?.counts.damagedPictures = newValue.damagedPictures
        }
    }

    package mutating func push(_ part: EncodedPart, at now: Instant, into events: inout [Event]) {
        recorder?.push(part, at: now, into: &events)
        scoring.push(part, at: now, into: &events)
    }

    package mutating func push(_ shot: Shot, into events: inout [Event]) {
        recorder?.push(shot, into: &events)
        scoring.push(shot, into: &events)
    }

    /// The open part is made once, whoever asks.
    package mutating func advance(
        to now: Instant, horizon: Int64, openPart: () -> EncodedPart?, into events: inout [Event]
    ) {
        var made: EncodedPart??
        func part() -> EncodedPart? {
            if let made { return made }
            let part = openPart()
            made = .some(part)
            return part
        }
        recorder?.advance(to: now, horizon: horizon, openPart: part, into: &events)
        scoring.advance(to: now, horizon: horizon, openPart: part, into: &events)
    }

    package mutating func push(_ gap: Gap, into events: inout [Event]) {
        recorder?.push(gap, into: &events)
        scoring.push(gap, into: &events)
    }

    package mutating func finish(at end: Instant, into events: inout [Event]) {
        recorder?.finish(at: end, into: &events)
        scoring.finish(at: end, into: &events)
    }
}
