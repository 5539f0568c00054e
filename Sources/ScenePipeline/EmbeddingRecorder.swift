package import SceneEvents
package import SceneSegmentation
package import Timeline

/// Keeps what a `PartSink` is told, for `EmbeddingReplay`. Gives no events.
///
/// With a deadline D it also keeps the open shot's provisional embedding wherever an answer can fall due: at
/// the first picture D behind the end of each part, or, if the part becomes known later, at the picture that
/// made it known.
package struct EmbeddingRecorder: PartSink {
    package var counts = StreamCounts()
    package private(set) var record: EmbeddingRecord
    /// Ticks.
    private let deadline: Int64?
    /// PTS at which answers may fall due, in order; those of the parts of the last D seconds.
    private var due: [Int64] = []

    package init(info: EmbeddingRecord.Info) {
        record = EmbeddingRecord(info: info)
        deadline = info.options.deadline.map { info.media.clock.timeBase.ticks(seconds: $0) }
    }

    /// Between the calls for one picture the count of pictures is ahead of the pictures kept.
    private var step: EmbeddingRecord.Step {
        .init(picture: record.pictures.count, isEnd: record.pictures.count == counts.pictures)
    }

    package mutating func push(_ part: EncodedPart, at now: Instant, into events: inout [Event]) {
        counts.parts += 1
        record.parts.append(.init(part: part, known: step))
        if let deadline { due.append(part.end.pts + deadline) }
    }

    package mutating func push(_ shot: Shot, into events: inout [Event]) {
        counts.shots += 1
        record.shots.append(shot)
    }

    package mutating func advance(
        to now: Instant, horizon: Int64, openPart: () -> EncodedPart?, into events: inout [Event]
    ) {
        if let first = due.first, first <= now.pts {
            due.removeAll { $0 <= now.pts }
            record.openParts[record.pictures.count] = openPart()
        }
        record.pictures.append(now)
        record.horizons.append(horizon)
    }

    package mutating func push(_ gap: Gap, into events: inout [Event]) {
        counts.gaps += 1
        record.gaps.append((gap, record.pictures.count))
    }

    package mutating func finish(at end: Instant, into events: inout [Event]) {
        record.end = end
    }

    /// The record, once the stream is over.
    package consuming func finished(reason: StreamEnd.Reason) -> EmbeddingRecord {
        record.info.reason = reason.rawValue
        record.info.pictures = counts.pictures
        record.info.damagedPictures = counts.damagedPictures
        return record
    }
}
