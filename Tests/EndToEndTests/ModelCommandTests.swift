import Foundation
import TestSupport
import Testing

/// `scened model`: other people's checkpoints become model files, and hostile ones do nothing.
@Suite struct ModelCommandTests {
    static let hostile = Program.repository.appendingPathComponent("fixtures/checkpoints/hostile")
    static let hostileFiles =
        ((try? FileManager.default.contentsOfDirectory(atPath: hostile.path)) ?? []).sorted()

    /// What every attack of the fixtures would create in the working directory.
    static let marker = "scened-pickle-was-run"

    @Test func thereAreHostileFiles() { #expect(Self.hostileFiles.count >= 55) }

    @Test(arguments: hostileFiles)
    func hostileCheckpointsAreRefused(name: String) throws {
        let folder = try Scratch.emptyFolder()
        let output = folder.appending(path: "model.safetensors")
        let checkpoint = Self.hostile.appendingPathComponent(name).path
        let outcome = try Program.run(["model", "import", checkpoint, "--output", output.path])
        #expect(outcome.status == 65, "\(outcome.errors)")
        #expect(outcome.errorLines.count == 1 && outcome.output.isEmpty, "\(outcome.errors)")
        #expect(!outcome.errors.contains("Fatal error"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
        #expect(!FileManager.default.fileExists(atPath: Self.marker))
    }

    /// The reference's recorded outputs; nil where the shared folder is absent.
    static let parity: URL? = {
        let shared =
            ProcessInfo.processInfo.environment["SCENED_SHARED"].map { URL(filePath: $0) }
            ?? Program.repository.deletingLastPathComponent().appending(path: "shared")
        let folder = shared.appending(path: "parity")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    static func imported(_ name: String, _ arguments: [String] = []) throws -> (model: URL, errors: String) {
        let model = Scratch.path("model.safetensors")
        let checkpoint = try #require(parity).appending(path: name).path
        let outcome = try Program.run(["model", "import", checkpoint, "--output", model.path] + arguments)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return (model, outcome.errors)
    }

    static func info(_ model: URL) throws -> [String: Any] {
        let outcome = try Program.run(["model", "info", model.path, "--json"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try #require(JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    @Test(.enabled(if: parity != nil, "needs ../shared/parity"))
    func fineTunedCheckpointEqualsItsTwin() throws {
        let (model, _) = try Self.imported("tiny_finetune.ckpt", ["--licence", "random weights"])
        let twin = try Tensors(#require(Self.parity).appending(path: "tiny_finetune.safetensors"))
        let imported = try Tensors(model).tensors
        #expect(imported.filter { !$0.key.hasPrefix("scened.packed.") } == twin.tensors)
        #expect(imported.count > twin.tensors.count)
        let info = try Self.info(model)
        let metadata = try #require(info["metadata"] as? [String: String])
        #expect(info["k"] as? Int == 8 && info["head"] as? String == "sbd")
        #expect(metadata["scened.licence"] == "random weights")
        #expect(metadata["scened.source"] == "tiny_finetune.ckpt")
        #expect(
            metadata["scened.source_sha256"]
                == "3526c60d2c31de9762ff91fd100f0b0a95fe115ab7cd4d36ae417d81c01328bf")
        let table = try Program.run(["model", "info", model.path])
        #expect(table.output.contains("96 to 64 wide, 2 layers, 8 heads"))
        let verified = try Program.run(["model", "verify", model.path])
        #expect(verified.status == 0 && verified.output == "\(info["digest"] ?? "")  \(model.path)\n")
    }

    @Test(.enabled(if: parity != nil, "needs ../shared/parity"))
    func preTrainedCheckpointIsTheDetectorWithoutLabels() throws {
        let (model, errors) = try Self.imported("tiny_pretrain.ckpt")
        #expect(errors.contains("without labels"))
        #expect(try Self.info(model)["head"] as? String == "pp")
        let outcome = try EmbeddingLineTests.score(
            try Self.recordedLines(), ["--model", model.path, "--scores"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.events.count { $0.type == "score" } == 40)
    }

    /// The recorded embeddings as JSON lines: shots of two seconds.
    static func recordedLines() throws -> [String] {
        let recorded = try Tensors(#require(parity).appending(path: "tiny_io.safetensors"))
        let values = try recorded.floats("emb")
        return (0..<40).map { shot in
            let vector = values[shot * 96..<(shot + 1) * 96].map { "\($0)" }.joined(separator: ",")
            return "{\"start\":\(shot * 2),\"end\":\(shot * 2 + 2),\"embedding\":[\(vector)]}"
        }
    }

    /// Against the probabilities recorded from BaSSL's own classes.
    @Test(.enabled(if: parity != nil, "needs ../shared/parity"))
    func scoresAreTheRecordedProbabilities() throws {
        let (model, _) = try Self.imported("tiny_finetune.ckpt")
        let lines = try Self.recordedLines()
        let outcome = try EmbeddingLineTests.score(lines, ["--model", model.path, "--scores"])
        try Schema.check(outcome)
        let scores = outcome.events.filter { $0.type == "score" }.compactMap { $0.fields["score"] as? Double }
        let expected = try Tensors(#require(Self.parity).appending(path: "tiny_io.safetensors")).floats(
            "prob")
        try #require(scores.count == expected.count)
        let difference = zip(scores, expected).map { abs($0 - Double($1)) }.max() ?? 1
        #expect(difference <= 1e-5)
    }

    /// A model for another width is refused before anything is written.
    @Test func widthsMustFit() throws {
        let model = EmbedScoreTests.model
        let outcome = try EmbeddingLineTests.score(EmbeddingLineTests.lines(), ["--model", model])
        #expect(outcome.status == 65 && outcome.output.isEmpty)
        #expect(outcome.errorLines.count == 1 && outcome.errors.contains("gives 6"))
    }

    /// bfloat16 is checked where the processor has it; else the file is for float32, and one line says so.
    @Test func bfloatIsCheckedOrNotMade() throws {
        let fixture = Program.repository.appendingPathComponent("fixtures/encoders/resnet_k2.safetensors")
            .path
        let model = Scratch.path("model.safetensors")
        let outcome = try Program.run([
            "model", "import", fixture, "--output", model.path, "--precision", "bfloat16",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let metadata = try #require(try Self.info(model)["metadata"] as? [String: String])
        let table = try Program.run(["model", "info", model.path]).output
        if metadata["scened.precision"] == "bfloat16" {
            let least = try #require(metadata["scened.precision_least_cosine"])
            #expect(try #require(Double(least)) >= 0.999)
            #expect(outcome.errors.contains("least \(least)") && table.contains(least))
        } else {
            #expect(outcome.errors.contains("cannot be checked: the file is for float32"))
        }
    }

    @Test func verifyFindsDamage() throws {
        let good = Program.repository.appendingPathComponent("fixtures/crn/k2.safetensors")
        #expect(try Program.run(["model", "verify", good.path]).status == 0)
        var bytes = try Data(contentsOf: good)
        // The last tensor's last float becomes infinite.
        bytes[bytes.count - 1] = 0x7f
        bytes[bytes.count - 2] = 0x80
        bytes[bytes.count - 3] = 0
        bytes[bytes.count - 4] = 0
        let damaged = try Scratch.file("damaged.safetensors")
        try bytes.write(to: damaged)
        for (file, status, text) in [
            (damaged.path, Int32(65), "finite"), (Fixtures.path("text.txt"), 65, "not a model file"),
            ("/nowhere/m", 66, "No such"),
        ] {
            let outcome = try Program.run(["model", "verify", file])
            #expect(outcome.status == status && outcome.errors.contains(text), "\(outcome.errors)")
            #expect(outcome.errorLines.count == 1 && outcome.output.isEmpty)
        }
        #expect(try Program.run(["model", "info", "/nowhere/m"]).status == 66)
        let unwritable = ["model", "import", good.path, "--output", "/nowhere/m.safetensors"]
        #expect(try Program.run(unwritable).status == 73)
        #expect(try Program.run(["model", "import", good.path]).status == 64)
    }
}

/// The tensors of a safetensors file, read by the test itself.
struct Tensors {
    /// Type and shape as they stand in the header, and the bytes.
    private(set) var tensors: [String: [String]] = [:]
    private var contents: [String: Data] = [:]

    init(_ file: URL) throws {
        let data = try Data(contentsOf: file)
        let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let header =
            try JSONSerialization.jsonObject(with: data[8..<8 + length]) as? [String: [String: Any]] ?? [:]
        for (name, entry) in header where name != "__metadata__" {
            let offsets = entry["data_offsets"] as? [Int] ?? [0, 0]
            let bytes = data[(8 + length + offsets[0])..<(8 + length + offsets[1])]
            contents[name] = Data(bytes)
            tensors[name] = [
                "\(entry["dtype"] ?? "")", "\(entry["shape"] ?? "")", bytes.base64EncodedString(),
            ]
        }
    }

    func floats(_ name: String) throws -> [Float] {
        let bytes = try #require(contents[name])
        return bytes.withUnsafeBytes { raw in
            (0..<raw.count / 4).map { raw.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
        }
    }
}
