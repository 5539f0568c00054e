import Foundation
import NeuralNet
import SceneModel
import SceneTraining
import TensorKernels
import Testing

/// The contextualizer and its losses against what `fixtures/contextualizer/generate.py` recorded from
/// PyTorch's own Transformer encoder.
@Suite struct ContextualizerTests {
    static func sizes() -> Contextualizer.Sizes {
        var sizes = Contextualizer.Sizes()
        (sizes.width, sizes.inner, sizes.headCount, sizes.layerCount, sizes.tokenCount) = (8, 12, 2, 3, 5)
        return sizes
    }

    static func network(_ width: Int = 6, seed: UInt64 = 3) -> Contextualizer {
        Contextualizer(embeddingWidth: width, sizes: sizes(), seed: seed)
    }

    private static func recorded() throws -> SafetensorsFile {
        try SafetensorsFile(
            path: Lab.repository.appending(path: "fixtures/contextualizer/contextualizer.safetensors").path)
    }

    /// The recorded network, its sequences, and what is hidden of each.
    private static func loaded(
        _ file: SafetensorsFile
    ) throws -> (network: Contextualizer, input: Matrix, hidden: [[Int]]) {
        var network = network()
        var fault: (any Error)?
        network.visitParameters("weight.") { name, shape, values, range in
            do {
                let loaded = try file.floats(name)
                #expect(file.entry(name)?.shape == shape, "\(name)")
                values.replaceSubrange(range, with: loaded)
            } catch { fault = error }
        }
        if let fault { throw fault }
        let mask = try Lab.matrix(file, "hidden")
        let hidden = (0..<mask.rows).map { row in
            (0..<mask.columns).filter { mask[row, $0] == 1 }
        }
        return (network, try Lab.matrix(file, "x"), hidden)
    }

    /// What is hidden is not read, and gives the projection no gradient, even where nothing else is left.
    @Test func hiddenEmbeddingsAreNotRead() {
        let network = Self.network()
        var input = Lab.random(10, 6, seed: 7)
        let hidden = [[0, 3], [0, 1, 2, 3, 4]]
        let predicted = network.forward(input, hidden: hidden, read: hidden).predicted
        for row in [0, 3, 5, 6, 7, 8, 9] {
            for column in 0..<6 { input[row, column] = .nan }
        }
        #expect(network.forward(input, hidden: hidden, read: hidden).predicted == predicted)
        let all = [Array(0..<5), Array(0..<5)]
        var trace = network.forward(input, hidden: all, read: all)
        var gradient = network.zeroed()
        network.backward(&trace, Lab.random(10, 6, seed: 8), gradient: &gradient)
        #expect(gradient.projection.weight.values.allSatisfy { $0 == 0 })
        #expect(gradient.maskToken.values.contains { $0 != 0 })
    }

    @Test(arguments: SpanOptions.Loss.allCases)
    func asPyTorch(loss: SpanOptions.Loss) throws {
        let file = try Self.recorded()
        let (network, input, hidden) = try Self.loaded(file)
        var trace = network.forward(input, hidden: hidden, read: hidden)
        let predicted = UnitRows(trace.predicted)
        #expect(Lab.largestDifference(predicted.values.values, try file.floats("predicted")) < 1e-5)
        let rows = hidden.enumerated().flatMap { sequence, places in places.map { sequence * 5 + $0 } }
        var targets = predicted.values
        gatherRowsInto(&targets, input, rows)
        var (found, slope): (Double, Matrix)
        switch loss {
        case .squared: (found, slope) = SpanLoss.squared(predicted.values, targets: targets)
        case .contrast:
            (found, slope) = SpanLoss.contrast(
                predicted.values, targets: targets, negatives: try Lab.matrix(file, "negatives"),
                temperature: 0.1
            ) { _, _ in false }
        }
        let wanted = try #require(try file.floats("loss.\(loss.rawValue)").first)
        #expect(abs(Float(found) - wanted) < 1e-5)
        predicted.backward(&slope)
        var gradient = network.zeroed()
        network.backward(&trace, slope, gradient: &gradient)
        var names = 0
        var fault: (any Error)?
        gradient.visitParameters("gradient.\(loss.rawValue).") { name, _, values, range in
            do {
                let wanted = try file.floats(name)
                let largest = wanted.map { abs($0) }.max() ?? 0
                let difference = Lab.largestDifference(Array(values[range]), wanted)
                #expect(difference < 1e-5 * max(1, largest), "\(name): \(difference) of \(largest)")
                names += 1
            } catch { fault = error }
        }
        #expect(fault == nil && names == 3 + 3 * 16 + 3)
    }

