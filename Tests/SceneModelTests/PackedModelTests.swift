import Foundation
import NeuralNet
import SceneModel
import SceneSegmentation
import TensorKernels
import Testing
import Timeline

/// Layers that a model file holds in the kernels' form: the same numbers, taken from where they lie.
@Suite struct PackedModelTests {
    static let names = ["resnet_k2", "resnet_bottleneck", "clip", "clip_hugging"]

    /// Imports a fixture; the file goes when the body is done.
    static func withImported<Result>(
        _ name: String, _ precision: Precision? = nil, _ body: (String) throws -> Result
    ) throws -> Result {
        let output = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors").path
        defer { try? FileManager.default.removeItem(atPath: output) }
        let path = ImageFixtures.golden.appending(path: "\(name).safetensors").path
        var claims = ModelImport.Claims()
        claims.precision = precision
        _ = try ModelImport(path: path, output: output, claims: claims)
        return try body(output)
    }

    /// The file once more, with other tensors or metadata.
    static func withChanged<Result>(
        _ path: String, floats change: (String, inout [Float]) -> Void = { _, _ in },
        metadata: (inout [String: String]) -> Void = { _ in }, _ body: (SafetensorsFile) throws -> Result
    ) throws -> Result {
        let file = try SafetensorsFile(path: path)
        var entries = file.metadata
        metadata(&entries)
        var writer = SafetensorsWriter(metadata: entries)
        for entry in file.header.entries {
            guard entry.type == .float32 else { continue }
            var values = try file.floats(entry.name)
            let count = values.count
            change(entry.name, &values)
            let shape = values.count == count ? entry.shape : [values.count]
            writer.add(entry.name, shape: shape, floats: values)
        }
        let output = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors").path
        defer { try? FileManager.default.removeItem(atPath: output) }
        try writer.write(to: output)
        return try body(SafetensorsFile(path: output))
    }

    static func isPacked(_ name: String) -> Bool { name.hasPrefix(PackedLayers.prefix) }

    static func embedding(_ file: SafetensorsFile) throws -> [Float] {
        let encoder = try #require(try ImageShotEncoder(file, threadCount: 1))
        let geometry = try #require(encoder.input.view)
        return encoder.encode(ImageShotEncoderTests.part(ImageShotEncoderTests.crops(geometry), geometry))
    }

    @Test(arguments: names) func packedLayersAreTheSame(name: String) throws {
        try Self.withImported(name) { path in
            let file = try SafetensorsFile(path: path)
            #expect(file.header.entries.contains { Self.isPacked($0.name) })
            for entry in file.header.entries where Self.isPacked(entry.name) {
                #expect((file.header.dataOffset + entry.bytes.lowerBound) % 64 == 0, "\(entry.name)")
            }
            let embedding = try Self.embedding(file)
            // For kernels of another processor: packed when it is loaded.
            let other = try Self.withChanged(path, metadata: { $0[PackedLayers.formKey] = "vax-1" }) { file in
                try Self.embedding(file)
            }
            #expect(other == embedding)
            // What is packed is what is used: with other packed numbers the result is another.
            let doubled = try Self.withChanged(
                path, floats: { if Self.isPacked($0) { $1 = $1.map { 2 * $0 } } },
                { file in try Self.embedding(file) })
            #expect(doubled != embedding)
            #expect(throws: Never.self) { try ModelOutline(verifying: file) }
        }
    }

