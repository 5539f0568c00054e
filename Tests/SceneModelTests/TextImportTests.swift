import Foundation
import SceneModel
import Testing

/// CLIP's text tower in a model file: taken along with its vocabulary, and of use with its image encoder.
@Suite struct TextImportTests {
    @Test(arguments: TextFixtures.namings)
    func isStored(naming: String) throws {
        let path = try TextFixtures.imported(naming)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try SafetensorsFile(path: path)
        let outline = try ModelOutline(verifying: file)
        #expect(outline.architecture == "clip-vit+clip-text")
        let text = try #require(outline.textEncoder)
        #expect(text.pieceCount == TextFixtures.pieceCount && text.length == 77 && text.dimension == 32)
        #expect(text.width == 64 && text.headCount == 4 && text.layerCount == 2)
        #expect(file.metadata["scened.vocabulary"] == "merges.txt.gz")
        let digest = try TextVocabulary(
            files: [TextFixtures.path("merges.txt")], count: TextFixtures.pieceCount
        ).digest
        #expect(file.metadata["scened.vocabulary_sha256"] == digest)
        #expect(outline.parameters.contains { $0.part == "clip_text" && $0.count > 100_000 })
        #expect(file.header.entries.contains { $0.name.hasPrefix(PackedLayers.prefix + "clip_text.") })
        // Without a vocabulary the image side alone is stored, and its embeddings are the same.
        let plain = try TextFixtures.imported(naming, vocabulary: nil)
        defer { try? FileManager.default.removeItem(atPath: plain) }
        let images = try SafetensorsFile(path: plain)
        #expect(!images.hasTextEncoder && images.metadata["scened.vocabulary"] == nil)
        #expect(images.encoderDigest() == file.encoderDigest())
    }

    /// Another activation gives other embeddings, which count as another encoder's; the usual one, named or
    /// not, is one.
    @Test func activationsTellEncodersApart() throws {
        let digests = try ["quick_gelu", "none", "gelu"].map { activation in
            let path = try TextFixtures.imported(vocabulary: nil, activation: activation)
            defer { try? FileManager.default.removeItem(atPath: path) }
            return try SafetensorsFile(path: path).encoderDigest()
        }
        #expect(digests[0] == digests[1] && digests[0] != digests[2])
    }

    /// The three namings give the same vectors, from what is packed in the file and from the tensors.
    @Test func namingsAgree() throws {
        let texts = try TextFixtures.texts().map(\.text)
        let vectors = try TextFixtures.namings.map { naming in
            let path = try TextFixtures.imported(naming)
            defer { try? FileManager.default.removeItem(atPath: path) }
            let encoder = try SentenceEncoder(SafetensorsFile(path: path), threadCount: 2)
            #expect(encoder.dimension == 32 && abs(encoder.scale - 100) < 0.5)
            return encoder.encode(texts).map(\.vector)
        }
        #expect(vectors[0] == vectors[1] && vectors[0] == vectors[2])
        for vector in vectors[0] {
            #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
        }
    }

