package import SceneModel
package import TensorKernels

// Shapes: T parts of all recordings, E width of the embeddings.

/// What a contextualizer learns from: all parts of recordings that show something, in order.
package struct SpanCorpus: Sendable {
    package let centering: EmbeddingCentering
    /// As `centering` gives them [T, E].
    package let units: Matrix
    package let origins: [ShotOrigin]
    /// Rows of each recording.
    package let recordings: [Range<Int>]
    /// A number that recordings of other content hardly share.
    package let identity: UInt64

    /// Of films of one width. O(T E).
    package init(_ films: [TrainingFilm], centering: EmbeddingCentering) {
        var values: [Float] = []
        var origins: [ShotOrigin] = []
        var recordings: [Range<Int>] = []
        values.reserveCapacity(films.reduce(0) { $0 + $1.embeddings.values.count })
        for (recording, film) in films.enumerated() {
            let (first, starts) = (origins.count, ShotOrigin.starts(durations: film.durations))
            for shot in 0..<film.shotCount {
                guard let unit = centering.unit(film.embeddings.row(shot)) else { continue }
                values += unit
                origins.append(ShotOrigin(recording: recording, seconds: starts[shot]))
            }
            recordings.append(first..<origins.count)
        }
        self.centering = centering
        units = Matrix(rows: origins.count, columns: centering.width, values: values)
        self.origins = origins
        self.recordings = recordings
        identity = TrainingFilm.identity(films, restarts: false)
    }

    /// First rows of all sequences of `tokens` parts of one recording that follow one another.
    package func starts(tokens: Int) -> [Int] {
        recordings.flatMap { rows in
            Array(rows.lowerBound..<max(rows.lowerBound, rows.upperBound - tokens + 1))
        }
    }

    /// Those sequences [B N, E].
    package func sequences(_ starts: [Int], tokens: Int) -> Matrix {
        var result = Matrix(rows: starts.count * tokens, columns: units.columns)
        for (place, start) in starts.enumerated() {
            copyRowsInto(&result, from: place * tokens, units, rows: start..<start + tokens)
        }
        return result
    }

    /// Some rows [R, E].
    package func rows(_ numbers: [Int]) -> Matrix {
        var result = Matrix(rows: numbers.count, columns: units.columns)
        gatherRowsInto(&result, units, numbers)
        return result
    }
}
