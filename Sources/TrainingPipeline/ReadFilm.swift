internal import SceneEvaluation
package import SceneTraining
internal import TensorKernels
internal import Timeline

/// A film as it was read: what training sees, and what labels are matched with.
package struct ReadFilm: Sendable {
    package var film: TrainingFilm
    /// Shot of every row, in order from 0.
    var shotOfRow: [Int]
    /// End of every row, in seconds from the film's start; nil if its file gives no times.
    var ends: [Double]?
    /// Seconds from where the file starts, as players count, to the first picture.
    var startOffset = 0.0
    /// Gaps, in order: the row in front of each, and when it is, in seconds from the first picture.
    var gaps: [(row: Int, seconds: ClosedRange<Double>)] = []
    /// Encoder that made the embeddings, if its file says.
    var encoder: String?
    /// SHA-256 of the encoder's weights, if its file says.
    var encoderDigest: String?
    /// The rule by which long shots were split, if its file says.
    var split: String?
    /// Of the prior by which its shares of genres came about, if its file says.
    var genreDigest: String?

    var shotCount: Int { (shotOfRow.last ?? -1) + 1 }

    /// Labeled times that no shot takes.
    struct LeftOut: Hashable {
        /// No end of a shot is near.
        var withoutCut = 0
        /// A gap is nearest: nothing can be decided there (contract 13).
        var atGaps = 0
    }

    /// Takes over labels: a row is a boundary if it ends its shot and a scene. Returns how many labeled times
    /// met no end of a shot within `tolerance` seconds, or a gap, in front of which nothing is decided.
    ///
    /// Shots that a table leaves open (-1) count as boundaries, as the reference counts them.
    mutating func take(_ labels: BoundaryLabels, tolerance: Double) throws(TrainingDataError) -> LeftOut {
        var isBoundary = [Bool](repeating: false, count: shotCount)
        var leftOut = LeftOut()
        switch labels.form {
        case .shots(let shots):
            guard shots.count == shotCount, shots.keys.allSatisfy({ $0 < shotCount }) else {
                throw TrainingDataError(
                    .unusable,
                    "film '\(film.id)' has \(shotCount) shots, its labels \(shots.count): give labels of these "
                        + "shots, or labels in time")
            }
            for (shot, label) in shots { isBoundary[shot] = label ?? true }
        case .times(let times):
            guard let ends else {
                throw TrainingDataError(
                    .unusable,
                    "film '\(film.id)' is labeled in time, but its file gives no times: label its shots")
            }
            // The film's end and gaps close their scenes by themselves.
            let closed = Set(gaps.map(\.row))
            let cuts = film.judgedRows.dropLast().filter { !closed.contains($0) }
                .map { (shot: shotOfRow[$0], end: ends[$0]) }
            let offset = labels.countsFromStart ? startOffset : 0
            for played in times {
                let time = played.lowerBound - offset...played.upperBound - offset
                // Of several inside an interval the last: what is blank belongs to what came before.
                let distances = cuts.map { (time.distance(to: $0.end), abs($0.end - time.upperBound)) }
                let place = distances.indices.min { distances[$0] < distances[$1] }
                let distance = place.map { distances[$0].0 } ?? .infinity
                let gap = gaps.map { time.distance(to: $0.seconds) }.min() ?? .infinity
                // As `evaluate` joins them: what is in an interval with a gap lies in the gap.
                let isInGap = gap < distance || gap == 0 && time.lowerBound < time.upperBound
                if isInGap, gap <= tolerance {
                    leftOut.atGaps += 1
                } else if let place, distance <= tolerance {
                    isBoundary[cuts[place].shot] = true
                } else {
                    leftOut.withoutCut += 1
                }
            }
        }
        var rows = [Bool](repeating: false, count: film.shotCount)
        for row in film.judgedRows { rows[row] = isBoundary[shotOfRow[row]] }
        film.labels = rows
        return leftOut
    }
}

extension ClosedRange<Double> {
    /// How far two intervals lie apart; 0 where they meet.
    fileprivate func distance(to other: ClosedRange<Double>) -> Double {
        Swift.max(lowerBound - other.upperBound, other.lowerBound - upperBound, 0)
    }
}

extension TrainingFilm {
    /// Rows at which shots end.
    var judgedRows: [Int] { shotEnds ?? Array(0..<shotCount) }
}
