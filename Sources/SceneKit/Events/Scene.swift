/// The end of one scene and the start of the next.
public struct Boundary: Hashable, Sendable, Identifiable {
    /// The first picture of the next scene.
    public var at: MediaTime
    /// Between two shots, or inside one.
    public var kind: Kind
    /// Whether this answer may still change.
    public var state: State
    /// 0 for the first answer about this boundary, one more with each later one.
    public var revision: Int
    /// How strongly a scene seems to end here, 0 to 1.
    public var score: Double
    /// The threshold that the score was compared with.
    public var threshold: Double
    /// How the next shot begins; `nil` inside a shot.
    public var transition: Transition?
    /// ``Shot/index`` of the shot that ends here.
    public var leftShot: Int
    /// ``Shot/index`` of the shot that begins here; equal to ``leftShot`` inside a shot.
    public var rightShot: Int
    /// Parts behind the boundary that the score was computed from.
    public var rightParts: Int
    /// The score is the one that an unlimited wait would have given.
    public var isComplete: Bool
    /// Seconds of media between the boundary and the picture that decided it.
    public var delay: Double

    /// Stays the same from the first answer about a boundary to the last: the ticks of ``at``.
    public var id: Int64 { at.ticks }

    /// Where a boundary lies.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Between two shots.
        case cut
        /// Inside a long shot (``SegmenterOptions/intraShot``).
        case intraShot = "intra_shot"
    }

    /// How settled an answer is.
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// Undecided: a later answer follows (``SegmenterOptions/provisional``).
        case provisional
        /// Decided: never changes.
        case final
        /// Decided: what was told as provisional is no boundary.
        case retracted
    }
}

/// A run of shots that belong together. Scenes and gaps cover the stream without holes.
public struct Scene: Hashable, Sendable {
    /// Position among the stream's scenes, from 0.
    public var index: Int
    /// The first picture.
    public var start: MediaTime
    /// The first moment that no longer belongs to the scene.
    public var end: MediaTime
    /// Why the scene ends.
    public var endReason: EndReason
    /// Score of the boundary that ends it, 0 to 1; `nil` if a gap or the end of the stream does.
    public var score: Double?
    /// ``Shot/index`` of its first shot.
    public var firstShot: Int
    /// ``Shot/index`` of its last shot.
    public var lastShot: Int

    /// Why a scene ends.
    public enum EndReason: String, Hashable, Sendable, CaseIterable {
        /// Another scene begins.
        case boundary
        /// Pictures are missing behind it.
        case gap
        /// The stream ends.
        case end
    }
}

/// A stretch of the stream without pictures. It ends a scene and makes no boundary.
public struct Gap: Hashable, Sendable {
    /// End of the last picture before it.
    public var start: MediaTime
    /// The first picture behind it; equal to ``start`` where nobody knows how long the gap was.
    public var end: MediaTime
    /// Why pictures are missing.
    public var reason: Reason

    /// Why pictures are missing.
    public enum Reason: String, Hashable, Sendable, CaseIterable {
        /// Time stamps jump.
        case discontinuity
        /// Data are missing or cannot be decoded, or ``PictureSegmenter/pushGap()`` said so.
        case missing
    }
}

/// Pictures have another size or codec from here on.
public struct FormatChange: Hashable, Sendable {
    /// The first picture of the new kind.
    public var at: MediaTime
    /// Name of the codec, as FFmpeg has it.
    public var codec: String
    /// Width in pixels as shown: upright, with square pixels.
    public var width: Int
    /// Height in pixels as shown.
    public var height: Int
}
