package import SceneEvents
package import SceneSegmentation
package import Timeline

/// Takes what `SegmentSession` makes of the pictures: one call for each thing that became certain, in order.
///
/// `ScoringSession` decides on it at once; `EmbeddingRecorder` keeps it for later. Both see the same calls,
/// so that scoring a record gives the events of the video.
package protocol PartSink {
    /// What has been found so far.
    var counts: StreamCounts { get set }

    /// A part was closed at `now`: by that picture, or by the end of the pictures.
    mutating func push(_ part: EncodedPart, at now: Instant, into events: inout [Event])

    /// A shot ended; its last part was pushed just before.
    mutating func push(_ shot: Shot, into events: inout [Event])

    /// Called once for each picture, after the parts it closed.
    ///
    /// `horizon` is the PTS before which no further cut can appear; `openPart` gives the open shot's
    /// provisional embedding and is called at most once.
    mutating func advance(
        to now: Instant, horizon: Int64, openPart: () -> EncodedPart?, into events: inout [Event])

    /// Pictures are missing; all parts before the gap were pushed.
    mutating func push(_ gap: Gap, into events: inout [Event])

    /// The stream is over; all parts were pushed.
    mutating func finish(at end: Instant, into events: inout [Event])
}
