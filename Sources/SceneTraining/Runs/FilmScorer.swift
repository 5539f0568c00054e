package import SceneModel
internal import NeuralNet
package import SceneEvaluation
internal import TensorKernels

// Shapes: B windows, S = 2K+1 shots.

/// Scores every shot of a film with a trained model, in batches.
package struct FilmScorer<Network: ContextNetwork, Source: WindowSource>: Sendable {
    private let model: FineTunedModel<Network>
    private let source: Source
    private var pass: FineTuneStep<Network>
    private var windows: Matrix
    private let batch: Int

    package init(_ model: FineTunedModel<Network>, source: Source, batch: Int = 64) {
        self.model = model
        self.source = source
        self.batch = batch
        pass = FineTuneStep(network: model.network, batch: batch)
        windows = Matrix(rows: batch * (2 * source.neighborCount + 1), columns: source.width)
    }

    /// Probability that a scene ends, for each of the film's shots; 0 where the window tells nothing.
    package mutating func scores(film: Int, shotCount: Int) -> [Float] {
        var scores: [Float] = []
        var none: RandomStream?
        for first in stride(from: 0, to: shotCount, by: batch) {
            for window in 0..<batch {
                // An incomplete batch is filled with its last shot.
                let place = ShotPlace(film: film, shot: min(first + window, shotCount - 1))
                source.write(place, into: &windows, window: window, random: &none)
            }
            for (place, score) in pass.probabilities(model, windows: windows).prefix(shotCount - first)
                .enumerated()
            {
                scores.append(source.tells(ShotPlace(film: film, shot: first + place)) ? score : 0)
            }
        }
        return scores
    }

    /// The films of the source that have labels, with their scores, for `SceneFigures`.
    package mutating func evaluated(_ films: [TrainingFilm], _ chosen: [Int]) -> [EvaluatedFilm] {
        chosen.compactMap { film in
            films[film].evaluated(scores: scores(film: film, shotCount: films[film].shotCount))
        }
    }
}

extension TrainingFilm {
    /// Labels and scores joined; nil for a film without labels.
    package func evaluated(scores: [Float]) -> EvaluatedFilm? {
        guard let labels else { return nil }
        return EvaluatedFilm(
            id: id,
            shots: (shotEnds ?? Array(labels.indices)).map {
                EvaluatedShot(index: $0, isBoundary: labels[$0], score: Double(scores[$0]))
            })
    }
}
