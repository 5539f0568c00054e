import Foundation
import SceneModel
import Testing

/// Recognizing, renaming and refusing weights of others.
@Suite struct ModelImportTests {
    /// A file of tensors filled with small numbers.
    static func file(_ shapes: [(String, [Int])], value: Float = 0.5) throws -> String {
        var writer = SafetensorsWriter()
        for (name, shape) in shapes {
            writer.add(name, shape: shape, floats: Array(repeating: value, count: shape.reduce(1, *)))
        }
        let path = FileManager.default.temporaryDirectory.appending(
            path: "scened-\(UUID().uuidString).safetensors"
        ).path
        try writer.write(to: path)
        return path
    }

    static func run(_ path: String, _ claims: ModelImport.Claims = .init()) throws -> (
        ModelImport, SafetensorsFile
    ) {
        let output = path + ".imported"
        defer { for file in [path, output] { try? FileManager.default.removeItem(atPath: file) } }
        let result = try ModelImport(path: path, output: output, claims: claims)
        return (result, try SafetensorsFile(path: output))
    }

    static func norm(_ name: String, _ width: Int) -> [(String, [Int])] {
        ["weight", "bias", "running_mean", "running_var"].map { ("\(name).\($0)", [width]) }
    }

    /// A ResNet-18 of a few columns under torchvision's names, with its classifier.
    static func resNet18(_ prefix: String = "") -> [(String, [Int])] {
        var shapes: [(String, [Int])] = [(prefix + "conv1.weight", [4, 3, 7, 7])] + norm(prefix + "bn1", 4)
        var width = 4
        for stage in 1...4 {
            let wide = 2 << stage
            for block in 0..<2 {
                let name = "\(prefix)layer\(stage).\(block)."
                shapes.append((name + "conv1.weight", [wide, width, 3, 3]))
                shapes.append((name + "conv2.weight", [wide, wide, 3, 3]))
                shapes += norm(name + "bn1", wide) + norm(name + "bn2", wide)
                if width != wide {
                    shapes.append((name + "downsample.0.weight", [wide, width, 1, 1]))
                    shapes += norm(name + "downsample.1", wide)
                }
                width = wide
            }
        }
        return shapes + [(prefix + "fc.weight", [10, width]), (prefix + "fc.bias", [10])]
    }

    @Test(arguments: ["", "module."])
    func resNetUnderTorchvisionsNames(prefix: String) throws {
        var claims = ModelImport.Claims()
        claims.license = "BSD"
        let (result, file) = try Self.run(try Self.file(Self.resNet18(prefix)), claims)
        #expect(result.family == .resNet && result.metadata.encoder == "resnet18")
        #expect(result.leftOut == [prefix + "fc.bias", prefix + "fc.weight"])
        #expect(file.entry("shot_encoder.layer4.1.bn2.running_var")?.shape == [32])
        #expect(file.metadata["scened.architecture"] == "resnet18")
        #expect(file.metadata["scened.licence"] == "BSD")
        #expect(file.metadata["scened.preprocessing"]?.contains("0.485") == true)
    }

    /// Weight and bias of a layer whose weight has a shape.
    static func layer(_ name: String, _ shape: [Int]) -> [(String, [Int])] {
        [(name + ".weight", shape), (name + ".bias", [shape[0]])]
    }

    static let openAI: [(String, [Int])] = {
        let block = "visual.transformer.resblocks.0."
        var shapes: [(String, [Int])] = [
            ("visual.conv1.weight", [64, 3, 16, 16]), ("visual.class_embedding", [64]),
            ("visual.positional_embedding", [5, 64]), ("visual.proj", [64, 24]),
            (block + "attn.in_proj_weight", [192, 64]), (block + "attn.in_proj_bias", [192]),
            ("token_embedding.weight", [9, 4]),
        ]
        for name in ["visual.ln_pre", "visual.ln_post", block + "ln_1", block + "ln_2"] {
            shapes += layer(name, [64])
        }
        shapes += layer(block + "attn.out_proj", [64, 64])
        shapes += layer(block + "mlp.c_fc", [256, 64])
        shapes += layer(block + "mlp.c_proj", [64, 256])
        return shapes
    }()

    static let huggingFace: [(String, [Int])] = {
        let block = "vision_model.encoder.layers.0."
        var shapes: [(String, [Int])] = [
            ("vision_model.embeddings.patch_embedding.weight", [64, 3, 16, 16]),
            ("vision_model.embeddings.class_embedding", [64]),
            ("vision_model.embeddings.position_embedding.weight", [5, 64]),
            ("visual_projection.weight", [24, 64]), ("text_model.final_layer_norm.weight", [4]),
        ]
        for name in ["pre_layrnorm", "post_layernorm"] { shapes += layer("vision_model." + name, [64]) }
        for name in ["layer_norm1", "layer_norm2"] { shapes += layer(block + name, [64]) }
        for name in ["q_proj", "k_proj", "v_proj", "out_proj"] {
            shapes += layer(block + "self_attn." + name, [64, 64])
        }
        shapes += layer(block + "mlp.fc1", [256, 64])
        shapes += layer(block + "mlp.fc2", [64, 256])
        return shapes
    }()

