import NeuralNet
import SceneTraining
import TensorKernels

/// Labels for films that have none.
enum UnlabeledFilms {
    /// `count` films of some 200 shots each: runs of 3 to 12 shots of films by chance; a run's last shot is a
    /// boundary.
    static func joined(_ films: [TrainingFilm], count: Int, seed: UInt64) -> [TrainingFilm] {
        var random = RandomStream(seed: seed, purpose: .synthesis)
        return (0..<count).map { number in
            var embeddings: [Float] = []
            var durations: [Double] = []
            var labels: [Bool] = []
            while labels.count < 200 {
                let film = films[random.position(below: films.count)]
                let length = min(3 + random.position(below: 10), film.shotCount)
                let first = random.position(below: film.shotCount - length + 1)
                for shot in first..<first + length {
                    embeddings += film.embeddings.row(shot)
                    durations.append(film.durations[shot])
                    labels.append(shot == first + length - 1)
                }
            }
            return TrainingFilm(
                id: "joined \(number)",
                embeddings: Matrix(
                    rows: labels.count, columns: films[0].embeddings.columns, values: embeddings),
                durations: durations, labels: labels)
        }
    }

    /// The films, with a boundary where time warping cuts the window around a shot just behind it.
    static func pseudo(_ films: [TrainingFilm], neighborCount: Int) -> [TrainingFilm] {
        films.map { film in
            let units = UnitRows(film.embeddings).values
            let sampler = WindowSampler(neighborCount: neighborCount)
            var result = film
            result.labels = (0..<film.shotCount).map { shot in
                let window = sampler.gather(units, centers: [shot], edges: .clamped)
                var ends = Matrix(rows: 2, columns: window.columns)
                gatherRowsInto(&ends, window, [0, window.rows - 1])
                var cost = Matrix(rows: 2, columns: window.rows)
                multiplyInto(&cost, ends.block, window.transposed, scale: -1)
                for side in 0..<2 { for column in 0..<window.rows { cost[side, column] += 1 } }
                return PseudoScenes(warping: cost).boundary == neighborCount
            }
            return result
        }
    }
}