    /// A model file is imported again with all that it has; another vocabulary takes the place of its own.
    @Test func importsItself() throws {
        let path = try TextFixtures.imported()
        defer { try? FileManager.default.removeItem(atPath: path) }
        for vocabulary in [nil, [TextFixtures.path("vocab.json"), TextFixtures.path("merges.txt")]] {
            let again = try TextFixtures.imported(path: path, vocabulary: vocabulary)
            defer { try? FileManager.default.removeItem(atPath: again) }
            let (first, second) = (try SafetensorsFile(path: path), try SafetensorsFile(path: again))
            #expect(first.textEncoderDigest() == second.textEncoderDigest())
            #expect(
                second.metadata["scened.vocabulary"]
                    == (vocabulary == nil ? "merges.txt.gz" : "vocab.json, merges.txt"))
        }
    }

    /// A text of more than 75 pieces: the mean of its sentences, and of runs of words where one is too long.
    @Test func longTexts() throws {
        let path = try TextFixtures.imported()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let encoder = try SentenceEncoder(SafetensorsFile(path: path), threadCount: 1)
        func pieces(_ text: String) -> Int { encoder.tokenizer.words(of: text).joined().count }
        func mean(_ texts: [String]) -> [Float] {
            var sum = [Float](repeating: 0, count: 32)
            for encoded in encoder.encode(texts) {
                for place in sum.indices { sum[place] += encoded.vector[place] }
            }
            let length = sum.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            return sum.map { Float(Double($0) / length) }
        }
        let sentences = [
            "A news studio, with a presenter at a desk and clouds on a map of the country behind her, in colors.",
            "Is it 12.30 there?", "The weather: snow over the mountains, and rain at night over the sea!",
            "日本 の ニュース。", "天気 予報",
        ]
        let text = sentences.joined(separator: " ")
        try #require(pieces(text) > 75)
        let found = encoder.encode([text, sentences[0]])
        #expect(found[0].partCount == 5 && found[0].pieceCount == pieces(text))
        #expect(found[1].partCount == 1 && found[1].vector == encoder.encode([sentences[0]])[0].vector)
        #expect(found[0].vector == mean(sentences))
        // Exactly 75 pieces fit.
        let exact = Array(repeating: "a", count: 75).joined(separator: " ")
        try #require(pieces(exact) == 75)
        #expect(encoder.encode([exact])[0].partCount == 1)
        let run = encoder.encode([exact + " film a"])[0]
        #expect(run.partCount == 2 && run.vector == mean([exact, "film a"]))
        let word = encoder.encode([String(repeating: "q", count: 200)])[0]
        #expect(word.partCount == 3 && word.pieceCount == 200)
        // Nothing is a text, too.
        #expect(encoder.encode([""])[0].pieceCount == 0)
        #expect(encoder.encode([]).isEmpty)
    }

    /// What does not go together is refused in one line with a remedy, and nothing is written.
    @Test func refusals() throws {
        let source = try SafetensorsFile(path: TextFixtures.clip("openai"))
        func part(_ isTaken: (String) -> Bool) throws -> String {
            var writer = SafetensorsWriter()
            for entry in source.header.entries where isTaken(entry.name) {
                writer.add(entry.name, shape: entry.shape, floats: try source.floats(entry.name))
            }
            let path = TextFixtures.scratch("safetensors")
            try writer.write(to: path)
            return path
        }
        let text = try part { !$0.hasPrefix("visual.") }
        let images = try part { $0.hasPrefix("visual.") }
        let torn = try part { $0 != "transformer.resblocks.1.mlp.c_fc.bias" }
        let list = TextFixtures.path("merges.txt")
        let short = try TextFixtures.write(
            String(contentsOfFile: list, encoding: .utf8).split(separator: "\n").dropLast().joined(
                separator: "\n"))
        defer {
            for path in [text, images, torn, short] { try? FileManager.default.removeItem(atPath: path) }
        }
        for (path, vocabulary, wanted) in [
            (text, [list], "text tower without its image encoder"), (text, nil, "without its image encoder"),
            (images, [list], "holds no text tower for the vocabulary"),
            (
                torn, [list],
                "resblocks.1.mlp.c_fc.bias\" is missing: give a file that holds the whole text tower"
            ),
            (TextFixtures.clip("openai"), [short], "holds 349 merges"),
        ] {
            let error = #expect(throws: ModelFileError.self) {
                try TextFixtures.imported(path: path, vocabulary: vocabulary)
            }
            #expect(
                error?.description.contains(wanted) == true, "\(error?.description ?? "") lacks \(wanted)")
        }
    }

    /// Model files that others made or that are damaged.
    @Test func unsuitableModels() throws {
        let whole = try TextFixtures.imported()
        let plain = try TextFixtures.imported(vocabulary: nil)
        defer { for path in [whole, plain] { try? FileManager.default.removeItem(atPath: path) } }
        let source = try SafetensorsFile(path: whole)
        func changed(_ change: (inout [String: [Int64]], inout Set<String>) -> Void) throws -> String {
            var integers = ["clip_text.merges": try source.integers("clip_text.merges")]
            var dropped: Set<String> = []
            change(&integers, &dropped)
            var writer = SafetensorsWriter(metadata: source.metadata)
            for entry in source.header.entries where !dropped.contains(where: entry.name.hasPrefix) {
                if let values = integers[entry.name] {
                    writer.add(entry.name, shape: [values.count / 2, 2], integers: values)
                } else {
                    writer.add(entry.name, shape: entry.shape, floats: try source.floats(entry.name))
                }
            }
            let path = TextFixtures.scratch("safetensors")
            try writer.write(to: path)
            return path
        }
        let cases = [
            (plain, "holds no text tower"),
            (try changed { $1 = ["clip.", PackedLayers.prefix] }, "text tower without its image encoder"),
            (try changed { $1 = ["clip_text.merges"] }, "clip_text.merges\" is missing"),
            (try changed { tensors, _ in tensors["clip_text.merges"]?.removeLast(2) }, "has shape [349, 2]"),
            (try changed { tensors, _ in tensors["clip_text.merges"]?[0] = 900 }, "what is not a piece"),
            (
                try changed { tensors, _ in tensors["clip_text.merges"]?[0] = 1 << 40 },
                "not a number of a piece"
            ),
            (
                try changed { tensors, _ in tensors["clip_text.merges"]?[0] += 1 },
                "not the vocabulary that the file names"
            ),
        ]
        defer { for (path, _) in cases { try? FileManager.default.removeItem(atPath: path) } }
        for (path, wanted) in cases {
            let error = #expect(throws: ModelFileError.self) {
                try SentenceEncoder(SafetensorsFile(path: path), threadCount: 1)
            }
            #expect(
                error?.description.contains(wanted) == true, "\(error?.description ?? "") lacks \(wanted)")
        }
    }
}
