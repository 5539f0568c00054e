import NeuralNet
import SceneModel
import SceneTraining
import TensorKernels
import Testing

/// Training of the genres' fusion with what reads the embeddings.
@Suite struct GenreTrainingTests {
    static let width = 12

    static func prior(_ settings: GenreSettings = GenreSettings()) -> GenrePrior {
        GenrePrior(
            names: ["a", "b", "c", "d"], fileDigest: "", settings: settings,
            vectors: Lab.random(4, width, seed: 21))
    }

    /// Scenes of five shots that differ in their shares of genres alone; embeddings say nothing.
    static func films(_ count: Int, seed: UInt64) -> [TrainingFilm] {
        (0..<count).map { number in
            let shots = 60
            var random = RandomStream(seed: seed &+ UInt64(number), purpose: .synthesis)
            var shares = Matrix(rows: shots, columns: 4)
            var genre = 0
            for shot in 0..<shots {
                if shot % 5 == 0 { genre = (genre + 1 + random.position(below: 3)) % 4 }
                var row = [Float](repeating: 0.04, count: 4)
                row[genre] = 0.88
                shares.setRow(shot, to: row)
            }
            var film = TrainingFilm(
                id: "film \(number)",
                embeddings: Lab.random(shots, width, seed: seed &+ UInt64(100 + number), scale: 0.1),
                durations: (0..<shots).map { 1 + Double($0 % 7) }, labels: (0..<shots).map { $0 % 5 == 4 })
            film.genreShares = shares
            return film
        }
    }

    static func network(_ seed: UInt64 = 1) -> ContextualRelationNetwork {
        ContextualRelationNetwork(
            inputDimension: width, hiddenDimension: 24, innerDimension: 48, headCount: 4, layerCount: 2,
            neighborCount: 3, deviation: 0.1, seed: seed)
    }

    static func schedule(_ epochs: Int, seed: UInt64 = 1) -> TrainingSchedule {
        TrainingSchedule(
            epochs: epochs, batchSize: 32, rate: 2e-3, warmupShare: 0.1, rule: .adam(decay: 0), dropout: 0,
            gradientLimit: 5, seed: seed)
    }

    static func tuner(
        _ films: [TrainingFilm], _ prior: GenrePrior, epochs: Int
    ) -> Trainer<GenreFineTuningObjective<ContextualRelationNetwork>> {
        let network = network()
        return Trainer(
            GenreModel(
                fusion: GenreFusion(form: prior.settings.fusion, width: width, seed: 1),
                inner: FineTunedModel(
                    network: network, head: BoundaryHead(width: network.hiddenDimension, seed: 1))),
            GenreFineTuningObjective(
                ContextualRelationNetwork.self, films: films, prior: prior, neighborCount: 3),
            schedule: schedule(epochs))
    }

    /// The loss's gradient for W and the bias, through the whole network, against differences of the loss.
    @Test(arguments: GenreFusion.Form.allCases)
    func gradientThroughTheNetwork(form: GenreFusion.Form) {
        let (batch, rows) = (3, 3 * 7)
        let prior = Self.prior(GenreSettings(fusion: form))
        let network = Self.network()
        let model = FineTunedModel(
            network: network, head: BoundaryHead(width: network.hiddenDimension, seed: 2))
        let embeddings = Lab.random(rows, Self.width, seed: 5)
        let mixtures = prior.affinity.mixtures(Lab.random(rows, 4, seed: 6))
        var fusion = GenreFusion(form: form, width: Self.width, seed: 4)
        var random = RandomStream(seed: 8, purpose: .order)
        fusion.visitParameters("") { _, _, values, range in
            for place in range { values[place] += Float(random.fraction() - 0.5) * 0.4 }
        }
        func pass(_ fusion: GenreFusion, _ gradient: inout GenreFusion?) -> Double {
            var fused = Matrix(rows: rows, columns: Self.width)
            fusion.forward(into: &fused, embeddings, mixtures: mixtures)
            var step = FineTuneStep(network: network, batch: batch, needsInputGradient: true)
            var inner = model.zeroed()
            let loss = step.run(
                model, windows: fused, labels: [1, 0, 1], weights: [0.5, 0.3, 0.2], gradient: &inner,
                dropout: nil)
            if var slopes = gradient, let slope = step.dWindows {
                fusion.addGradient(into: &slopes, slope, embeddings: embeddings, mixtures: mixtures)
                gradient = slopes
            }
            return loss
        }
        var gradient: GenreFusion? = fusion.zeroed()
        _ = pass(fusion, &gradient)
        guard let gradient else { return }
        let worst = Lab.worstGradient(fusion, gradient: gradient, places: 12, floor: 1e-3) {
            var none: GenreFusion?
            return pass($0, &none)
        }
        #expect(worst.error < 0.02, "\(worst.name)")
    }

