package import Timeline

/// How scores become boundaries (contract 8).
package struct DecisionOptions: Hashable, Sendable {
    /// A boundary's score is at least this.
    package var threshold: Score
    /// In seconds: a boundary closer to the one accepted before it, or to the start of the stream or of what
    /// follows a gap, is refused.
    package var minimumSceneLength: Double
    /// p: scores of following parts that a decision waits for. 0: no peak picking. 1: a boundary's score is
    /// above that of a candidate one part before it and not below that of a candidate one part behind it.
    package var awaitedScores: Int
    /// Scenes per hour that the threshold adjusts itself to; nil keeps `threshold`. See `AdaptiveThreshold`.
    package var scenesPerHour: Double?

    package init(
        threshold: Score, minimumSceneLength: Double = 0, awaitedScores: Int = 0, scenesPerHour: Double? = nil
    ) {
        precondition((0...1).contains(awaitedScores), "a decision awaits no score or one")
        precondition(minimumSceneLength >= 0, "a scene's least length is not negative")
        precondition(scenesPerHour.map { $0 > 0 } ?? true, "there are scenes in an hour")
        self.threshold = threshold
        self.minimumSceneLength = minimumSceneLength
        self.awaitedScores = awaitedScores
        self.scenesPerHour = scenesPerHour
    }
}
