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
        let single = CRNFixtures.largestDifference(vectors.flatMap { $0 }, try outputs.floats("emb"))
        #expect(single <= 1e-4)
        let (shotA, shotB) = (Self.mean(vectors[0..<3]), Self.mean(vectors[3..<6]))
        #expect(CRNFixtures.largestDifference(shotA, try outputs.floats("shot_mean.A")) <= 1e-4)
        #expect(CRNFixtures.largestDifference(shotB, try outputs.floats("shot_mean.B")) <= 1e-4)

        // The recorded window: three times A, three times B, and so on, each a little longer than the one
        // before.
        let last = try ImageFixtures.parity("end_to_end.safetensors")
        var window: [Float] = []
        for index in 0..<17 {
            let shot = index / 3 % 2 == 0 ? shotA : shotB
            let length: Float = 1 + 0.03 * Float(index)
            window += shot.map { $0 * length }
        }
        #expect(CRNFixtures.largestDifference(window, try last.floats("window")) <= 2e-4)
        let weights = try #require(CRNFixtures.fullWeights)
        var scorer = try ModelFile.scorer(
            SafetensorsFile(path: weights.path), encoder: "resnet50", dimension: 2048)
        let score = scorer.score(
            CRNFixtures.window(Matrix(rows: 17, columns: 2048, values: window), center: 8, k: 8))
        let expected = try last.floats("prob")[0]
        print("End to end: score \(score), recorded \(expected)")
        #expect(abs(score - expected) <= 1e-5)
    }

    /// With products in bfloat16 the reference's embeddings keep their direction.
    @Test(.enabled(if: Precision.bfloat16.isAvailable, "needs a processor with AVX512-BF16"))
    func bfloatEmbeddings() throws {
        let weights = try #require(CRNFixtures.fullWeights)
        let network = try ResNet(SafetensorsFile(path: weights.path), precision: .bfloat16)
        let recorded = try ImageFixtures.parity("rn50_io.safetensors").floats("emb_fp64_as_fp32")
        let vectors = network.makeEncoder(batch: 3, threadCount: 2).encode(try Self.pictures())
        let cosines = vectors.indices.map {
            PackedModelTests.cosine(vectors[$0], Array(recorded[2048 * $0..<2048 * ($0 + 1)]))
        }
        print("ResNet-50 in bfloat16: least cosine \(cosines.min() ?? 0)")
        #expect(cosines.allSatisfy { $0 > 0.999 })
        #expect(network.makeEncoder(batch: 1, threadCount: 1).encode(try Self.pictures()) == vectors)
    }

    /// The full-size weights up to a stage of the encoder: what follows is not there for the network to find.
    struct FirstStages: TensorSource {
        let file: SafetensorsFile
        let count: Int
        var path: String { file.path }

        private func isPart(_ name: String) -> Bool {
            guard let stage = name.split(separator: ".").dropFirst().first, stage.hasPrefix("layer") else {
                return true
            }
            return Int(stage.dropFirst(5)).map { $0 <= count } ?? true
        }

        var tensorNames: [String] { file.tensorNames.filter(isPart) }
        func tensorShape(_ name: String) -> [Int]? { isPart(name) ? file.tensorShape(name) : nil }
        func tensorValues(_ name: String) throws(ModelFileError) -> [Float] { try file.tensorValues(name) }
    }

    /// The mean of every channel after each stage, of the first frame.
    @Test(arguments: 1...4)
    func channelsAfterStage(count: Int) throws {
        let weights = try #require(CRNFixtures.fullWeights)
        let source = FirstStages(file: try SafetensorsFile(path: weights.path), count: count)
        let encoder = try ResNet(source).makeEncoder(batch: 1)
        let means = encoder.encode([try Self.pictures()[0]])[0]
        let recorded = try ImageFixtures.parity("rn50_io.safetensors").floats("stage.layer\(count).chan_mean")
        #expect(CRNFixtures.largestDifference(means, recorded) <= 1e-4)
    }

    /// The mean of every channel after the stem, whose maxima over 3 x 3 pixels the first stage reads.
    @Test func channelsAfterTheStem() throws {
        let network = try Self.network()
        let plan = InferencePlan()
        let preparation = PicturePreparation.imageNet
        var resizer = PictureResizer(preparation)
        var crop: [UInt8] = []
        resizer.crop(try Self.pictures()[0], into: &crop)
        let table = preparation.valueTable()
        let input = plan.makeMap(images: 1, height: 224, width: 224, channels: 3, border: 3)
        for row in 0..<224 {
            for column in 0..<224 {
                let values = (0..<3).map { table[256 * $0 + Int(crop[3 * (224 * row + column) + $0])] }
                input.setPixel(image: 0, row: row, column: column, to: values)
            }
        }
        let wide = plan.makeMap(images: 1, height: 112, width: 112, channels: 64, border: 1)
        let pooled = plan.makeMap(images: 1, height: 56, width: 56, channels: 64)
        let output = plan.makeMap(images: 1, height: 1, width: 1, channels: 64)
        plan.convolve(input, network.stem.weights, stride: 2, padding: 3, into: wide, activation: .relu)
        plan.maxPool(wide, into: pooled)
        plan.averagePool(pooled, into: output)
        plan.run()
        let recorded = try ImageFixtures.parity("rn50_io.safetensors").floats("stage.stem.chan_mean")
        #expect(CRNFixtures.largestDifference(output.pixel(image: 0), recorded) <= 1e-4)
    }

    /// Every tensor that the reference's state has is there under its name and shape, and kept by an import.
    @Test func everyTensorOfTheManifestIsKept() throws {
        let folder = try #require(CRNFixtures.parity)
        let manifest = try #require(
            JSONSerialization.jsonObject(with: Data(contentsOf: folder.appending(path: "manifest.json")))
                as? [String: Any])
        let listed = try #require(manifest["state_dict_keys_full"] as? [String: [Any]])
        let weights = try #require(CRNFixtures.fullWeights)
        let output = CRNFixtures.temporaryPath()
        defer { try? FileManager.default.removeItem(atPath: output) }
        let outcome = try ModelImport(path: weights.path, output: output, claims: .init())
        #expect(outcome.leftOut.isEmpty && outcome.tensorCount == listed.count)
        let (source, imported) = (
            try SafetensorsFile(path: weights.path), try SafetensorsFile(path: output)
        )
        for (name, fields) in listed {
            #expect(imported.entry(name)?.shape == fields[1] as? [Int], "\(name)")
            #expect(imported.entry(name)?.type == source.entry(name)?.type, "\(name)")
        }
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
