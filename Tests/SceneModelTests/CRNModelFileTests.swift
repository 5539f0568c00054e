import Digests
import Foundation
import NeuralNet
import SceneModel
import SceneSegmentation
import TensorKernels
import Testing

@Suite struct CRNModelFileTests {
    typealias Tensors = [String: (shape: [Int], floats: [Float])]

    /// The tensors of a golden model, to be changed.
    static func tensors(_ name: String = "k2") throws -> Tensors {
        let file = try SafetensorsFile(path: CRNFixtures.golden.appending(path: "\(name).safetensors").path)
        var tensors: Tensors = [:]
        for entry in file.header.entries where entry.type == .float32 {
            tensors[entry.name] = (entry.shape, try file.floats(entry.name))
        }
        return tensors
    }

    static func load(_ tensors: Tensors, metadata: [String: String] = ["scened.heads": "4"]) throws
        -> ModelFile
    {
        var writer = SafetensorsWriter(metadata: metadata)
        for (name, tensor) in tensors { writer.add(name, shape: tensor.shape, floats: tensor.floats) }
        return try SafetensorsFileTests.withFile(writer.bytes()) { try ModelFile(path: $0) }
    }

    /// Without positions, buffers, mask embedding and metadata but for the heads; and with the network's
    /// names bare.
    @Test func leanFiles() throws {
        var tensors = try Self.tensors()
        tensors["crn.attention_mask"] = nil
        tensors["crn.shot_embedding.mask_embedding.weight"] = nil
        let whole = try CRNGoldenTests.model("k2")
        let lean = try Self.load(tensors)
        #expect(lean.network.maskEmbedding == nil)
        #expect(lean.network.projection.weight == whole.network.projection.weight)
        #expect(lean.metadata.encoder == nil && lean.metadata.pooling == .center)
        #expect(lean.digest != whole.digest && lean.digest.count == 64)

        let bare = Dictionary(
            uniqueKeysWithValues: tensors.map { ($0.key.replacing("crn.", with: ""), $0.value) })
        #expect(try Self.load(bare).network.positions == whole.network.positions)
    }

    @Test func eightHeadsUnlessStated() throws {
        #expect(
            try Self.load(try Self.tensors("k8"), metadata: [:]).network.layers[0].attention.headCount == 8)
    }

    @Test func digestIsOfTheFile() throws {
        let path = CRNFixtures.golden.appending(path: "k2.safetensors")
        let bytes = [UInt8](try Data(contentsOf: path))
        #expect(try ModelFile(path: path.path).digest == SHA256.digest(of: bytes.span))
    }

    /// Each tensor that the network needs is missed by name; so is one of another shape.
    @Test func everyTensorIsChecked() throws {
        let optional: Set = ["crn.attention_mask", "crn.shot_embedding.mask_embedding.weight"]
        let tensors = try Self.tensors()
        for (name, tensor) in tensors where !name.hasSuffix("attention_mask") {
            if !optional.contains(name) {
                var without = tensors
                without[name] = nil
                let missing = #expect(throws: ModelFileError.self) { try Self.load(without) }
                #expect(missing?.code == .missingTensor)
                #expect(missing?.detail.contains("\"\(name)\"") == true, "\(missing?.description ?? "")")
            }
            var other = tensors
            other[name] = (tensor.shape + [1], tensor.floats)
            let misshapen = #expect(throws: ModelFileError.self) { try Self.load(other) }
            #expect(misshapen?.code == .unsuitableTensor)
            #expect(misshapen?.detail.contains("\"\(name)\"") == true, "\(misshapen?.description ?? "")")

            var infinite = tensors
            infinite[name] = (tensor.shape, [.nan] + tensor.floats.dropFirst())
            let unusable = #expect(throws: ModelFileError.self) { try Self.load(infinite) }
            #expect(unusable?.code == .unsuitableTensor)
        }
    }

    @Test func aLayerIsMissing() throws {
        var tensors = try Self.tensors()
        tensors["crn.encoder.layer.7.output.dense.bias"] = ([16], Array(repeating: 0, count: 16))
        let error = #expect(throws: ModelFileError.self) { try Self.load(tensors) }
        #expect(error?.detail.contains("crn.encoder.layer.2.") == true)
        tensors["crn.encoder.layer.7.output.dense.bias"] = nil
        tensors["crn.encoder.layer.9223372036854775807.x"] = ([], [0])
        #expect(throws: ModelFileError.self) { try Self.load(tensors) }
        tensors["crn.encoder.layer.9223372036854775807.x"] = nil
        tensors["crn.encoder.layer.-3.x"] = ([], [0])
        #expect(try Self.load(tensors).network.layers.count == 2)
    }

    @Test(arguments: [1, 3, 5, 2])
    func positionsOfNoWindow(rows: Int) throws {
        var tensors = try Self.tensors()
        let name = "crn.shot_embedding.position_embedding.weight"
        tensors[name] = ([rows, 16], Array(repeating: 0, count: rows * 16))
        let error = #expect(throws: ModelFileError.self) { try Self.load(tensors) }
        #expect(error?.detail.contains("2K+2") == true)
    }

    @Test(arguments: [
        ["scened.heads": "0"], ["scened.heads": "eight"], ["scened.heads": "99999999999999999999"],
        ["scened.heads": "5"], ["scened.heads": "4", "scened.neighbors": "3"],
        ["scened.heads": "4", "scened.neighbors": "-1"], ["scened.heads": "4", "scened.threshold": "1.5"],
        ["scened.heads": "4", "scened.threshold": "nan"], ["scened.heads": "4", "scened.threshold": ""],
        ["scened.heads": "4", "scened.pooling": "centre\n"],
    ])
    func metadataThatIsWrong(metadata: [String: String]) throws {
        let tensors = try Self.tensors()
        let error = #expect(throws: ModelFileError.self) { try Self.load(tensors, metadata: metadata) }
        #expect(error?.code == .unsuitableMetadata)
        #expect(error?.description.contains("scened.") == true)
        #expect(error?.description.contains("\n") == false)
    }

    @Test func metadataIsWrittenAndRead() throws {
        var metadata = ModelMetadata()
        metadata.encoder = "descriptor-1"
        metadata.neighborCount = 8
        metadata.headCount = 4
        metadata.threshold = 0.35
        metadata.pooling = .avg
        #expect(try ModelMetadata(metadata.entries, path: "file") == metadata)
        #expect(try ModelMetadata([:], path: "file") == ModelMetadata())
    }

    @Test func encodersMustAgree() throws {
        let file = try CRNGoldenTests.file("k2")
        _ = try ModelFile.scorer(file, encoder: "golden-12", dimension: 12)
        for (encoder, dimension) in [("golden-12", 13), ("other", 12)] {
            let error = #expect(throws: ModelFileError.self) {
                try ModelFile.scorer(file, encoder: encoder, dimension: dimension)
            }
            #expect(error?.code == .encoderMismatch)
            #expect(error?.description.contains("golden-12") == true)
        }
    }

    /// A pre-trained model has no boundary head: the remedy says so.
    @Test func aModelWithoutHead() throws {
        var tensors = try Self.tensors()
        tensors["head_sbd.weight"] = nil
        tensors["head_sbd.bias"] = nil
        let error = #expect(throws: ModelFileError.self) { try Self.load(tensors) }
        #expect(error?.remedy.contains("fine-tuned") == true)
    }
}
