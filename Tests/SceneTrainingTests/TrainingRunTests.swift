import Foundation
import NeuralNet
import SceneEvaluation
import SceneModel
import SceneTraining
import TensorKernels
import Testing

/// Runs on small synthetic films: scenes of 3 to 8 shots, each scene around a direction of its own.
@Suite struct TrainingRunTests {
    static let width = 12

    static func film(_ seed: UInt64, scenes: Int = 14) -> TrainingFilm {
        var random = RandomStream(seed: seed, purpose: .order)
        var rows: [Float] = []
        var labels: [Bool] = []
        for _ in 0..<scenes {
            let place = (0..<width).map { _ in Float(2 * random.fraction() - 1) }
            let shots = 3 + random.position(below: 6)
            for shot in 0..<shots {
                rows += place.map { $0 + Float(random.fraction() - 0.5) * 0.4 }
                labels.append(shot == shots - 1)
            }
        }
        return TrainingFilm(
            id: "film \(seed)", embeddings: Matrix(rows: labels.count, columns: width, values: rows),
            durations: labels.map { _ in 1 + 3 * random.fraction() }, labels: labels)
    }

    static let films = (1...6).map { film(UInt64($0)) }
    static let unseen = (11...13).map { film(UInt64($0)) }

    static func schedule(epochs: Int, rate: Float = 2e-3, seed: UInt64 = 5) -> TrainingSchedule {
        TrainingSchedule(
            epochs: epochs, batchSize: 64, rate: rate, warmupShare: 0.1, rule: .adam(), dropout: 0.1,
            gradientLimit: 5, seed: seed)
    }

    static func network(seed: UInt64 = 2) -> ContextualRelationNetwork {
        ContextualRelationNetwork(
            inputDimension: width, hiddenDimension: 32, innerDimension: 64, headCount: 4, layerCount: 2,
            neighborCount: 3, deviation: 0.1, seed: seed)
    }

    static func fineTuner<Network: ContextNetwork>(
        _ network: Network, epochs: Int, seed: UInt64 = 5
    ) -> Trainer<FineTuningObjective<Network, EmbeddingWindows>> {
        Trainer(
            FineTunedModel(network: network, head: BoundaryHead(width: network.hiddenDimension, seed: 3)),
            FineTuningObjective(
                Network.self, films: films,
                source: EmbeddingWindows(films, neighborCount: network.neighborCount)),
            schedule: schedule(epochs: epochs, seed: seed))
    }

    static func averagePrecision<Network: ContextNetwork>(_ model: FineTunedModel<Network>) -> Double {
        var scorer = FilmScorer(
            model, source: EmbeddingWindows(unseen, neighborCount: model.network.neighborCount))
        return figure(&scorer)
    }

    /// AP on the unseen films.
    static func figure<Network: ContextNetwork, Source: WindowSource>(
        _ scorer: inout FilmScorer<Network, Source>
    ) -> Double {
        let figures = SceneFigures(scorer.evaluated(unseen, Array(unseen.indices)))
        return figures.value(.averagePrecision, .perFilm) ?? 0
    }

    static func learns<Network: ContextNetwork>(_ network: Network, to goal: Double) {
        var tuner = fineTuner(network, epochs: 60)
        var losses: [Double] = []
        tuner.run {
            losses.append($0.loss)
            return true
        }
        #expect(tuner.isFinished && losses.count == tuner.totalSteps)
        let figure = averagePrecision(tuner.model)
        #expect(figure > goal, "AP \(figure)")
        print(
            "\(Network.self): first loss \(losses[0]), last \(losses[losses.count - 1]), AP unseen \(figure)")
    }

    @Test func transformerLearns() { Self.learns(Self.network(), to: 0.5) }

    @Test func recurrentNetworkLearns() {
        Self.learns(
            RecurrentNetwork(inputDimension: Self.width, hiddenDimension: 32, neighborCount: 3, seed: 2),
            to: 0.5)
    }

    @Test func perceptronLearns() {
        Self.learns(
            PerceptronNetwork(inputDimension: Self.width, hiddenDimension: 32, neighborCount: 3, seed: 2),
            to: 0.4)
    }

