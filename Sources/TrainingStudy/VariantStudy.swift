import Foundation
import NeuralNet
import SceneModel
import SceneTraining
import TensorKernels

/// Forms of the relational network (`RelationalVariant`), four-fold, film i of its set in fold i mod 4; tried
/// on VGG19's embeddings, or on both cues.
struct VariantStudy {
    let folder: String
    let settings: Settings

    /// Shots on the right that a hurried stream waits for, in the rows that say so.
    private let hurried = 2

    /// A film's embeddings, by what similarities they give.
    private struct Films {
        var vgg: [TrainingFilm]
        var hue: [TrainingFilm]
        /// Unit vectors of both, side by side, so that the cosine is the mean; VGG19's twice where there are
        /// no hues.
        var both: [TrainingFilm]
    }

    /// `out=FILE`, `seeds`, `rows` (names, separated by semicolons; all if absent), `epochs`, `films`
    /// (made-up ones).
    func run() throws {
        let films = try read()
        let log = try ResultLog(path: settings.text("out", "variants.jsonl"))
        let start = ContinuousClock.now
        if !log.holds("similarity", seed: 1) {
            let coherence = films.vgg.map {
                $0.coherence(neighborCount: 8, cues: ComparedCues(typicalDistances: [0.5]))
            }
            try log.add("coherence", seed: 1, films.vgg, coherence, since: start)
            let similarity = films.vgg.map { TableStudy.twoSided($0, 8) }
            try log.add("similarity", seed: 1, films.vgg, similarity, since: start)
        }
        let wanted = settings.text("rows", "").split(separator: ";").map(String.init)
        for seed in 1...settings.int("seeds", 1) {
            for variant in RelationalVariant.all
            where wanted.isEmpty || wanted.contains(variant.name) {
                guard !log.holds(variant.name, seed: seed) else { continue }
                let start = ContinuousClock.now
                let results =
                    switch variant.cues {
                    case .one:
                        scores(variant, films.vgg, films.vgg + films.hue, hue: films.hue, UInt64(seed)) {
                            RelationalWindows($0, neighborCount: variant.k, truncationShare: $1, noise: $2)
                        }
                    case .mean:
                        scores(variant, films.both, films.both, hue: [], UInt64(seed)) {
                            RelationalWindows($0, neighborCount: variant.k, truncationShare: $1, noise: $2)
                        }
                    case .both:
                        scores(variant, films.both, films.both, hue: [], UInt64(seed)) {
                            TwoCueWindows($0, neighborCount: variant.k, truncationShare: $1, noise: $2)
                        }
                    }
                // The variant's own row is the last: a row that is there is complete.
                for (name, scores) in results {
                    try log.add(name, seed: seed, films.vgg, scores, since: start)
                }
            }
        }
    }