    static let clipNames = [("OpenAI", openAI), ("Hugging Face", huggingFace)]

    @Test(arguments: clipNames)
    func clipKeepsItsImageSide(spelling: String, shapes: [(String, [Int])]) throws {
        let (result, file) = try Self.run(try Self.file(shapes))
        #expect(result.family == .clip && result.leftOut.count == 1)
        let names = file.header.entries.map(\.name)
        #expect(names.allSatisfy { $0.hasPrefix("clip.") || $0.hasPrefix(PackedLayers.prefix + "clip.") })
        #expect(names.count { $0.hasPrefix("clip.") } == shapes.count - 1)
        #expect(result.metadata.encoder == "clip-vit")
        #expect(file.metadata["scened.preprocessing"]?.contains("short side to 32") == true)
        let outline = try ModelOutline(verifying: file)
        #expect(outline.encoder?.dimension == 24)
    }

    /// An encoder that lacks something is refused before anything is written.
    @Test(arguments: clipNames)
    func halfAnEncoderIsRefused(spelling: String, shapes: [(String, [Int])]) throws {
        for (index, shape) in shapes.enumerated() where shape.0.hasSuffix("bias") {
            var lacking = shapes
            lacking.remove(at: index)
            let file = try Self.file(lacking)
            let error = #expect(throws: ModelFileError.self) { try Self.run(file) }
            #expect(error?.code == .missingTensor)
        }
    }

    /// The shapes of a tiny context network under BaSSL's names.
    static func network(_ prefix: String, heads: [String]) -> [(String, [Int])] {
        let embedding = prefix + "shot_embedding."
        let layer = prefix + "encoder.layer.0."
        func linear(_ name: String, _ outputs: Int, _ inputs: Int) -> [(String, [Int])] {
            [(name + ".weight", [outputs, inputs]), (name + ".bias", [outputs])]
        }
        return linear(embedding + "shot_embedding", 8, 6)
            + linear(embedding + "LayerNorm", 8, 1).map { ($0.0, [8]) }
            + [(embedding + "position_embedding.weight", [6, 8])]
            + [
                "attention.self.query", "attention.self.key", "attention.self.value",
                "attention.output.dense",
            ].flatMap {
                linear(layer + $0, 8, 8)
            }
            + ["attention.output.LayerNorm", "output.LayerNorm"].flatMap { name in
                linear(layer + name, 8, 1).map { ($0.0, [8]) }
            } + linear(layer + "intermediate.dense", 16, 8) + linear(layer + "output.dense", 8, 16)
            + heads.flatMap { linear($0, 2, 8) }
    }

    static let heads: [([String], ModelMetadata.Head)] = [
        (["head_sbd"], .sbd), (["loss.head_pp"], .pp), (["head_sbd", "loss.head_pp"], .sbd), ([], .none),
    ]

    @Test(arguments: heads)
    func headsAreNamed(names: [String], head: ModelMetadata.Head) throws {
        let path = try Self.file(Self.network("crn.", heads: names))
        let output = path + ".imported"
        defer { for file in [path, output] { try? FileManager.default.removeItem(atPath: file) } }
        let result = try ModelImport(path: path, output: output, claims: .init())
        #expect(result.metadata.head == head && result.metadata.neighborCount == 2)
        #expect(result.metadata.split == "none")
        #expect(try ModelOutline(verifying: SafetensorsFile(path: output)).head == head)
        if head == .none {
            #expect(throws: ModelFileError.self) { try ModelFile(path: output) }
        } else {
            #expect(try ModelFile(path: output).network.inputDimension == 6)
        }
    }

    /// Without import, the head of a pre-trained network is not taken for a boundary head; the message says
    /// what to do.
    @Test func preTrainedWeightsWantToBeImported() throws {
        let path = try Self.file(Self.network("crn.", heads: ["loss.head_pp"]))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let error = #expect(throws: ModelFileError.self) { try ModelFile(path: path) }
        #expect(error?.description.contains("scened model import") == true)
    }

    @Test func whatDoesNotFitIsRefusedAndNotWritten() throws {
        var narrow = Self.resNet18()
        narrow[narrow.count - 8].1 = [1]
        let cases: [(String, String)] = [
            (try Self.file([("weight", [2])]), "neither BaSSL"),
            (try Self.file(Self.resNet18(), value: .nan), "finite"),
            (try Self.file(narrow), "does not fit"),
            (
                try Self.file(Self.resNet18("shot_encoder.") + Self.network("crn.", heads: ["head_sbd"])),
                "32 numbers"
            ),
            (try Self.file(Self.network("crn.", heads: []).filter { !$0.0.contains("query") }), "is missing"),
        ]
        for (path, text) in cases {
            let output = path + ".imported"
            let error = #expect(throws: ModelFileError.self) {
                try ModelImport(path: path, output: output, claims: .init())
            }
            #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
            #expect(error?.path == path)
            for file in [output, output + ".unverified"] {
                #expect(!FileManager.default.fileExists(atPath: file))
            }
            try? FileManager.default.removeItem(atPath: path)
        }
    }
}
