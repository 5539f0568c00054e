package import NeuralNet
package import TensorKernels

// Shapes: B windows, S = 2K+1 shots, E width of what the network sees of a shot.

/// What a context network sees of the window around a shot.
package protocol WindowSource: Sendable {
    /// K.
    var neighborCount: Int { get }
    /// E.
    var width: Int { get }

    /// What of it varies in training, in words: only an equal run may go on from a checkpoint.
    var variation: String { get }

    /// The same view of other films, without variation.
    init(scoring films: [TrainingFilm], neighborCount: Int)

    /// Writes the window around `place` into rows S * `window` and following. `random` is given in training,
    /// where a source may vary what it shows.
    func write(
        _ place: ShotPlace, into windows: inout Matrix, window: Int, random: inout RandomStream?)

    /// Whether the window around `place` says anything of its end. Where not, a stream gives it the score 0.
    func tells(_ place: ShotPlace) -> Bool
}

extension WindowSource {
    package func tells(_ place: ShotPlace) -> Bool { true }
}

/// The embeddings themselves, the edge shots of each stretch repeated.
package struct EmbeddingWindows: WindowSource {
    private let films: [Matrix]
    private let stretches: [FilmStretches]
    private let sampler: WindowSampler

    package init(_ films: [TrainingFilm], neighborCount: Int) {
        precondition(!films.isEmpty, "a film")
        precondition(
            films.allSatisfy { $0.embeddings.columns == films[0].embeddings.columns },
            "embeddings of one width")
        self.films = films.map(\.embeddings)
        stretches = films.map(\.stretches)
        sampler = WindowSampler(neighborCount: neighborCount)
    }

    package init(scoring films: [TrainingFilm], neighborCount: Int) {
        self.init(films, neighborCount: neighborCount)
    }

    package var variation: String { "plain" }
    package var neighborCount: Int { sampler.neighborCount }
    package var width: Int { films[0].columns }

    package func write(
        _ place: ShotPlace, into windows: inout Matrix, window: Int, random: inout RandomStream?
    ) {
        let film = films[place.film]
        let stretch = stretches[place.film].around(place.shot)
        let indices = sampler.indices(center: place.shot, in: stretch, edges: .clamped)
        for (shot, index) in indices.enumerated() {
            copyRowsInto(
                &windows, from: window * indices.count + shot, film, rows: index..<index + 1)
        }
    }
}
