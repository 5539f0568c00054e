/// Whether a boundary lies between two shots or inside one (contract 6).
package enum BoundaryKind: String, Hashable, Sendable, CaseIterable {
    case cut
    case intraShot = "intra_shot"
}

/// Life cycle of an answer (contract 11).
package enum BoundaryState: String, Hashable, Sendable, CaseIterable {
    case provisional, final, retracted
}

/// What a person said of a boundary (contract 18).
package enum BoundaryReview: String, Hashable, Sendable, CaseIterable {
    /// It stands as it was decided.
    case confirmed
    /// A scene begins here that was not found.
    case added
    /// It was found elsewhere.
    case moved
    /// No scene begins here: the boundary is retracted.
    case removed
}

/// The end of one scene and the beginning of the next.
package struct Boundary: Hashable, Sendable {
    /// The first picture of the next scene.
    package var at: Instant
    package var kind: BoundaryKind
    package var state: BoundaryState
    /// 0 at creation, +1 with each later answer about the same boundary.
    package var revision: Int
    /// How strongly a scene seems to end here, 0 to 1.
    package var score: Score
    /// What share of places like it are boundaries, by how many parts the score rests on; nil without a
    /// calibration.
    package var probability: Score?
    /// The threshold that was in force.
    package var threshold: Score
    /// How the next shot begins; nil inside a shot.
    package var transition: Transition?
    /// Indices of the shot that ends here and the shot that begins here; equal inside a shot.
    package var leftShot: Int
    package var rightShot: Int
    /// Closed parts to the right of the boundary that the score was computed with.
    package var rightParts: Int
    /// The score equals the one an unlimited wait would have given.
    package var isComplete: Bool
    /// Ticks of media between the boundary and the picture that let it be decided.
    package var delay: Int64
    /// nil where nobody looked at it.
    package var review: BoundaryReview?

    package init(
        at: Instant, kind: BoundaryKind, state: BoundaryState, revision: Int, score: Score, threshold: Score,
        transition: Transition?, leftShot: Int, rightShot: Int, rightParts: Int, isComplete: Bool,
        delay: Int64, review: BoundaryReview? = nil
    ) {
        self.at = at
        self.kind = kind
        self.state = state
        self.revision = revision
        self.score = score
        self.threshold = threshold
        self.transition = transition
        self.leftShot = leftShot
        self.rightShot = rightShot
        self.rightParts = rightParts
        self.isComplete = isComplete
        self.delay = delay
        self.review = review
    }
}

/// Why a scene ends.
package enum SceneEnd: String, Hashable, Sendable, CaseIterable {
    case boundary, gap, end
}

/// A run of shots that belong together. Scenes and gaps together tile the timeline (contract 13).
package struct Scene: Hashable, Sendable {
    /// Position in the stream's sequence of scenes, from 0.
    package var index: Int
    package var start: Instant
    package var end: Instant
    package var endReason: SceneEnd
    /// Score of the boundary that ends it; nil when a gap or the end of the stream does.
    package var score: Score?
    /// Indices of its first and last shot; both exist.
    package var firstShot: Int
    package var lastShot: Int
    /// nil where nobody asked for blocks.
    package var block: SceneBlock?
    /// nil where nobody asked whether it was on before.
    package var seen: SceneRecognition?
    /// What it is found again by, as the bits of half floats; nil where nobody asked, and where it shows
    /// nothing or its beginning was not seen.
    package var vector: [UInt16]?
    /// What a probe says of it, the most probable label first; empty where it shows nothing, or its beginning
    /// was not seen. nil where nobody gave a probe.
    package var tags: [SceneTag]?
    /// How well sentences fit it, the best first; empty where it shows nothing, or its beginning was not
    /// seen. nil where nobody gave sentences.
    package var sentenceTags: [SentenceTag]?

    package init(
        index: Int, start: Instant, end: Instant, endReason: SceneEnd, score: Score?, firstShot: Int,
        lastShot: Int
    ) {
        self.index = index
        self.start = start
        self.end = end
        self.endReason = endReason
        self.score = score
        self.firstShot = firstShot
        self.lastShot = lastShot
    }
}

/// The kind of block in which the middle of a scene lies, by what was known when the scene was told.
package enum SceneBlock: Hashable, Sendable {
    case unknown
    case kind(Block.Kind)

    package init(_ kind: Block.Kind?) { self = kind.map(SceneBlock.kind) ?? .unknown }

    /// nil: unknown.
    package var kind: Block.Kind? { if case .kind(let kind) = self { kind } else { nil } }
}

/// A stretch of the timeline for which there are no pictures (contract 13).
package struct Gap: Hashable, Sendable {
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        /// Time stamps jumped: by more than the last picture lasts, or backwards.
        case discontinuity
        /// Data are missing, or the decoder refused them.
        case missing
        /// Bytes stopped coming (live).
        case stall
        /// The other side ended the connection, or cannot be reached (live).
        case disconnect
        /// Bytes came, but no packets of the video (live).
        case noVideo = "no_video"
        /// The decoder gave nothing more, or its process ended; it was started anew (live).
        case decoderReset = "decoder_reset"
        /// scened itself was away (daemon).
        case restart
        /// Events found no room while the disk refused the journal (daemon).
        case sinkBlocked = "sink_blocked"
    }

    /// End of the last picture before it.
    package var start: Instant
    /// The first picture after it.
    package var end: Instant
    package var reason: Reason
    /// Number of the timeline behind the gap; nil if it is the one in front of it. It rises where nothing
    /// proves that the stream's clock ran on, so that the gap's length was taken from the wall clock.
    package var timeline: Int?

    package init(start: Instant, end: Instant, reason: Reason, timeline: Int? = nil) {
        self.start = start
        self.end = end
        self.reason = reason
        self.timeline = timeline
    }
}
