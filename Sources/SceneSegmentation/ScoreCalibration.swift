internal import RealModule
package import Timeline

/// Turns scores into probabilities: of a hundred places with 0.7, seventy are boundaries, on material like
/// that which it was made from.
///
/// A score that rests on few parts behind its place is another measure than one that has seen all, so that
/// each number of parts has its own row (Platt, *Probabilistic outputs for support vector machines*, 1999, of
/// the score's logit). The order of places with equally many parts stays; decisions are made by scores.
package struct ScoreCalibration: Hashable, Sendable {
    /// logit(probability) = slope x logit(score) + intercept.
    package struct Row: Hashable, Sendable {
        /// Not negative: a higher score is never less probable.
        package var slope: Double
        package var intercept: Double

        package init(slope: Double, intercept: Double) {
            self.slope = slope
            self.intercept = intercept
        }

        /// O(1).
        package func probability(_ score: Double) -> Double {
            1 / (1 + Double.exp(-(slope * ScoreCalibration.logit(score) + intercept)))
        }
    }

    /// Scores are cut to this far from 0 and 1. A blank part has the score 0, whatever lies there: its logit
    /// must not outweigh all others in a fit.
    private static let margin = 0.01

    /// The row of places with one closed part behind them, with two, and so on; at least one.
    package let rows: [Row]
    /// SHA-256 of what it was read from, hexadecimal.
    package let digest: String

    package init(rows: [Row], digest: String) {
        precondition(!rows.isEmpty, "a calibration has a row")
        self.rows = rows
        self.digest = digest
    }

    /// What `score` is worth that rests on `rightParts` closed parts behind its place. A place before the
    /// first of them closes takes the first row, and one with more parts than there are rows the last.
    package func probability(of score: Score, rightParts: Int) -> Score {
        Score(rows[min(max(rightParts, 1), rows.count) - 1].probability(score.value))
    }

    /// ln(score / (1 - score)), finite also for 0 and 1.
    package static func logit(_ score: Double) -> Double {
        let inside = min(max(score, margin), 1 - margin)
        return Double.log(inside) - Double.log(1 - inside)
    }
}
