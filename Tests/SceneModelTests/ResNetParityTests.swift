import Foundation
import NeuralNet
import SceneModel
import SceneSegmentation
import TensorKernels
import Testing
import Timeline

/// Against what BaSSL's own encoder gave for its recorded frames.
@Suite(.enabled(if: ImageFixtures.hasFullWeights, "needs ../shared/parity and python3 with numpy"))
struct ResNetParityTests {
    static let frames = [
        "shotA_k0", "shotA_k1", "shotA_k2", "shotB_k0", "shotB_k1", "shotB_k2", "portrait", "scope", "near",
        "exact", "small", "odd",
    ]

    static func network() throws -> ResNet {
        guard let weights = CRNFixtures.fullWeights else { throw CocoaError(.fileNoSuchFile) }
        return try ResNet(SafetensorsFile(path: weights.path))
    }

    static func pictures() throws -> [RGBPicture] {
        let file = try ImageFixtures.parity("preproc_rgb.safetensors")
        return try frames.map { try ImageFixtures.picture(file, "rgb.\($0)") }
    }

    /// The mean of the vectors of some frames.
    static func mean(_ vectors: ArraySlice<[Float]>) -> [Float] {
        (0..<2048).map { column in vectors.reduce(0) { $0 + $1[column] } / Float(vectors.count) }
    }

    @Test func embeddingsAndScore() throws {
        let outputs = try ImageFixtures.parity("rn50_io.safetensors")
        let encoder = try Self.network().makeEncoder(batch: 3, threadCount: 1)
        #expect(encoder.name == "resnet50")
        #expect(encoder.dimension == 2048)
        let vectors = encoder.encode(try Self.pictures())
        let difference = CRNFixtures.largestDifference(
            vectors.flatMap { $0 }, try outputs.floats("emb_fp64_as_fp32"))
        print("ResNet-50: largest difference of a value \(difference), \(KernelVariant.best)")
        #expect(difference <= 1e-4)
        let (shotA, shotB) = (Self.mean(vectors[0..<3]), Self.mean(vectors[3..<6]))
        #expect(CRNFixtures.largestDifference(shotA, try outputs.floats("shot_mean.A")) <= 1e-4)
        #expect(CRNFixtures.largestDifference(shotB, try outputs.floats("shot_mean.B")) <= 1e-4)

        // The recorded window: three times A, three times B, and so on, each a little longer than the one before.
        let last = try ImageFixtures.parity("end_to_end.safetensors")
        var window: [Float] = []
        for index in 0..<17 {
            let shot = index / 3 % 2 == 0 ? shotA : shotB
            let length: Float = 1 + 0.03 * Float(index)
            window += shot.map { $0 * length }
        }
        #expect(CRNFixtures.largestDifference(window, try last.floats("window")) <= 2e-4)
        let weights = try #require(CRNFixtures.fullWeights)
        var scorer = try ModelFile(path: weights.path).makeScorer(encoder: "resnet50", dimension: 2048)
        let score = scorer.score(
            CRNFixtures.window(Matrix(rows: 17, columns: 2048, values: window), centre: 8, k: 8))
        let expected = try last.floats("prob")[0]
        print("End to end: score \(score), recorded \(expected)")
        #expect(abs(score - expected) <= 1e-5)
    }

    /// Neither the batch nor the threads may show in the bits (contract 14 and 15).
    @Test func sameBitsForEveryBatchAndThreadCount() throws {
        let network = try Self.network()
        let pictures = Array(try Self.pictures()[0..<3])
        let expected = network.makeEncoder(batch: 1, threadCount: 1).encode(pictures)
        for (batch, threads) in [(3, 1), (3, 2), (1, 2), (2, 3)] {
            let vectors = network.makeEncoder(batch: batch, threadCount: threads).encode(pictures)
            #expect(vectors == expected, "\(batch) pictures, \(threads) threads")
        }
    }
}
