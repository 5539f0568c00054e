import Foundation
import NeuralNet
import SceneModel
import SceneSegmentation
import SceneTraining
import TensorKernels
import Testing

/// The scene encoder over embeddings, and momentum contrast, against what `fixtures/scenes/generate.py`
/// recorded from PyTorch.
@Suite struct SceneEncoderTests {
    static func sizes() -> SceneTransformer.Sizes {
        var sizes = SceneTransformer.Sizes()
        (sizes.width, sizes.inner, sizes.headCount, sizes.layerCount, sizes.positionCount) = (8, 12, 2, 2, 5)
        return sizes
    }

    static func network(_ width: Int = 6, seed: UInt64 = 3) -> SceneTransformer {
        SceneTransformer(embeddingWidth: width, sizes: sizes(), seed: seed)
    }

    /// A network that does more than the mean.
    static func bent(_ width: Int = 6) -> SceneTransformer {
        var network = network(width)
        var random = RandomStream(seed: 8, purpose: .order)
        network.visitParameters("") { _, _, values, range in
            for place in range { values[place] += Float(random.fraction() - 0.5) * 0.6 }
        }
        return network
    }

    static func scene(_ count: Int, width: Int = 6, seed: UInt64) -> [ScenePart] {
        let rows = Lab.random(count, width, seed: seed)
        return (0..<count).map { ScenePart(embedding: rows.row($0), seconds: 1 + Double($0 % 3)) }
    }

    static func encoder(_ network: SceneTransformer, _ entries: [String: String] = [:]) throws
        -> TrainedSceneEncoder
    {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try network.file(entries).write(to: path)
        return try TrainedSceneEncoder(SafetensorsFile(path: path))
    }

    // MARK: Against PyTorch