    /// Layers are used only where the file says that they were made of its tensors as they are: other
    /// programs change tensors, and keep what they do not know.
    @Test(arguments: names) func layersOfOtherTensorsAreLeftAlone(name: String) throws {
        try Self.withImported(name) { path in
            let embedding = try Self.embedding(SafetensorsFile(path: path))
            func changed(_ metadata: @escaping (inout [String: String]) -> Void) throws -> [Float] {
                try Self.withChanged(
                    path,
                    floats: { name, values in
                        if !Self.isPacked(name), name.hasSuffix(".weight") {
                            values = values.map { 1.5 * $0 }
                        }
                    }, metadata: metadata, { try Self.embedding($0) })
            }
            let stale = try changed { _ in }
            let unpacked = try changed { $0[PackedLayers.formKey] = nil }
            #expect(stale == unpacked && stale != embedding)
            let unsaid = try Self.withChanged(
                path, floats: { if Self.isPacked($0) { $1 = $1.map { 2 * $0 } } },
                metadata: { $0[PackedLayers.sourceKey] = nil }, { try Self.embedding($0) })
            #expect(unsaid == embedding)
        }
    }

    /// One byte before all tensors, as other programs may put it: what lies unaligned is copied or packed.
    @Test(arguments: names) func unalignedFilesAreTheSame(name: String) throws {
        try Self.withImported(name) { path in
            let embedding = try Self.embedding(SafetensorsFile(path: path))
            try Self.unaligned(path).write(to: URL(fileURLWithPath: path), options: .atomic)
            let file = try SafetensorsFile(path: path)
            #expect(file.header.entries.allSatisfy { file.sharedFloats($0.name) == nil })
            #expect(try Self.embedding(file) == embedding)
            #expect(throws: Never.self) { try ModelOutline(verifying: file) }
        }
    }

