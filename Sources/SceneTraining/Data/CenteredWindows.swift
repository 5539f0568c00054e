package import NeuralNet
package import TensorKernels

// Shapes: B windows, S = 2K+1 shots, E width of the embeddings.

/// Embeddings as a window sees them: unit vectors less the window's mean, each then brought to length
/// sqrt(E), the edge shots of each stretch repeated. What all its shots share tells a network nothing about
/// boundaries.
///
/// In training the numbers of a window can be shuffled and their signs changed, all shots alike: similarities
/// stay, what the numbers mean does not, so that a network learns to compare.
package struct CenteredWindows: WindowSource {
    private let films: [Matrix]
    private let stretches: [FilmStretches]
    private let sampler: WindowSampler
    package let isShuffled: Bool

    package init(_ films: [TrainingFilm], neighborCount: Int, isShuffled: Bool) {
        precondition(!films.isEmpty, "a film")
        precondition(
            films.allSatisfy { $0.embeddings.columns == films[0].embeddings.columns },
            "embeddings of one width")
        self.films = films.map { UnitRows($0.embeddings).values }
        stretches = films.map(\.stretches)
        sampler = WindowSampler(neighborCount: neighborCount)
        self.isShuffled = isShuffled
    }

    package init(scoring films: [TrainingFilm], neighborCount: Int) {
        self.init(films, neighborCount: neighborCount, isShuffled: false)
    }

    package var variation: String { isShuffled ? "centred, shuffled" : "centred" }
    package var neighborCount: Int { sampler.neighborCount }
    package var width: Int { films[0].columns }

    package func write(
        _ place: ShotPlace, into windows: inout Matrix, window: Int, random: inout RandomStream?
    ) {
        let film = films[place.film]
        let stretch = stretches[place.film].around(place.shot)
        let indices = sampler.indices(center: place.shot, in: stretch, edges: .clamped)
        let rows = indices.map { film.row($0) }
        var mean = [Float](repeating: 0, count: width)
        for row in rows { for column in mean.indices { mean[column] += row[column] } }
        for column in mean.indices { mean[column] /= Float(rows.count) }
        var order = Array(mean.indices)
        var signs = [Float](repeating: 1, count: width)
        if isShuffled, var stream = random {
            order = stream.permutation(width)
            for column in signs.indices { signs[column] = stream.next() & 1 == 0 ? 1 : -1 }
            random = stream
        }
        var shown = mean
        for (shot, row) in rows.enumerated() {
            var square: Float = 0
            for (column, source) in order.enumerated() {
                let value = (row[source] - mean[source]) * signs[column]
                shown[column] = value
                square += value * value
            }
            let factor = Float(width).squareRoot() / max(square.squareRoot(), 1e-6)
            for column in shown.indices { shown[column] *= factor }
            windows.setRow(window * rows.count + shot, to: shown)
        }
    }
}
