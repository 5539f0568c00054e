/// A finished shot. Shots and gaps cover the stream without holes.
public struct Shot: Hashable, Sendable {
    /// Position among the stream's shots, from 0.
    public var index: Int
    /// The first picture.
    public var start: MediaTime
    /// The first moment that no longer belongs to the shot.
    public var end: MediaTime
    /// How the shot begins.
    public var transition: Transition
    /// The parts that the shot was split into before scoring, in order; at least one.
    public var parts: [Part]

    /// A part of a shot: what is compared with other parts.
    public struct Part: Hashable, Sendable {
        /// Position among the stream's parts, from 0.
        public var index: Int
        /// The first picture.
        public var start: MediaTime
        /// The first moment that no longer belongs to the part.
        public var end: MediaTime
        /// The pictures that stand for the part, in order.
        public var keyFrames: [MediaTime]
    }
}

/// How one shot gives way to the next.
public struct Transition: Hashable, Sendable {
    /// What the transition looks like.
    public var kind: Kind
    /// First and last picture that mix both shots; `nil` for a hard cut. At most 4 s long.
    public var mixed: ClosedRange<MediaTime>?
    /// Probability of the transition, 0 to 1.
    public var score: Double

    /// Kinds of transition. Raw values are those of the `scened` command's events.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Nothing came before: the first shot of a stream, or the first behind a gap.
        case start
        /// A hard cut.
        case cut
        /// A fade through black.
        case fadeBlack = "fade_black"
        /// A fade through white.
        case fadeWhite = "fade_white"
        /// One shot dissolves into the next.
        case dissolve
        /// An edge moves across the picture.
        case wipe
        /// The next shot pushes the last one out of the picture.
        case push
        /// Some other gradual transition.
        case gradual
    }
}

/// How strongly a scene seems to end with a part of a shot.
public struct PartScore: Hashable, Sendable {
    /// ``Shot/Part/index`` of the part.
    public var part: Int
    /// ``Shot/index`` of its shot, which may not have been reported yet.
    public var shot: Int
    /// The end of the part.
    public var at: MediaTime
    /// Whether the shot ends there, too.
    public var kind: Boundary.Kind
    /// 0 to 1.
    public var score: Double
}
