/// What a segmenter found.
///
/// Events come in the order in which they become certain: a shot follows its end by a few seconds, a final
/// boundary by half a minute with the default options (``SceneSegmenter/delayBound``). The same pictures and
/// options give the same events, whatever the speed of the reader.
///
/// Later versions may add cases: write `default:` where you switch over events.
public enum SceneEvent: Hashable, Sendable {
    /// A shot has ended.
    case shot(Shot)
    /// A part of a shot has its score. There is one for the last part of each shot, or, with
    /// ``SegmenterOptions/intraShot``, for each part.
    case score(PartScore)
    /// A scene ends and another begins.
    case boundary(Boundary)
    /// Both ends of a scene are final.
    case scene(Scene)
    /// Pictures are missing.
    case gap(Gap)
    /// Nothing before this moment will change: each boundary there is final.
    case watermark(MediaTime)
    /// The pictures have another size or codec from here on.
    case formatChange(FormatChange)
    /// The last event.
    case end(StreamEnd)
}

/// How a stream ended, and what it held.
public struct StreamEnd: Hashable, Sendable {
    /// End of the last picture.
    public var at: MediaTime
    /// Why there is no more.
    public var reason: Reason
    /// Pictures read.
    public var pictures: Int
    /// Pictures of them that the decoder or the container reported as damaged.
    public var damagedPictures: Int
    /// Shots reported.
    public var shots: Int
    /// Final boundaries reported.
    public var boundaries: Int
    /// Scenes reported.
    public var scenes: Int
    /// Gaps reported.
    public var gaps: Int

    /// Why a stream has no more pictures. In each case, everything up to there was segmented.
    public enum Reason: Hashable, Sendable {
        /// The input was read to its end.
        case complete
        /// The input broke off; the text says why and what to do, on one line.
        case damaged(String)
        /// ``SceneSegmenter/cancel()`` was called.
        case cancelled
    }
}
