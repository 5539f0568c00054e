/// How one shot gives way to the next.
package enum TransitionKind: String, Hashable, Sendable, CaseIterable {
    /// Nothing came before: the first shot of a stream, or of what follows a gap. Also what goes on behind a
    /// shot that has parts enough.
    case start
    case cut
    case fadeBlack = "fade_black"
    case fadeWhite = "fade_white"
    case dissolve
    case wipe
    case push
    /// Some gradual transition: a list of cuts gave its mixed range and no kind.
    case gradual
}

/// A transition into a shot.
package struct Transition: Hashable, Sendable {
    package var kind: TransitionKind
    /// First and last picture that mix both shots (or show neither); nil for a hard cut. At most 4 s long.
    package var mixed: ClosedRange<Instant>?
    /// How sure the detector is that there is a transition here.
    package var score: Score

    package init(kind: TransitionKind, mixed: ClosedRange<Instant>? = nil, score: Score) {
        self.kind = kind
        self.mixed = mixed
        self.score = score
    }

    package static let start = Transition(kind: .start, score: Score(1))
}

/// Where a new shot begins: the first picture of the new shot, or the middle of the mixed range, rounded up
/// (contract 3).
package struct ShotCut: Hashable, Sendable {
    package var at: Instant
    package var transition: Transition

    package init(at: Instant, transition: Transition) {
        self.at = at
        self.transition = transition
    }
}

/// What a `shot` event says about one part of a shot (contract 5).
package struct PartSummary: Hashable, Sendable {
    /// Position in the stream's sequence of parts, from 0.
    package var index: Int
    package var start: Instant
    package var end: Instant
    /// The pictures that stand for the part, in order.
    package var keyFrames: [Instant]
    /// What it sounds like; nil where nobody asked, or nothing of its sound is known.
    package var sound: SoundSummary?
    /// What each genre has of it, in the order of their file; nil where nobody asked.
    package var genres: [GenreShare]?
    /// How surprising it is after those before it; nil where nobody asked, and where nothing can be said.
    package var surprise: Nats?
    /// How little of the archive resembles it, whatever came before; nil where nobody asked, and where
    /// nothing is to be seen.
    package var novelty: Nats?

    package init(index: Int, start: Instant, end: Instant, keyFrames: [Instant]) {
        self.index = index
        self.start = start
        self.end = end
        self.keyFrames = keyFrames
    }
}

/// A finished shot. Shots tile the timeline between gaps.
package struct Shot: Hashable, Sendable {
    /// Position in the stream's sequence of shots, from 0.
    package var index: Int
    package var start: Instant
    /// First instant that is no longer part of it.
    package var end: Instant
    /// How it began.
    package var transition: Transition
    package var parts: [PartSummary]

    package init(index: Int, start: Instant, end: Instant, transition: Transition, parts: [PartSummary]) {
        self.index = index
        self.start = start
        self.end = end
        self.transition = transition
        self.parts = parts
    }
}
