import NeuralNet
import SceneModel
import SceneTraining
import TensorKernels
import Testing

/// Films with gaps that flush the ring of a stream: no window reaches across.
@Suite struct FilmStretchTests {
    static let film: TrainingFilm = {
        var film = TrainingRunTests.film(3)
        film.restarts = [9, 20]
        return film
    }()

    /// The film's shots in `range` as a film of their own.
    static func part(_ range: Range<Int>) -> TrainingFilm {
        TrainingFilm(
            id: "part",
            embeddings: Matrix(
                rows: range.count, columns: film.embeddings.columns,
                values: range.flatMap { film.embeddings.row($0) }),
            durations: Array(film.durations[range]))
    }

    static var parts: [Range<Int>] { [0..<9, 9..<20, 20..<film.shotCount] }

    @Test func stretchesAroundShots() {
        for part in Self.parts {
            for shot in part { #expect(Self.film.stretches.around(shot) == part) }
        }
        #expect(FilmStretches(shotCount: 4).around(2) == 0..<4)
    }

    /// What stands in another stretch changes no score: each is scored as a film of its own.
    @Test func stretchesAreScoredLikeFilms() {
        let model = FineTunedModel(
            network: TrainingRunTests.network(),
            head: BoundaryHead(width: TrainingRunTests.network().hiddenDimension, seed: 1))
        let whole = model.scores([Self.film], EmbeddingWindows.self)[0]
        let centered = model.scores([Self.film], CenteredWindows.self)[0]
        let coherence = Self.film.coherence(neighborCount: 3)
        #expect(whole.count == Self.film.shotCount && coherence.count == Self.film.shotCount)
        for range in Self.parts {
            let part = Self.part(range)
            let alone = model.scores([part], EmbeddingWindows.self)[0]
            #expect(Lab.largestDifference(Array(whole[range]), alone) < 1e-5)
            let centeredAlone = model.scores([part], CenteredWindows.self)[0]
            #expect(Lab.largestDifference(Array(centered[range]), centeredAlone) < 1e-5)
            #expect(Array(coherence[range]) == part.coherence(neighborCount: 3))
        }
        var unbroken = Self.film
        unbroken.restarts = []
        #expect(Lab.largestDifference(model.scores([unbroken], EmbeddingWindows.self)[0], whole) > 1e-4)
    }

    /// A relational network's stream gives a shot before a gap 0, as nothing stands behind it.
    @Test func streamsScoreLikeTheTrainer() {
        let model = FineTunedModel(
            network: RelationalTests.network(), head: BoundaryHead(width: 24, seed: 1))
        let trained = model.scores([Self.film], RelationalWindows.self)[0]
        var scorer = RelationalScorer(network: model.network, head: model.head, cues: Self.film.cues)
        let streamed = Self.film.scores(&scorer)
        #expect(Lab.largestDifference(Array(trained.dropLast()), Array(streamed.dropLast())) < 2e-5)
        #expect(trained[8] == 0 && trained[19] == 0 && trained[7] > 0)
    }

    /// Windows of pre-training are shifted inside their stretch; joined ones are of two stretches.
    @Test(arguments: [BoundaryRule.fixed, .synthesised])
    func windowsOfPretraining(rule: BoundaryRule) {
        let places = ShotPlace.all([Self.film])
        var random = RandomStream(seed: 4, purpose: .augmentation)
        let plan = PretextPlan(
            places, durations: [Self.film.durations], stretches: [Self.film.stretches],
            sampler: WindowSampler(neighborCount: 3), rule: rule, using: &random)
        for (window, place) in places.enumerated() {
            let last = rule == .synthesised ? plan.joins[window] : 6
            let own = Self.film.stretches.around(place.shot)
            let shots = plan.windows[window].map(\.shot)
            #expect(shots[...last].allSatisfy { own.contains($0) })
            guard let first = shots[(last + 1)...].first else { continue }
            let other = Self.film.stretches.around(first)
            #expect(shots[(last + 1)...].allSatisfy { other.contains($0) })
        }
    }

    /// Only a run on the same stretches may go on from a checkpoint.
    @Test func identity() {
        #expect(TrainingFilm.identity([Self.film]) != TrainingFilm.identity([TrainingRunTests.film(3)]))
    }
}