    private static func unaligned(_ path: String) throws -> Data {
        let bytes = try SafetensorsFile(path: path).bytes
        let length = (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
        let object = try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length]))
        var header = try #require(object as? [String: Any])
        for (name, value) in header where name != "__metadata__" {
            var entry = try #require(value as? [String: Any])
            let offsets = try #require(entry["data_offsets"] as? [Int])
            entry["data_offsets"] = offsets.map { $0 + 1 }
            header[name] = entry
        }
        header["a"] = ["dtype": "BOOL", "shape": [1], "data_offsets": [0, 1]] as [String: Any]
        var text = try JSONSerialization.data(withJSONObject: header)
        text.append(contentsOf: repeatElement(0x20, count: (8 - text.count % 8) % 8))
        let size = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
        var whole = Data(size)
        whole.append(text)
        whole.append(1)
        whole.append(contentsOf: bytes[(8 + length)...])
        return whole
    }

    static func cosine(_ left: [Float], _ right: [Float]) -> Double {
        func dot(_ a: [Float], _ b: [Float]) -> Double {
            zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        return dot(left, right) / (dot(left, left) * dot(right, right)).squareRoot()
    }

    /// A file of another precision: nearly the same embedding, from packed layers or the tensors; and where
    /// the processor lacks it, or the layers are of another kind, the file works as any other.
    @Test(arguments: names) func bfloatFiles(name: String) throws {
        let exact = try Self.withImported(name) { try Self.embedding(SafetensorsFile(path: $0)) }
        try Self.withImported(name, .bfloat16) { path in
            let file = try SafetensorsFile(path: path)
            let form = file.metadata[PackedLayers.formKey]
            #expect(form?.contains("bfloat16") == Precision.bfloat16.isAvailable)
            #expect(try ModelMetadata(file.metadata, path: path).precision == Precision.bfloat16.orAvailable)
            let embedding = try Self.embedding(file)
            #expect(Self.cosine(embedding, exact) > 0.999)
            #expect((embedding == exact) == !Precision.bfloat16.isAvailable)
            #expect(throws: Never.self) { try ModelOutline(verifying: file) }
            for changed in [PackedShape.form(.best), "vax-1"] {
                let again = try Self.withChanged(
                    path, metadata: { $0[PackedLayers.formKey] = changed }, { try Self.embedding($0) })
                #expect(again == embedding)
            }
        }
    }

    /// Neither half of a packed pair may be no number.
    @Test(.enabled(if: Precision.bfloat16.isAvailable, "needs a processor with AVX512-BF16"))
    func pairsAreFinite() {
        let matrix = (0..<64 * 33).map { Float($0 % 7) }
        let good = PackedWeights(
            matrix: matrix, outputs: 64, inputs: 33, bias: [Float](repeating: 1, count: 64),
            precision: .bfloat16)
        #expect(good.areFinite)
        for place in [0, 1, 2, 65] {
            var damaged = matrix
            damaged[place] = place == 1 ? .infinity : .nan
            let weights = PackedWeights(
                matrix: damaged, outputs: 64, inputs: 33, bias: nil, precision: .bfloat16)
            #expect(!weights.areFinite, "\(place)")
        }
        let unbounded = PackedWeights(
            matrix: matrix, outputs: 64, inputs: 33, bias: [Float](repeating: .nan, count: 64),
            precision: .bfloat16)
        #expect(!unbounded.areFinite)
    }

    @Test(arguments: names) func whatDoesNotFitIsRefused(name: String) throws {
        try Self.withImported(name) { path in
            func fault(
                _ change: @escaping (inout [Float]) -> Void, _ load: (SafetensorsFile) throws -> Void
            ) throws -> ModelFileError? {
                try Self.withChanged(path, floats: { if Self.isPacked($0) { change(&$1) } }) { file in
                    do {
                        try load(file)
                        return nil
                    } catch {
                        return error as? ModelFileError
                    }
                }
            }
            let short = try fault({ $0.removeLast() }, { _ = try Self.embedding($0) })
            #expect(short?.code == .unsuitableTensor)
            let unbounded = try fault({ $0[$0.count / 3] = .nan }, { _ = try Self.embedding($0) })
            #expect(unbounded?.code == .unsuitableTensor)
            let altered = try fault({ $0[0] += 1 }, { _ = try ModelOutline(verifying: $0) })
            #expect(altered?.detail.contains("not made of the others") == true)
        }
    }

    /// The plan that runs, against the reference pass: both on random windows. `probabilitiesOfEveryShot`
    /// compares the other poolings with recorded values.
    @Test(arguments: ["k2", "k8"])
    func contextPlanAgreesWithTheReference(name: String) throws {
        let file = try CRNGoldenTests.file(name)
        let model = try ModelFile(file)
        let encoder = try #require(model.metadata.encoder)
        let width = model.network.inputDimension
        var reference = WindowScorer(model.network, head: model.head)
        var scorer = try ModelFile.scorer(file, encoder: encoder, dimension: width)
        #expect(scorer.neighborCount == reference.neighborCount && scorer.name == reference.name)
        var other = try ModelFile.scorer(file, encoder: encoder, dimension: width, threadCount: 3)
        var random = CRNRandom(seed: 17)
        var scores: Set<Float> = []
        for _ in 0..<30 {
            let window = ContextWindow(
                parts: (0..<2 * scorer.neighborCount + 1).map { _ in
                    CRNFixtures.part(random.vector(width))
                }, repeatedLeft: 0, repeatedRight: 0)
            let score = scorer.score(window)
            #expect(abs(score - reference.score(window)) < 2e-6)
            #expect(scorer.score(window) == score)
            #expect(other.score(window) == score, "the number of threads makes no difference")
            scores.insert(score)
        }
        #expect(scores.count == 30)
    }

    @Test func contextNetworksArePackedToo() throws {
        try Self.withImported("resnet_k2") { path in
            let file = try SafetensorsFile(path: path)
            #expect(file.entry(PackedLayers.prefix + "crn.encoder.layer.0.attention.self") != nil)
            let window = ContextWindow(
                parts: (0..<5).map { index in
                    var random = CRNRandom(seed: UInt64(index))
                    return CRNFixtures.part(random.vector(12))
                }, repeatedLeft: 0, repeatedRight: 0)
            var scorer = try ModelFile.scorer(file, encoder: "resnet", dimension: 12)
            let score = scorer.score(window)
            var other = try Self.withChanged(path, metadata: { $0[PackedLayers.formKey] = nil }) {
                try ModelFile.scorer($0, encoder: "resnet", dimension: 12)
            }
            #expect(other.score(window) == score)
        }
    }
}
