import Foundation
import NeuralNet
import SceneModel
import SceneSegmentation
import TensorKernels
import Testing
import Timeline

/// The vision transformer that learns, against what `fixtures/scenes/patches.py` recorded from PyTorch, and
/// against the one that runs.
@Suite struct TrainableVisionTests {
    private static let folder = CRNFixtures.repository.appending(path: "fixtures/scenes")
    private static let side = 32

    private static func file(_ name: String) throws -> SafetensorsFile {
        try SafetensorsFile(path: folder.appending(path: name + ".safetensors").path)
    }

    /// Two heads, as the recorded network has them; a model file has one for each 64 columns.
    private static func network(heads: Int? = 2, activation: Activation = .quickGELU) throws
        -> PatchSceneNetwork
    {
        let layout = try #require(PatchLayout(shots: 4))
        return PatchSceneNetwork(
            vision: try TrainableVisionTransformer(
                clip: file("patches"), headCount: heads, activation: activation),
            layout: layout, metadata: ModelMetadata())
    }

    /// As in the script.
    private static func frame(_ number: Int) -> RGBPicture {
        var bytes: [UInt8] = []
        for y in 0..<side {
            for x in 0..<side {
                for channel in 0..<3 {
                    let value = x * x + 7 * y * (number + 1) + 3 * x * y + 61 * channel + 29 * number
                    bytes.append(UInt8(value & 255))
                }
            }
        }
        return RGBPicture(width: side, height: side, bytes: bytes)
    }

    private static func pass(
        _ network: PatchSceneNetwork, frames: Int, interpolation: PositionInterpolation = .bicubic
    ) -> (trace: TrainableVisionTransformer.Trace, room: TrainableVisionTransformer.Room) {
        var room = network.vision.makeRoom(frames: frames)
        let trace = network.vision.forward(
            network.pixels(of: (0..<frames).map(frame)), frames: frames, interpolation: interpolation, &room)
        return (trace, room)
    }

    @Test(arguments: [1, 2, 4, 9])
    func forwardIsThatOfHuggingFace(frames: Int) throws {
        let found = Self.pass(try Self.network(), frames: frames).trace.vector.values
        let expected = try Self.file("patches_io").floats("embedding.\(frames)")
        let largest = try #require(expected.map(abs).max())
        #expect(CRNFixtures.largestDifference(found, expected) < 1e-5 * largest)
    }

    /// Every parameter's gradient: its length, and its first numbers.
    @Test(arguments: [1, 4])
    func gradientsAreThoseOfPyTorch(frames: Int) throws {
        let network = try Self.network()
        var (trace, room) = Self.pass(network, frames: frames)
        let slope = Matrix(
            rows: 1, columns: trace.vector.columns,
            values: (0..<trace.vector.columns).map { Float(cos(Double($0))) })
        var gradient = network.vision.zeroed()
        network.vision.backward(trace, slope, &room, gradient: &gradient)
        let recorded = try Self.file("patches_gradients")
        var names: Set<String> = []
        var faults: [String] = []
        gradient.visitParameters("") { name, _, values, range in
            let theirs = Self.theirs(name)
            names.insert(theirs)
            guard let length = try? recorded.floats("\(frames).\(theirs).length")[0],
                let first = try? recorded.floats("\(frames).\(theirs).first")
            else {
                faults.append("\(theirs) is not recorded")
                return
            }
            let found = values[range].reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            // Keys' biases have a gradient of 0 but for rounding.
            let scale = max(length, 0.1)
            let difference = CRNFixtures.largestDifference(Array(values[range].prefix(32)), first)
            if abs(Float(found) - length) > 2e-5 * scale || difference > 2e-5 * scale {
                faults.append("\(theirs): \(found) for \(length), numbers differ by \(difference)")
            }
        }
        #expect(faults.isEmpty, "\(faults)")
        #expect(2 * names.count * 2 == recorded.header.entries.count)
    }