    /// With dropout, and of tokens that are not hidden, too, as far as differences tell it of a network with
    /// corners; and parts that are hidden have no influence.
    @Test func gradientsByDifferences() {
        let network = Self.network()
        let input = UnitRows(Lab.random(10, 6, seed: 4)).values
        let (hidden, read) = ([[1, 2], [4]], [[0, 1], [2, 4, 3]])
        let weights = Lab.random(5, 6, seed: 5)
        let dropout = Dropout(rate: 0.2, key: 9)
        func loss(_ network: Contextualizer, _ input: Matrix) -> Double {
            let trace = network.forward(input, hidden: hidden, read: read, dropout: dropout)
            return zip(trace.predicted.values, weights.values).reduce(0) {
                $0 + Double($1.0) * Double($1.1)
            }
        }
        var trace = network.forward(input, hidden: hidden, read: read, dropout: dropout)
        var gradient = network.zeroed()
        network.backward(&trace, weights, gradient: &gradient)
        let worst = Lab.worstGradient(network, gradient: gradient, step: 2e-3, floor: 3e-2) {
            loss($0, input)
        }
        #expect(worst.error < 0.06, "\(worst.name) \(worst.error)")
        var moved = input
        moved[1, 3] += 1
        #expect(loss(network, moved) == loss(network, input))
        moved[0, 3] += 1
        #expect(loss(network, moved) != loss(network, input))
    }

    /// A file gives back the network and the surprises, bit for bit; a damaged one says what is wrong.
    @Test func fileAndBack() throws {
        let model = SurpriseTests.model(Self.network())
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try model.file(["scened.encoder": "some"]).write(to: path)
        let read = try SurpriseModel(SafetensorsFile(path: path))
        #expect(read.network.layers.count == 3 && read.network.innerWidth == 12)
        #expect(read.refusal(encoder: "some", digest: nil, width: 6) == nil)
        for (encoder, width, text) in [
            ("other", 6, "of some, these are of other"), ("some", 7, "these have 7"),
        ] {
            let refusal = read.refusal(encoder: encoder, digest: nil, width: width)
            #expect(refusal?.contains(text) == true, "\(refusal ?? "")")
        }
        var (one, other) = (SurpriseMeter(model), SurpriseMeter(read))
        let rows = Lab.random(20, 6, seed: 8)
        for row in 0..<20 {
            let (first, second) = (one.push(rows.row(row)), other.push(rows.row(row)))
            #expect(first == second && (first?.surprise == nil) == (row < 4))
        }
        #expect(read.levels == model.levels && read.digest.count == 64)
        for (key, value, text) in [
            (ContextualizerKey.kind, "txe-9", "this scened knows txe-1"),
            (ContextualizerKey.heads, "3", "not a number that divides 8"),
            (ContextualizerKey.temperature, "nan", "not a number above 0"),
        ] {
            var file = model.file([:])
            file.metadata[key] = value
            try file.write(to: path)
            let error = #expect(throws: ModelFileError.self) {
                try SurpriseModel(SafetensorsFile(path: path))
            }
            #expect("\(try #require(error))".contains(text))
        }
        // The remedy names who made the file.
        var damaged = model
        damaged.levels = NoveltyLevels(quantiles: [Float](repeating: .nan, count: NoveltyLevels.count))
        try damaged.file([:]).write(to: path)
        let error = #expect(throws: ModelFileError.self) { try SurpriseModel(SafetensorsFile(path: path)) }
        #expect(error?.remedy == "give the file as scened train contextualizer made it")
        let empty = SafetensorsWriter(
            metadata: [
                ContextualizerKey.kind: ContextualizerKey.txe, ContextualizerKey.temperature: "0.1",
            ])
        try empty.write(to: path)
        let lacking = #expect(throws: ModelFileError.self) { try SurpriseModel(SafetensorsFile(path: path)) }
        #expect(lacking?.code == .missingTensor && lacking?.remedy == error?.remedy)
    }
}
