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

    /// The lowest threshold, in millionths, with at most so many matches a day, 0 to 1; and whether it tells
    /// something: with fewer than one match allowed in all scenes, nobody knows how rare matches are, and
    /// with too many copies no threshold keeps to it.
    package func threshold(perDay most: Double) -> (threshold: Double, isMeasured: Bool) {
        let allowed = allowed(perDay: most)
        guard allowed < scores.count else { return (0, true) }
        let above = (max(0, Double(scores[allowed])) * 1_000_000).rounded(.down) + 1
        return (min(above / 1_000_000, 1), allowed > 0 && copies(perDay: most) == 0)
    }

    /// Scenes that score 1, as copies do, where these alone are more than so many a day: every threshold
    /// leaves them. 0 where they are not.
    package func copies(perDay most: Double) -> Int {
        let copies = scores.prefix { $0 >= 1 }.count
        return copies > allowed(perDay: most) ? copies : 0
    }

    /// Matches among all scenes that are so many a day at most.
    private func allowed(perDay most: Double) -> Int {
        Int(min(most * seconds / 86_400, Double(scores.count)))
    }
}
