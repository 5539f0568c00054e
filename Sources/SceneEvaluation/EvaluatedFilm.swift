/// One shot with the truth and the prediction about its end.
package struct EvaluatedShot: Hashable, Sendable {
    /// Position in the film, from 0. Positions may be missing where a shot has no label; several have the
    /// same where a run judged places inside a shot, and each stretch between two places counts like a shot.
    package var index: Int
    /// Start and end in ticks of its film, as its source gives them; nil where the source gives none.
    package var range: ShotRange?
    /// A scene ends with this shot.
    package var isBoundary: Bool
    /// Probability that a scene ends with this shot.
    package var score: Double
    /// What the system decided, where it decides by more than a threshold; nil: `score` against the
    /// threshold.
    package var decision: Bool?

    package init(index: Int, range: ShotRange? = nil, isBoundary: Bool, score: Double, decision: Bool? = nil)
    {
        self.index = index
        self.range = range
        self.isBoundary = isBoundary
        self.score = score
        self.decision = decision
    }
}

/// Start and end of a shot or scene, in ticks of its film.
package struct ShotRange: Hashable, Sendable {
    package var start: Double
    package var end: Double

    package init(start: Double, end: Double) {
        self.start = start
        self.end = end
    }
}

/// A labeled boundary at which no shot was detected: it counts as a boundary with score 0.
package struct MissedBoundary: Hashable, Sendable {
    /// Labeled start of the new scene, in seconds.
    package var time: Double
    /// The shot that runs across it.
    package var shot: Int

    package init(time: Double, shot: Int) {
        self.time = time
        self.shot = shot
    }
}

/// A film with labels and predictions joined.
package struct EvaluatedFilm: Hashable, Sendable {
    package var id: String
    /// In order of index.
    package var shots: [EvaluatedShot]
    /// What start and end count: the reference counts frames and takes 24 for a second.
    package var ticksPerSecond: Double
    /// The film's end closes its last scene, in the labels and in the prediction, and the last shot is not
    /// ranked: there is nothing to decide. False is the reference's rule: the last shot is ranked as its
    /// label says, and shots after the last boundary belong to no scene.
    package var endClosesScene: Bool
    /// The labeled scenes, where they are known better than by the labels of detected shots.
    package var scenes: [ShotRange]?
    /// What the labels leave open between two scenes, where a boundary may stand anywhere in it: it belongs
    /// to no scene, labeled or predicted. In order.
    package var unlabeled: [ShotRange]
    package var missed: [MissedBoundary]
    /// Labeled boundaries that were left out, because the predictions have a gap there.
    package var gapLabels: Int

    package init(
        id: String, shots: [EvaluatedShot], ticksPerSecond: Double = 24, endClosesScene: Bool = false,
        scenes: [ShotRange]? = nil, unlabeled: [ShotRange] = [], missed: [MissedBoundary] = [],
        gapLabels: Int = 0
    ) {
        self.id = id
        self.shots = shots
        self.ticksPerSecond = ticksPerSecond
        self.endClosesScene = endClosesScene
        self.scenes = scenes
        self.unlabeled = unlabeled
        self.missed = missed
        self.gapLabels = gapLabels
    }

    /// The shots whose ends are judged.
    package var rankedShots: ArraySlice<EvaluatedShot> { endClosesScene ? shots.dropLast() : shots[...] }
}
