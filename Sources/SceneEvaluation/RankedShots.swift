/// The shots of many films in one order by score, for average precision and the area under the ROC curve.
///
/// Sorting once serves every resample of the films: a resample is a weight per film. O(N log N) to make, O(N)
/// per question, N the number of shots.
package struct RankedShots: Sendable {
    /// By descending score; equal scores stand together. What is no number is below all scores.
    private var scores: [Double] = []
    private var films: [Int32] = []
    private var labels: [Bool] = []

    package init(_ films: [EvaluatedFilm]) {
        var entries: [(score: Double, film: Int32, label: Bool)] = []
        for (position, film) in films.enumerated() {
            for shot in film.rankedShots {
                // What is no number equals nothing, not even itself: it would be in no order.
                let score = shot.score.isNaN ? -.infinity : shot.score
                entries.append((score, Int32(position), shot.isBoundary))
            }
            for _ in film.missed { entries.append((0, Int32(position), true)) }
        }
        entries.sort { $0.score > $1.score }
        scores = entries.map(\.score)
        self.films = entries.map(\.film)
        labels = entries.map(\.label)
    }

    package struct Areas: Hashable, Sendable {
        /// nil without a positive.
        package var averagePrecision: Double?
        /// nil without a positive or without a negative.
        package var rocArea: Double?
    }

    /// Average precision as scikit-learn defines it: the sum over distinct scores of the gain in recall times
    /// the precision there, without interpolation; shots of equal score enter together. Area under the ROC
    /// curve with half a point for ties.
    ///
    /// `weights`: how often each film counts, by its position in the list given to `init`.
    package func areas(weights: [Int]) -> Areas {
        var positives = 0
        var negatives = 0
        var precisionSum = 0.0
        var orderedPairs = 0.0
        var position = 0
        while position < scores.count {
            let score = scores[position]
            var newPositives = 0
            var newNegatives = 0
            while position < scores.count, scores[position] == score {
                let weight = weights[Int(films[position])]
                if labels[position] { newPositives += weight } else { newNegatives += weight }
                position += 1
            }
            orderedPairs += Double(newNegatives) * (Double(positives) + Double(newPositives) / 2)
            positives += newPositives
            negatives += newNegatives
            if newPositives > 0 {
                precisionSum += Double(newPositives) * Double(positives) / Double(positives + negatives)
            }
        }
        return Areas(
            averagePrecision: positives == 0 ? nil : precisionSum / Double(positives),
            rocArea: positives == 0 || negatives == 0
                ? nil : orderedPairs / (Double(positives) * Double(negatives)))
    }

    /// Recall and precision at every score at which recall grows, from the highest score down.
    package func curvePoints() -> [PrecisionRecallPoint] {
        let total = labels.count(where: \.self)
        guard total > 0 else { return [] }
        var points: [PrecisionRecallPoint] = []
        var positives = 0
        var position = 0
        while position < scores.count {
            let score = scores[position]
            let before = positives
            while position < scores.count, scores[position] == score {
                if labels[position] { positives += 1 }
                position += 1
            }
            guard positives > before else { continue }
            points.append(
                PrecisionRecallPoint(
                    recall: Double(positives) / Double(total),
                    precision: Double(positives) / Double(position),
                    threshold: score))
        }
        return points
    }

    /// Precision and recall at every score, from the lowest up. Labeled boundaries without a shot count as
    /// missed at every threshold. Empty without a boundary.
    package func thresholdPoints() -> [ThresholdCurve.Point] {
        let total = labels.count(where: \.self)
        guard total > 0 else { return [] }
        var points: [ThresholdCurve.Point] = []
        var positives = 0
        var position = 0
        while position < scores.count, scores[position] > 0 {
            let score = scores[position]
            while position < scores.count, scores[position] == score {
                if labels[position] { positives += 1 }
                position += 1
            }
            points.append(
                .init(
                    threshold: score, precision: Double(positives) / Double(position),
                    recall: Double(positives) / Double(total)))
        }
        return points.reversed()
    }
}
