package import Timeline

/// What `SceneSegmenter` found out.
package enum SegmenterOutput: Hashable, Sendable {
    /// How strongly a scene seems to end with a part, given once for each part that ends a shot, in order
    /// (with `--intra-shot` for each part). `at` is the part's end; the score rests on `rightParts` closed
    /// parts behind it.
    case score(partIndex: Int, isLastOfShot: Bool, at: Instant, rightParts: Int, Score)
    /// What moves the score that follows directly; only with `givesReasons`.
    case reasons(ScoreReasons)
    /// A final boundary, directly followed by the scene it ends. With `isProvisional` also answers that may
    /// change, and the decision that there is none after all.
    case boundary(Boundary)
    /// A scene both of whose ends are final.
    case scene(Scene)
    /// Nothing before this instant will change.
    case watermark(Instant)
}

/// A part whose score is still to come.
struct ScoreJob {
    var partIndex: Int
    var isLastOfShot: Bool
    var at: Instant
}

/// The end of a part at which a boundary may lie.
struct Candidate {
    /// The score, and what it was computed with.
    struct Answer {
        var score: Score
        var rightParts: Int
        var isComplete: Bool
    }

    /// The part that begins at `at`.
    struct Next {
        var transition: Transition?
        var shotIndex: Int
    }

    var partIndex: Int
    var at: Instant
    var shotIndex: Int
    var isLastOfShot: Bool
    var answer: Answer?
    var next: Next?
    /// What was told of it last; nil: nothing.
    var told: Told?

    /// A provisional answer.
    struct Told {
        var revision: Int
        var score: Score
    }
}

/// What stands on the timeline behind the last decision.
enum TimelineEntry {
    /// The stream, or what follows a gap, begins with a shot.
    case begin(Instant, firstShot: Int)
    case candidate(Candidate)
    /// A gap or the end of the stream.
    case end(Instant, SceneEnd, lastShot: Int)
}
