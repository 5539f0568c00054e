/// How many scenes a day find a match in other recordings, by the score from which matches count.
///
/// A value: what a threshold is chosen by.
package struct MatchRate: Sendable {
    /// Of each scene, the score of the nearest scene of another recording, down.
    package let scores: [Float]
    /// Seconds that the scenes last.
    package let seconds: Double

    /// - Parameters:
    ///   - scores: of each scene, in any order; minus infinity where nothing is near.
    ///   - seconds: that the scenes last, above 0.
    package init(scores: [Float], seconds: Double) {
        precondition(seconds > 0, "scenes last")
        self.scores = scores.sorted(by: >)
        self.seconds = seconds
    }

    /// Scenes a day with a match of at least `threshold`.
    package func perDay(at threshold: Double) -> Double {
        Double(scores.prefix { Double($0) >= threshold }.count) * 86_400 / seconds
    }

    /// The lowest threshold, in millionths, with at most so many matches a day, 0 to 1; and whether the
    /// scenes are enough to tell: with fewer than one match allowed in all of them, nobody knows how rare
    /// matches are.
    package func threshold(perDay most: Double) -> (threshold: Double, isMeasured: Bool) {
        let allowed = Int(min(most * seconds / 86_400, Double(scores.count)))
        guard allowed < scores.count else { return (0, true) }
        let above = (max(0, Double(scores[allowed])) * 1_000_000).rounded(.down) + 1
        return (min(above / 1_000_000, 1), allowed > 0)
    }
}