    /// Hugging Face's name of a parameter.
    private static func theirs(_ name: String) -> String {
        var name = name
        for (ours, other) in [
            ("attention.self.query", "self_attn.q_proj"), ("attention.self.key", "self_attn.k_proj"),
            ("attention.self.value", "self_attn.v_proj"),
            ("attention.output.dense", "self_attn.out_proj"), ("attention_norm", "layer_norm1"),
            ("inner_norm", "layer_norm2"), (".inner.", ".mlp.fc1."), (".output.", ".mlp.fc2."),
            ("input_norm", "pre_layrnorm"), ("output_norm", "post_layernorm"),
            ("layers.", "encoder.layers."), ("patches", "embeddings.patch_embedding.weight"),
            ("class_token", "embeddings.class_embedding"),
            ("positions", "embeddings.position_embedding.weight"),
        ] {
            name = name.replacingOccurrences(of: ours, with: other)
        }
        return name == "projection" ? "visual_projection.weight" : "vision_model." + name
    }

    /// Bilinear positions and the exact unit, which nobody recorded: by small differences.
    @Test func otherFormsHaveTheirGradients() throws {
        let network = try Self.network(activation: .gelu)
        let weights = (0..<network.vision.outputDimension).map { Float(cos(Double($0))) }
        func loss(_ vision: TrainableVisionTransformer) -> Double {
            var room = vision.makeRoom(frames: 3)
            let trace = vision.forward(
                network.pixels(of: (0..<3).map(Self.frame)), frames: 3, interpolation: .bilinear, &room)
            return zip(trace.vector.values, weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        var (trace, room) = Self.pass(network, frames: 3, interpolation: .bilinear)
        var gradient = network.vision.zeroed()
        network.vision.backward(
            trace, Matrix(rows: 1, columns: weights.count, values: weights), &room, gradient: &gradient)
        for (name, place) in [("positions", 64 * 6 + 5), ("layers.0.inner.weight", 77), ("patches", 1000)] {
            var moved = (network.vision, network.vision)
            var found: Float = 0
            let step: Float = 2e-3
            moved.0.visitParameters("") { if $0 == name { $2[$3.lowerBound + place] += step } }
            moved.1.visitParameters("") { if $0 == name { $2[$3.lowerBound + place] -= step } }
            gradient.visitParameters("") { if $0 == name { found = $2[$3.lowerBound + place] } }
            let expected = (loss(moved.0) - loss(moved.1)) / Double(2 * step)
            #expect(abs(Double(found) - expected) < 0.02 * max(abs(expected), 0.05), "\(name): \(found)")
        }
    }

    /// What it writes, index and search read: the same vectors, and what the file said of itself.
    @Test func writesWhatTheEncoderReads() throws {
        let network = try Self.network(heads: nil)
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try network.file(["scened.seed": "7"]).write(to: path)
        let file = try SafetensorsFile(path: path)
        #expect(file.metadata["scened.seed"] == "7")
        let encoder = try PatchSceneEncoder(file, threadCount: 1)
        #expect(encoder.layout == network.layout)
        let parts = (0..<3).map {
            ScenePart(embedding: [], seconds: 1, pictures: [Self.frame($0)])
        }
        let found = network.encode(parts, width: 0)
        #expect(CRNFixtures.largestDifference(found, encoder.encode(parts, width: 0)) < 1e-5)
        let again = try PatchSceneNetwork(file)
        #expect(again.encode(parts, width: 0) == found)
        let black = RGBPicture(
            width: Self.side, height: Self.side,
            bytes: [UInt8](repeating: 0, count: 3 * Self.side * Self.side))
        let dark = ScenePart(embedding: [], seconds: 1, pictures: [black])
        #expect(network.encode([dark] + parts, width: 0) == found)
        #expect(network.encode([dark], width: 0).allSatisfy { $0 == 0 })
    }
}