    /// Where only genres tell scenes apart, they are found with genres, and not without.
    @Test func learnsFromGenresAlone() throws {
        let (films, others) = (Self.films(8, seed: 1), Self.films(3, seed: 50))
        func separation(_ scores: [[Float]]?) throws -> Float {
            let scores = try #require(scores).flatMap(\.self)
            let labels = others.flatMap { $0.labels ?? [] }
            let (ends, rest) = (
                zip(scores, labels).filter(\.1).map(\.0), zip(scores, labels).filter { !$0.1 }.map(\.0)
            )
            return ends.reduce(0, +) / Float(ends.count) - rest.reduce(0, +) / Float(rest.count)
        }
        var with = Self.tuner(films, Self.prior(), epochs: 40)
        with.run { _ in true }
        var blind = Self.tuner(films, Self.prior(GenreSettings(affinity: .uniform)), epochs: 40)
        blind.run { _ in true }
        let (found, missed) = (try separation(with.scores(others)), try separation(blind.scores(others)))
        #expect(found > 0.1 && missed < 0.05, "with \(found), uniform \(missed)")
        #expect(!with.model.fusion.isIdentity)
    }

    /// A run that stopped goes on to equal bits, and its file brings prior and fusion.
    @Test func resumes() throws {
        let films = Self.films(2, seed: 3)
        let prior = Self.prior()
        var whole = Self.tuner(films, prior, epochs: 3)
        whole.run { _ in true }
        var first = Self.tuner(films, prior, epochs: 3)
        for _ in 0..<3 { _ = first.advance() }
        var second = Self.tuner(films, prior, epochs: 3)
        try second.restore(first.checkpoint())
        second.run { _ in true }
        #expect(whole.file(ModelMetadata()).bytes() == second.file(ModelMetadata()).bytes())
        // Other genres are another run.
        var other = Self.tuner(
            films, Self.prior(GenreSettings(affinity: .cosine(temperature: 0.1))), epochs: 3)
        #expect(throws: CheckpointError.self) { try other.restore(first.checkpoint()) }
        let writer = whole.file(ModelMetadata())
        #expect(writer.metadata["scened.genres"] == "a\tb\tc\td")
    }

    /// The paper's pre-training: anchors by inverse duration, contrast and boundary prediction. W moves from
    /// zero, the loss falls.
    @Test(arguments: GenreFusion.Form.allCases)
    func pretrains(form: GenreFusion.Form) {
        let prior = Self.prior(GenreSettings(fusion: form))
        let network = Self.network()
        var run = Trainer(
            GenreModel(
                fusion: GenreFusion(form: form, width: Self.width, seed: 1),
                inner: PretextModel(
                    network: network,
                    heads: PretextHeads(
                        inputDimension: Self.width, hiddenDimension: network.hiddenDimension, seed: 1))),
            GenrePretextObjective(
                ContextualRelationNetwork.self, films: Self.films(4, seed: 9), prior: prior,
                options: PretextOptions(
                    groupMatching: 0, maskedModeling: 0, rule: .anchors(.inverseDuration))),
            schedule: Self.schedule(12))
        let start = run.model.fusion
        var losses: [Double] = []
        run.run {
            losses.append($0.loss)
            return $0.loss.isFinite
        }
        let (early, late) = (losses.prefix(10).reduce(0, +) / 10, losses.suffix(10).reduce(0, +) / 10)
        #expect(run.isFinished && late < 0.97 * early, "\(early) to \(late)")
        #expect(run.model.fusion != start)
    }
}
