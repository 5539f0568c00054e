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
    /// Encoder that made the embeddings, if its file says.
    var encoder: String?
    /// SHA-256 of the encoder's weights, if its file says.
    var encoderDigest: String?
    /// Of the prior by which its shares of genres came about, if its file says.
    var genreDigest: String?

    var shotCount: Int { (shotOfRow.last ?? -1) + 1 }

    /// Takes over labels: a row is a boundary if it ends its shot and a scene. Returns how many labeled times
    /// met no end of a shot within `tolerance` seconds.
    ///
    /// Shots that a table leaves open (-1) count as boundaries, as the reference counts them.
    mutating func take(_ labels: BoundaryLabels, tolerance: Double) throws(TrainingDataError) -> Int {
        var isBoundary = [Bool](repeating: false, count: shotCount)
        var missed = 0
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
            // The film's end closes its last scene by itself.
            let cuts = film.judgedRows.dropLast().map { (shot: shotOfRow[$0], end: ends[$0]) }
            let offset = labels.countsFromStart ? startOffset : 0
            for played in times {
                let time = played.lowerBound - offset...played.upperBound - offset
                // Of several inside an interval the last: what is blank belongs to what came before.
                let distances = cuts.map { (time.distance(to: $0.end), abs($0.end - time.upperBound)) }
                guard let place = distances.indices.min(by: { distances[$0] < distances[$1] }),
                    distances[place].0 <= tolerance
                else {
                    missed += 1
                    continue
                }
                isBoundary[cuts[place].shot] = true
            }
        }
        var rows = [Bool](repeating: false, count: film.shotCount)
        for row in film.judgedRows { rows[row] = isBoundary[shotOfRow[row]] }
        film.labels = rows
        return missed
    }
}

extension TrainingFilm {
    /// Rows at which shots end.
    var judgedRows: [Int] { shotEnds ?? Array(0..<shotCount) }
}