    @Test func equalSeedsGiveEqualBits() {
        var runs = [Self.fineTuner(Self.network(), epochs: 2), Self.fineTuner(Self.network(), epochs: 2)]
        var other = Self.fineTuner(Self.network(), epochs: 2, seed: 6)
        for _ in 0..<10 {
            let progress = runs[0].advance()
            #expect(progress == runs[1].advance())
            #expect(progress.loss != other.advance().loss)
        }
        #expect(runs[0].checkpoint() == runs[1].checkpoint())
    }

    /// A loss is that of the weights before its step: those behind the last one are asked for themselves.
    @Test func weightsThatAreNoNumbers() {
        var schedule = Self.schedule(epochs: 1)
        schedule.rate = .infinity
        let network = Self.network()
        var tuner = Trainer(
            FineTunedModel(network: network, head: BoundaryHead(width: network.hiddenDimension, seed: 3)),
            FineTuningObjective(
                ContextualRelationNetwork.self, films: Self.films,
                source: EmbeddingWindows(Self.films, neighborCount: network.neighborCount)),
            schedule: schedule)
        #expect(tuner.hasFiniteWeights)
        let progress = tuner.advance()
        #expect(progress.loss.isFinite && !tuner.hasFiniteWeights)
    }

    /// Stopped after every number of steps, and gone on from the file: the same losses.
    @Test(arguments: [1, 6, 11])
    func fineTuningResumes(after steps: Int) throws {
        var whole = Self.fineTuner(Self.network(), epochs: 3)
        var losses: [Double] = []
        var saved: Checkpoint?
        whole.run {
            losses.append($0.loss)
            return $0.step < steps
        }
        saved = try Self.throughFile(whole.checkpoint())
        whole.run {
            losses.append($0.loss)
            return true
        }
        var resumed = Self.fineTuner(Self.network(seed: 77), epochs: 3)
        try resumed.restore(#require(saved))
        var later: [Double] = []
        resumed.run {
            later.append($0.loss)
            return true
        }
        #expect(later == Array(losses[steps...]))
        #expect(resumed.checkpoint() == whole.checkpoint())
    }

    static let rules: [BoundaryRule] = [
        .warping, .averaged, .random, .fixed, .synthesised, .anchors(.inverseDuration), .anchors(.duration),
        .anchors(.side),
    ]

    static func pretrainer(
        _ rule: BoundaryRule, epochs: Int
    ) -> Trainer<PretextObjective<ContextualRelationNetwork>> {
        let network = network()
        return Trainer(
            PretextModel(
                network: network,
                heads: PretextHeads(
                    inputDimension: width, hiddenDimension: network.hiddenDimension, projectedDimension: 8,
                    seed: 1)),
            PretextObjective(
                ContextualRelationNetwork.self, films: films, options: PretextOptions(rule: rule)),
            schedule: schedule(epochs: epochs))
    }

    @Test(arguments: rules)
    func pretrainingLowersItsLossAndResumes(rule: BoundaryRule) throws {
        var run = Self.pretrainer(rule, epochs: 12)
        var losses: [Double] = []
        run.run {
            losses.append($0.loss)
            return $0.step < 30
        }
        let saved = try Self.throughFile(run.checkpoint())
        run.run {
            losses.append($0.loss)
            #expect($0.parts != nil)
            return true
        }
        var resumed = Self.pretrainer(rule, epochs: 12)
        try resumed.restore(saved)
        var later: [Double] = []
        resumed.run {
            later.append($0.loss)
            return true
        }
        #expect(later == Array(losses[30...]))
        let (early, late) = (losses.prefix(5).reduce(0, +), losses.suffix(5).reduce(0, +))
        #expect(late < 0.95 * early, "\(early / 5) to \(late / 5)")
    }

    /// Without any label, the head of boundary prediction finds boundaries well above chance.
    @Test func detectorWithoutLabels() {
        var run = Self.pretrainer(.averaged, epochs: 60)
        run.run { _ in true }
        let figure = Self.averagePrecision(LabelFreeDetector.model(run.model))
        let chance =
            SceneFigures(
                Self.unseen.compactMap { $0.evaluated(scores: Array(repeating: 0, count: $0.shotCount)) }
            )
            .chance(.randomOrder, .perFilm) ?? 0
        print("label-free AP \(figure), chance \(chance)")
        #expect(figure > 1.5 * chance)
    }

    @Test func checkpointsOfOtherRunsAreRefused() throws {
        let saved = Self.fineTuner(Self.network(), epochs: 3).checkpoint()
        var other = Self.fineTuner(Self.network(), epochs: 4)
        #expect(throws: CheckpointError.self) { try other.restore(saved) }
    }

    /// What training saves is what `segment` loads.
    @Test func modelFileScoresLikeTheTrainer() throws {
        var tuner = Self.fineTuner(Self.network(), epochs: 3)
        tuner.run { _ in true }
        var metadata = ModelMetadata()
        metadata.headCount = 4
        metadata.neighborCount = 3
        let path = FileManager.default.temporaryDirectory.appending(
            path: "scened-\(UUID().uuidString).safetensors"
        ).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try tuner.model.file(metadata).write(to: path)
        let model = try ModelFile(path: path)
        #expect(model.network.maskEmbedding == tuner.model.network.maskEmbedding)
        var scorer = FilmScorer(
            FineTunedModel(network: model.network, head: model.head),
            source: EmbeddingWindows(Self.unseen, neighborCount: 3))
        var trained = FilmScorer(tuner.model, source: EmbeddingWindows(Self.unseen, neighborCount: 3))
        let scores = scorer.scores(film: 1, shotCount: Self.unseen[1].shotCount)
        #expect(scores == trained.scores(film: 1, shotCount: Self.unseen[1].shotCount))
        #expect(scores.count == Self.unseen[1].shotCount)
    }

    /// A changed bit anywhere behind the header, and a changed step, are noticed.
    @Test func damagedCheckpointsAreRefused() throws {
        var run = Self.fineTuner(Self.network(), epochs: 3)
        _ = run.advance()
        let bytes = run.checkpoint().writer.bytes()
        let header = (0..<8).reduce(8) { $0 + Int(bytes[$1]) << (8 * $1) }
        let path = FileManager.default.temporaryDirectory.appending(
            path: "scened-\(UUID().uuidString).safetensors"
        ).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        func read(_ bytes: [UInt8]) throws -> Checkpoint {
            try Data(bytes).write(to: URL(filePath: path))
            return try Checkpoint(SafetensorsFile(path: path))
        }
        #expect(try read(bytes) == run.checkpoint())
        for place in [header, (header + bytes.count) / 2, bytes.count - 1] {
            var damaged = bytes
            damaged[place] ^= 1
            let error = #expect(throws: ModelFileError.self) { try read(damaged) }
            #expect(error?.detail.contains("digest") == true)
        }
        let text = String(decoding: bytes[..<header], as: UTF8.self)
        let other = text.replacingOccurrences(of: #""scened.step":"1""#, with: #""scened.step":"2""#)
        #expect(other != text)
        #expect(throws: ModelFileError.self) { try read(Array(other.utf8) + bytes[header...]) }
    }

    @Test func theSameFilmIsKnownByWhatItShows() {
        let film = Self.film(3)
        var renamed = film
        renamed.id = "other"
        renamed.labels = nil
        // As another decode plan leaves it.
        for shot in 0..<film.shotCount {
            renamed.embeddings.setRow(shot, to: film.embeddings.row(shot).map { $0 * 1.01 + 1e-4 })
        }
        #expect(film.isSameFilm(as: renamed))
        #expect(!film.isSameFilm(as: Self.film(4)))
        var longer = film
        longer.durations[2] += 1
        #expect(!film.isSameFilm(as: longer))
        var reordered = film
        reordered.embeddings.setRow(0, to: film.embeddings.row(0).map { -$0 })
        for shot in 1..<film.shotCount {
            reordered.embeddings.setRow(shot, to: film.embeddings.row(film.shotCount - shot))
        }
        #expect(!film.isSameFilm(as: reordered))
    }

    static func throughFile(_ checkpoint: Checkpoint) throws -> Checkpoint {
        let path = FileManager.default.temporaryDirectory.appending(
            path: "scened-\(UUID().uuidString).safetensors"
        ).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try checkpoint.writer.write(to: path)
        let read = try Checkpoint(SafetensorsFile(path: path))
        #expect(read == checkpoint)
        return read
    }
}
