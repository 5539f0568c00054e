import Foundation
import NeuralNet
import SceneModel
import TensorKernels
import Testing

/// Against the outputs of `fixtures/encoders/generate.py`, independent networks in float64.
@Suite struct VisionTransformerGoldenTests {
    static let tolerance: Float = 5e-6

    static func source(_ name: String) throws -> SafetensorsFile {
        try SafetensorsFile(path: ImageFixtures.golden.appending(path: "\(name).safetensors").path)
    }

    /// Largest difference, as a share of the largest value if that is above 1.
    static func difference(_ encoder: PlannedImageEncoder, _ io: SafetensorsFile) throws -> Float {
        let expected = try io.floats("outputs")
        let pictures = try (0..<2).map { try ImageFixtures.picture(io, "picture\($0)") }
        let difference = CRNFixtures.largestDifference(encoder.encode(pictures).flatMap { $0 }, expected)
        return difference / max(1, expected.map { abs($0) }.max() ?? 0)
    }

    @Test(arguments: ["clip", "clip_hugging"], [1, 2, 3])
    func bothLayouts(name: String, batch: Int) throws {
        let network = try VisionTransformer(clip: Self.source(name), headCount: 3)
        #expect(network.pictureSide == 32)
        #expect(network.layers.count == 2)
        let encoder = network.makeEncoder(batch: batch, threadCount: batch)
        #expect(encoder.dimension == 10)
        #expect(try Self.difference(encoder, Self.source("clip_io")) <= Self.tolerance)
    }

    /// The other activation must show.
    @Test func activationIsRead() throws {
        let network = try VisionTransformer(clip: Self.source("clip"), headCount: 3, activation: .gelu)
        #expect(try Self.difference(network.makeEncoder(), Self.source("clip_io")) > 1e-3)
    }

    @Test(arguments: ["basic", "bottleneck"], [1, 2])
    func residualNetworks(kind: String, batch: Int) throws {
        let network = try ResNet(Self.source("resnet_\(kind)"))
        #expect(network.outputDimension == (kind == "basic" ? 12 : 48))
        let preparation = PicturePreparation(
            shortSide: 45, cropSide: 45, mean: PicturePreparation.imageNet.mean,
            deviation: PicturePreparation.imageNet.deviation)
        let encoder = PlannedImageEncoder(
            name: "tiny", preparation: preparation, plan: network.makePlan(batch: batch, side: 45))
        let difference = try Self.difference(encoder, Self.source("resnet_\(kind)_io"))
        #expect(difference <= Self.tolerance)
    }
}