    private func read() throws -> Films {
        let ids = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".safetensors") }.map { String($0.dropLast(12)) }.sorted()
        let vgg = try StudyFilms(folder: folder, ids: ids, feature: "VGG19").films
        let hue = try StudyFilms(folder: folder, ids: vgg.map(\.id), feature: "HSV").films
        let widths = (vgg[0].embeddings.columns, hue[0].embeddings.columns)
        precondition(widths.0 == TwoCueWindows.firstWidth, "all numbers of VGG19")
        let both = vgg.map { film -> TrainingFilm in
            let other = hue.first { $0.id == film.id } ?? film
            let (left, right) = (UnitRows(film.embeddings).values, UnitRows(other.embeddings).values)
            var joined = Matrix(rows: film.shotCount, columns: left.columns + right.columns)
            copyColumnsInto(&joined, column: 0, left)
            copyColumnsInto(&joined, column: left.columns, right)
            var result = film
            result.embeddings = joined
            return result
        }
        return Films(vgg: vgg, hue: hue, both: both)
    }

    /// Scores of `tested` from folds that did not see them; those without labels and those of a hurried
    /// stream come first.
    private func scores<Source: WindowSource>(
        _ variant: RelationalVariant, _ tested: [TrainingFilm], _ pool: [TrainingFilm], hue: [TrainingFilm],
        _ seed: UInt64, _ source: ([TrainingFilm], _ truncation: Double, _ noise: Float) -> Source
    ) -> [(String, [[Float]])] {
        let ids = tested.map(\.id)
        let study = RelationalStudy(folder: folder, settings: settings)
        var start = fresh(variant, seed)
        var results: [(String, [[Float]])] = []
        if let unlabeled = unlabeled(variant, pool, seed) {
            let isMadeUp = variant.start == .madeUp
            start =
                tune(
                    start, unlabeled, source(unlabeled, 0.1, 0.3), epochs: isMadeUp ? 1 : 4,
                    dropout: isMadeUp ? 0.1 : 0.2, seed
                ).model
            var scorer = FilmScorer(start, source: source(tested, 0, 0))
            let found = tested.indices.map { scorer.scores(film: $0, shotCount: tested[$0].shotCount) }
            results.append((variant.name + ", no labels", found))
        }
        var scores = tested.map { _ in [Float]() }
        var (hurriedScores, mixed) = (scores, scores)
        for fold in 0..<4 {
            func isTested(_ id: String) -> Bool { study.foldOf(id, ids) % 4 == fold }
            let training = pool.filter { !isTested($0.id) }
            // As many steps where every film is there once as where it is there twice.
            let epochs = settings.int("epochs", 4) * (variant.cues == .one ? 1 : 2)
            let tuner = tune(
                start, training, source(training, variant.truncation, 0.3), epochs: epochs, dropout: 0.2, seed
            )
            var whole = FilmScorer(tuner.model, source: source(tested, 0, 0))
            var early = FilmScorer(
                tuner.model,
                source: RelationalWindows(tested, neighborCount: variant.k, rightShots: hurried))
            for index in tested.indices where isTested(ids[index]) {
                let count = tested[index].shotCount
                scores[index] = whole.scores(film: index, shotCount: count)
                mixed[index] = scores[index].map(study.logit)
                if let position = hue.firstIndex(where: { $0.id == ids[index] }) {
                    var other = FilmScorer(tuner.model, source: source([hue[position]], 0, 0))
                    let added = other.scores(film: 0, shotCount: count).map(study.logit)
                    mixed[index] = zip(mixed[index], added).map { ($0 + $1) / 2 }
                }
                if variant.cues == .one {
                    hurriedScores[index] = early.scores(film: index, shotCount: count)
                }
            }
        }
        if variant.cues == .one, variant.start == .fresh, variant.k == 8 {
            results.append((variant.name + ", \(hurried) shots to the right", hurriedScores))
        }
        if !hue.isEmpty { results.append((variant.name + ", logits of both cues", mixed)) }
        return results + [(variant.name, scores)]
    }

    private func unlabeled(
        _ variant: RelationalVariant, _ pool: [TrainingFilm], _ seed: UInt64
    ) -> [TrainingFilm]? {
        // Films of one encoder each, to be joined among themselves.
        let widths = Set(pool.map(\.embeddings.columns)).sorted()
        let groups = widths.map { width in pool.filter { $0.embeddings.columns == width } }
        switch variant.start {
        case .fresh: return nil
        case .madeUp:
            return (0..<settings.int("films", 1600)).map {
                SyntheticFilm.make(number: $0, shots: 200, traits: SyntheticTraits(), seed: seed)
            }
        case .joined: return groups.flatMap { UnlabeledFilms.joined($0, count: 60, seed: seed) }
        case .pseudo: return groups.flatMap { UnlabeledFilms.pseudo($0, neighborCount: variant.k) }
        }
    }

    private func fresh(
        _ variant: RelationalVariant, _ seed: UInt64
    ) -> FineTunedModel<RelationalNetwork> {
        let network = RelationalNetwork(
            neighborCount: variant.k, hiddenDimension: 64, innerDimension: 128, headCount: 4, layerCount: 1,
            tokenWidth: variant.cues == .both ? TwoCueWindows.width(neighborCount: variant.k) : nil,
            seed: seed)
        return FineTunedModel(
            network: network, head: BoundaryHead(width: network.hiddenDimension, seed: seed))
    }

    private func tune<Source: WindowSource>(
        _ model: FineTunedModel<RelationalNetwork>, _ films: [TrainingFilm], _ source: Source, epochs: Int,
        dropout: Float, _ seed: UInt64
    ) -> Trainer<FineTuningObjective<RelationalNetwork, Source>> {
        var tuner = Trainer(
            model,
            FineTuningObjective(
                RelationalNetwork.self, films: films, source: source, isClassBalanced: false),
            schedule: TrainingSchedule(
                epochs: epochs, batchSize: 64, rate: Float(settings.double("rate", 1e-3)), warmupShare: 0.1,
                rule: .adamW(decay: 0.05), dropout: dropout, gradientLimit: 1, seed: seed))
        tuner.run { _ in true }
        return tuner
    }
}