    @Test(arguments: [1, 2, 4, 5, 7, 13])
    func positionsAreInterpolated(count: Int) throws {
        let file = try SimilarityTests.recorded("momentum")
        let table = try Lab.matrix(file, "table")
        let places = PositionTable(rows: table.rows, places: count).places
        let found = places.flatMap { place in
            (0..<table.columns).map {
                (1 - place.share) * table[place.low, $0] + place.share * table[place.high, $0]
            }
        }
        #expect(Lab.largestDifference(found, try file.floats("table.\(count)")) < 1e-6)
        if count == table.rows { #expect(places.enumerated().allSatisfy { $1.low == $0 && $1.share == 0 }) }
    }

    /// Three steps with scenes of unequal length: losses, network, twin and queue.
    @Test func threeStepsOfMomentumContrast() throws {
        let file = try SimilarityTests.recorded("momentum")
        var query = ContrastNetwork(
            encoder: Self.network(), head: Linear(weight: Matrix(rows: 4, columns: 6), bias: [0, 0, 0, 0]))
        try SimilarityTests.fill(&query, file, "start.")
        var model = MomentumModel(query: query, queue: try Lab.matrix(file, "start.queue"))
        var options = MomentumOptions()
        (options.momentum, options.temperature, options.queueLength) = (0.9, 0.2, 6)
        let film = TrainingFilm(
            id: "any", embeddings: Matrix(rows: 9, columns: 6), durations: Array(repeating: 1, count: 9))
        let objective = MomentumObjective(
            views: EmbeddedViews([film]),
            pairs: [
                ScenePair(
                    first: SceneWindow(recording: 0, first: 0, count: 9),
                    second: SceneWindow(recording: 0, first: 0, count: 9), weight: 1)
            ], known: SimilarRecordings(count: 1, pairs: []), options: options, draws: 3, identity: 0)
        // PyTorch decays every parameter.
        var optimizer = Optimizer(.adam(decay: 0.05), excluding: [])
        var room = objective.makeRoom(model, batch: 3)
        for step in 0..<3 {
            func scenes(_ side: String) throws -> SceneBatch {
                let scenes = try (0..<3).map { place in
                    let rows = try Lab.matrix(file, "step.\(step).\(side).\(place).rows")
                    let seconds = try file.floats("step.\(step).\(side).\(place).seconds")
                    return seconds.indices.map {
                        ScenePart(embedding: rows.row($0), seconds: Double(seconds[$0]))
                    }
                }
                return SceneBatch(scenes, width: 6, limit: 5)
            }
            let queries = try scenes("query")
            if step == 0 {
                let answers = model.query.forward(queries).contrasted.values
                #expect(Lab.largestDifference(answers.values, try file.floats("first.queries")) < 1e-5)
            }
            var gradient = model.zeroed()
            let loss = objective.run(
                model, queries: queries, keys: try scenes("key"),
                owners: Array(repeating: (query: 0, key: 0), count: 3), dropout: nil, step: step, room: &room,
                gradient: &gradient)
            #expect(abs(Float(loss) - (try file.floats("step.\(step).loss")[0])) < 1e-5, "step \(step)")
            optimizer.step(&model, gradient: &gradient, rate: 0.02, isTrained: objective.isTrained)
            objective.settle(&model, room)
        }
        let (learned, twin) = try (
            SimilarityTests.worst(model.query, file, "end.query."),
            SimilarityTests.worst(model.key, file, "end.key.")
        )
        // Gradients of the keys' biases are 0 but for rounding, which Adam's first steps make full ones of.
        #expect(learned.error < 1e-5 || learned.name.contains("self.key.bias"), "\(learned)")
        #expect(twin.error < 1e-5 || twin.name.contains("self.key.bias"), "\(twin)")
        #expect(Lab.largestDifference(model.queue.values, try file.floats("end.queue")) < 1e-5)
        #expect(model.owners == [0, 0, 0, 0, 0, 0])
        #expect(try file.integers("end.pointer") == [Int64(3 * 3 % 6)])
    }

    @Test func tenStepsOfAdamWithDecay() throws {
        struct Values: ParameterTree {
            var values: [Float]
            mutating func visitParameters(
                _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
            ) { body(path + "weight", [values.count], &values, 0..<values.count) }
        }
        let file = try SimilarityTests.recorded("adam")
        var values = Values(values: try file.floats("start"))
        let slopes = try Lab.matrix(file, "gradients")
        var optimizer = Optimizer(.adam(decay: 0.1))
        for step in 0..<slopes.rows {
            var gradient = Values(values: slopes.row(step))
            optimizer.step(&values, gradient: &gradient, rate: 0.05)
        }
        #expect(slopes.rows == 10)
        #expect(Lab.largestDifference(values.values, try file.floats("end")) < 2e-6)
    }

    // MARK: Gradients

    /// Scenes of equal and of unequal length, with and without dropout.
    @Test(arguments: [[3, 3, 3], [1, 4, 2]], [nil, Dropout(rate: 0.3, key: 11)])
    func gradient(counts: [Int], dropout: Dropout?) {
        let network = Self.bent()
        let scenes = SceneBatch(
            counts.enumerated().map { Self.scene($1, seed: UInt64($0 + 1)) }, width: 6, limit: 5)
        let weights = Lab.random(3, 6, seed: 9)
        func loss(_ network: SceneTransformer) -> Double {
            zip(network.forward(scenes, dropout: dropout).vectors.values, weights.values)
                .reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        var gradient = network.zeroed()
        var trace = network.forward(scenes, dropout: dropout)
        network.backward(&trace, weights, gradient: &gradient)
        let worst = Lab.worstGradient(network, gradient: gradient, places: 6, loss: loss)
        #expect(worst.error < 0.02, "\(worst)")
    }

    /// The contrast, through lengths, head and network; scenes of the queue that are left out count nothing.
    @Test(arguments: [0, 4])
    func contrastGradient(headWidth: Int) {
        let head =
            headWidth == 0 ? nil : Linear(weight: Lab.random(headWidth, 6, seed: 4), bias: [0.1, 0, 0.2, 0])
        let query = ContrastNetwork(encoder: Self.bent(), head: head)
        let model = MomentumModel(query: query, queueLength: 8, seed: 3)
        let scenes = SceneBatch([Self.scene(3, seed: 1), Self.scene(4, seed: 2)], width: 6, limit: 5)
        let keys = UnitRows(Lab.random(2, model.queue.columns, seed: 6)).values
        func run(_ query: ContrastNetwork<SceneTransformer>) -> (
            loss: Double, dQueries: Matrix, trace: ContrastNetwork<SceneTransformer>.Trace
        ) {
            let trace = query.forward(scenes)
            let result = MomentumLoss.gradient(
                queries: trace.contrasted.values, keys: keys, queue: model.queue, temperature: 0.3
            ) { $0 == 0 && $1 < 3 }
            return (result.loss, result.dQueries, trace)
        }
        var result = run(query)
        var gradient = query.zeroed()
        query.backward(&result.trace, result.dQueries, gradient: &gradient)
        let worst = Lab.worstGradient(query, gradient: gradient, places: 6, step: 3e-3) { run($0).loss }
        #expect(worst.error < 0.02, "\(worst)")
        let few = MomentumLoss.gradient(
            queries: keys, keys: keys, queue: model.queue, temperature: 0.3
        ) { _, _ in true }
        #expect(abs(few.loss) < 1e-9 && few.dQueries.values.allSatisfy { abs($0) < 1e-6 })
    }

    /// Random unit vectors: about the logarithm of the number of answers, and half the variance of the
    /// logits.
    @Test func lossAtTheStart() {
        let (count, length, width) = (64, 2048, 128)
        func unit(_ rows: Int, _ seed: UInt64) -> Matrix {
            var normal = NormalGenerator(RandomStream(seed: seed, purpose: .order))
            return UnitRows(
                Matrix(rows: rows, columns: width, values: normal.values(count: rows * width, deviation: 1))
            ).values
        }
        let loss = MomentumLoss.gradient(
            queries: unit(count, 1), keys: unit(count, 2), queue: unit(length, 3), temperature: 0.07
        ) { _, _ in false }.loss
        let expected = Foundation.log(Double(length + 1)) + 1 / (2 * 128 * 0.07 * 0.07)
        #expect(abs(loss - expected) < 0.5, "\(loss), not \(expected)")
    }

    // MARK: The encoder

    /// A fresh one gives the mean; a trained one other vectors, 1 long, the same bits each time.
    @Test func freshIsTheMean() throws {
        let fresh = try Self.encoder(Self.network())
        for count in [1, 2, 5, 6, 40] {
            let parts = Self.scene(count, seed: UInt64(count))
            let vector = fresh.encode(parts, width: 6)
            let mean = MeanSceneEncoder().encode(parts, width: 6)
            #expect(Lab.largestDifference(vector, mean) < 1e-6)
        }
        let bent = try Self.encoder(Self.bent())
        let parts = Self.scene(7, seed: 3)
        let vector = bent.encode(parts, width: 6)
        #expect(Lab.largestDifference(vector, MeanSceneEncoder().encode(parts, width: 6)) > 1e-2)
        #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
        #expect(bent.encode(parts, width: 6) == vector)
        // The order of the parts counts, their number of repetitions does not change the length.
        #expect(bent.encode(parts.reversed(), width: 6) != vector)
    }

    @Test func whatShowsNothingHasNoVector() throws {
        let encoder = try Self.encoder(Self.bent())
        let zero = [Float](repeating: 0, count: 6)
        let blank = ScenePart(embedding: zero, seconds: 3)
        #expect(encoder.encode([], width: 6) == zero && encoder.encode([blank, blank], width: 6) == zero)
        let infinite = ScenePart(embedding: [.infinity, 0, 0, 0, 0, 0], seconds: 1)
        #expect(encoder.encode([infinite], width: 6) == zero)
        let parts = Self.scene(3, seed: 5)
        #expect(encoder.encode([blank] + parts + [infinite], width: 6) == encoder.encode(parts, width: 6))
    }

    /// One scene alone and among others, shorter and longer ones.
    @Test func aBatchChangesNothing() {
        let network = Self.bent()
        let scenes = [2, 5, 1, 9].map { Self.scene($0, seed: UInt64($0)) }
        let together = network.forward(SceneBatch(scenes, width: 6, limit: 5)).vectors
        for (place, scene) in scenes.enumerated() {
            let alone = network.forward(SceneBatch([scene], width: 6, limit: 5)).vectors
            #expect(Lab.largestDifference(alone.row(0), together.row(place)) < 1e-5)
        }
    }

    /// What it was trained on stands in the file; the digest is that of the weights and heads alone.
    @Test func filesAndDigests() throws {
        let entries = ["scened.encoder": "descriptor-1", "scened.encoder_sha256": "ab"]
        let encoder = try Self.encoder(Self.bent(), entries)
        #expect(encoder.name == "transformer-1" && encoder.digest?.count == 64)
        #expect(encoder.refusal(encoder: "descriptor-1", digest: "ab", width: 6) == nil)
        for (name, digest, width) in [
            ("clip", "ab", 6), ("descriptor-1", "cd", 6), ("descriptor-1", nil, 6), ("descriptor-1", "ab", 7),
        ] {
            #expect(encoder.refusal(encoder: name, digest: digest, width: width) != nil)
        }
        #expect(try Self.encoder(Self.bent()).digest == encoder.digest)
        #expect(try Self.encoder(Self.bent()).refusal(encoder: "any", digest: nil, width: 6) == nil)
        var other = Self.bent()
        other.output.bias[3] += 1e-6
        #expect(try Self.encoder(other).digest != encoder.digest)
        #expect(try Self.encoder(Self.network()).digest != encoder.digest)
    }
}
