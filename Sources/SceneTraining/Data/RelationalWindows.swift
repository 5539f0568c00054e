package import NeuralNet
internal import SceneModel
package import TensorKernels
internal import Timeline

// Shapes: N shots of a film, K neighbors on each side, S = 2K+1 shots of a window.

/// Windows as a relational network sees them. In training, what stands beyond a random place on the right may
/// be cut off as if the film ended there, so that the network knows windows that a deadline leaves
/// incomplete.
package struct RelationalWindows: WindowSource {
    private struct Film: Sendable {
        /// For each cue [N, 2K + 1]: cosine similarity of shot i and shot i + d, for d in 0...2K; 0 beyond
        /// the end.
        var bands: [Matrix]
        var shots: [RelationalTokens.Shot]
        var stretches: FilmStretches
        /// Makes the cues one; as `RelationalScorer` does.
        var combination: CueCombination

        /// Whether a cue sees anything in a shot.
        func knows(_ shot: Int, cue: Int) -> Bool { bands[cue][shot, 0] >= 0.5 }
    }

    private let films: [Film]
    private let tokens: RelationalTokens
    /// Share of training windows whose right side is cut off.
    package let truncationShare: Double
    /// Share of training windows whose similarities are disturbed, see `disturb`.
    package let noise: Float

    /// Shots behind the center that every window has at most, as a deadline leaves them.
    private let rightShots: Int

    /// O(N K E) per film.
    package init(
        _ films: [TrainingFilm], neighborCount: Int, truncationShare: Double = 0, noise: Float = 0,
        rightShots: Int? = nil
    ) {
        self.rightShots = rightShots ?? neighborCount
        tokens = RelationalTokens(neighborCount: neighborCount)
        self.truncationShare = truncationShare
        self.noise = noise
        let reach = 2 * neighborCount
        self.films = films.map { film in
            let bands = ([film.embeddings] + film.furtherEmbeddings).map {
                Self.band($0, reach: 2 * neighborCount)
            }
            let shots = (0..<film.shotCount).map { shot in
                RelationalTokens.Shot(
                    duration: film.durations[shot], entry: film.entries.isEmpty ? nil : film.entries[shot],
                    isRepeated: false, isBlank: bands.allSatisfy { $0[shot, 0] < 0.5 })
            }
            return Film(
                bands: bands, shots: shots, stretches: film.stretches,
                combination: CueCombination(film.cues, unit: .firstCue))
        }
    }

    /// Similarities of each shot and those that follow it. O(N K E).
    private static func band(_ embeddings: Matrix, reach: Int) -> Matrix {
        let count = embeddings.rows
        let units = UnitRows(embeddings).values
        var band = Matrix(rows: count, columns: reach + 1)
        // Blocks of shots against those in reach: one product each.
        let size = 64
        for first in stride(from: 0, to: count, by: size) {
            let rows = first..<min(first + size, count)
            let columns = first..<min(rows.upperBound + reach, count)
            var product = Matrix(rows: rows.count, columns: columns.count)
            multiplyInto(&product, units.block(rows: rows), units.block(rows: columns).transposed)
            for row in rows {
                for distance in 0...reach where row + distance < count {
                    band[row, distance] = product[row - first, row + distance - first]
                }
            }
        }
        return band
    }

    package init(scoring films: [TrainingFilm], neighborCount: Int) {
        self.init(films, neighborCount: neighborCount)
    }

    package var variation: String { "truncation \(truncationShare) noise \(noise)" }
    package var neighborCount: Int { tokens.neighborCount }
    package var width: Int { tokens.width }

    /// False for a shot before a gap: nothing stands behind it, and `RelationalScorer` gives it 0. The film's
    /// own last shot, whose end nobody judges, is answered as it is trained.
    package func tells(_ place: ShotPlace) -> Bool {
        let film = films[place.film]
        let next = place.shot + 1
        return next == film.shots.count || film.stretches.around(place.shot).contains(next)
    }

    package func write(
        _ place: ShotPlace, into windows: inout Matrix, window: Int, random: inout RandomStream?
    ) {
        let film = films[place.film]
        let count = tokens.shotCount
        let stretch = film.stretches.around(place.shot)
        var last = min(stretch.upperBound - 1, place.shot + rightShots)
        var gain: Float = 1
        if random != nil {
            if random?.fraction() ?? 1 < truncationShare {
                let kept = 1 + (random?.position(below: neighborCount) ?? 0)
                last = min(last, place.shot + kept)
            }
            if noise > 0 { gain = 1 + noise * Float(2 * (random?.fraction() ?? 0.5) - 1) }
        }
        var shots: [RelationalTokens.Shot] = []
        shots.reserveCapacity(count)
        let start = place.shot - neighborCount
        let indices = (start..<start + count).map { min(max($0, stretch.lowerBound), last) }
        for (position, index) in indices.enumerated() {
            var shot = film.shots[index]
            shot.isRepeated = index != start + position
            shots.append(shot)
        }
        // Similarities to the power of the gain's neighbor: a film of another contrast.
        let similarities =
            film.bands.count == 1
            ? Self.similarities(ofOneCue: film, indices, gain: gain)
            : Self.similarities(film, indices, gain: gain)
        tokens.write(
            into: &windows, firstRow: window * count, shots: shots, similarities: similarities)
    }

    /// By one cue, S x S; 0 for blank shots, whatever the contrast: they show nothing.
    private static func similarities(ofOneCue film: Film, _ indices: [Int], gain: Float) -> [Float] {
        let (count, band) = (indices.count, film.bands[0])
        var similarities = [Float](repeating: 0, count: count * count)
        for (position, index) in indices.enumerated() {
            for other in 0...position {
                let (low, high) = (min(index, indices[other]), max(index, indices[other]))
                guard !film.shots[low].isBlank, !film.shots[high].isBlank else { continue }
                let value = 1 - (1 - band[low, high - low]) * gain
                similarities[position * count + other] = value
                similarities[other * count + position] = value
            }
        }
        return similarities
    }

    /// By all cues, S x S; 0 for blank shots.
    private static func similarities(_ film: Film, _ indices: [Int], gain: Float) -> [Float] {
        let count = indices.count
        let positions = (0..<count).filter { !film.shots[indices[$0]].isBlank }
        var combination = film.combination
        combination.begin(count: positions.count)
        for (cue, band) in film.bands.enumerated() {
            let places = positions.indices.filter { film.knows(indices[positions[$0]], cue: cue) }
            var distances = [Float](repeating: 0, count: places.count * places.count)
            for (row, place) in places.enumerated() {
                for (column, other) in places[..<row].enumerated() {
                    let pair = [indices[positions[place]], indices[positions[other]]].sorted()
                    let distance = pair[0] == pair[1] ? 0 : 1 - band[pair[0], pair[1] - pair[0]]
                    distances[row * places.count + column] = distance
                    distances[column * places.count + row] = distance
                }
            }
            combination.add(distances, at: places, cue: cue)
        }
        combination.finish()
        var similarities = [Float](repeating: 0, count: count * count)
        for (row, position) in positions.enumerated() {
            for (column, other) in positions.enumerated() {
                let value = combination.values[row * positions.count + column]
                similarities[position * count + other] = 1 - value * gain
            }
        }
        return similarities
    }
}
