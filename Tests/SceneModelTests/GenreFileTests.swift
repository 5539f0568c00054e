import Foundation
import NeuralNet
import SceneModel
import SceneSegmentation
import TensorKernels
import Testing
import Timeline

/// Genres in a model file, by the tiny CLIP of `fixtures/texts`.
@Suite struct GenreFileTests {
    static let definitions = GenreDefinitions(
        names: ["news", "sport", "war"],
        sentences: ["a news studio", "a football match in a stadium", "soldiers march through a town"],
        digest: "0123")

    static func imported(_ settings: GenreSettings = GenreSettings(), naming: String = "openai") throws
        -> String
    {
        var claims = ModelImport.Claims()
        claims.vocabulary = [TextFixtures.path("merges.txt.gz")]
        claims.genres = definitions
        claims.genreSettings = settings
        let output = TextFixtures.scratch("safetensors")
        _ = try ModelImport(path: TextFixtures.clip(naming), output: output, claims: claims)
        return output
    }

    static func crops(_ encoder: ImageShotEncoder) throws -> [RGBPicture] {
        Array(ProbePictures.squares(side: try #require(encoder.input.view).cropSide).prefix(4))
    }

    /// What was imported is plain CLIP to the bit, and says how much of each genre a picture has.
    @Test(arguments: TextFixtures.namings)
    func untrainedIsPlain(naming: String) throws {
        let path = try Self.imported(naming: naming)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let plain = try TextFixtures.imported(naming)
        defer { try? FileManager.default.removeItem(atPath: plain) }
        let (file, other) = (try SafetensorsFile(path: path), try SafetensorsFile(path: plain))
        #expect(file.hasGenres && !file.hasTrainedGenres && !other.hasGenres)
        #expect(file.encoderDigest() == other.encoderDigest())
        let encoder = try #require(try ImageShotEncoder(file, threadCount: 1))
        let bare = try #require(try ImageShotEncoder(other, threadCount: 2))
        #expect(encoder.genres?.names == Self.definitions.names && bare.genres == nil)
        let crops = try Self.crops(encoder)
        let (read, plainRead) = (encoder.read(crops: crops), bare.read(crops: crops))
        #expect(read.embedding.map(\.bitPattern) == plainRead.embedding.map(\.bitPattern))
        let shares = try #require(read.genreShares)
        #expect(shares.count == 3 && abs(shares.reduce(0, +) - 1) < 1e-5)
        #expect(plainRead.genreShares == nil)
        // Mean of the pictures' shares, by the text tower's own vectors.
        let sentences = try SentenceEncoder(file, threadCount: 1).encode(Self.definitions.sentences)
        let affinity = GenreAffinity(
            genres: Matrix(rows: 3, columns: 32, values: sentences.flatMap(\.vector)),
            rule: .cosine(temperature: 0.05))
        var expected = [Float](repeating: 0, count: 3)
        for crop in crops {
            for (place, share) in affinity.shares(of: bare.read(crops: [crop]).embedding).enumerated() {
                expected[place] += share / Float(crops.count)
            }
        }
        #expect(CRNFixtures.largestDifference(shares, expected) < 1e-6)
        let outline = try ModelOutline(verifying: file)
        #expect(outline.architecture == "clip-vit+genres+clip-text")
        #expect(file.metadata["scened.architecture"] == "clip-vit+genres+clip-text")
        let entropy = try #require(file.metadata["scened.genre_entropy"].flatMap(Double.init))
        #expect(entropy > 0 && entropy < 1 && outline.genres?.evenness == entropy)
    }

    /// Settings and a trained fusion come back; embeddings are then fused, and the digest is another.
    @Test(arguments: GenreFusion.Form.allCases)
    func trainedComesBack(form: GenreFusion.Form) throws {
        let settings = GenreSettings(affinity: .scaled, fusion: form, text: .names)
        let path = try Self.imported(settings)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try SafetensorsFile(path: path)
        let (prior, none) = try #require(try GenrePrior.read(file))
        #expect(prior.settings == settings && prior.fileDigest == "0123" && none == nil)
        var random = CRNRandom(seed: 5)
        var fusion = GenreFusion(form: form, width: 32, seed: 3)
        fusion.visitParameters("") { _, _, values, range in
            for place in range { values[place] += Float(Int(random.next() % 201) - 100) / 1000 }
        }
        var writer = SafetensorsWriter(metadata: file.metadata)
        prior.write(to: &writer, fusion: fusion)
        try file.copyCLIP(to: &writer)
        let trained = TextFixtures.scratch("safetensors")
        defer { try? FileManager.default.removeItem(atPath: trained) }
        try writer.write(to: trained)
        let again = try SafetensorsFile(path: trained)
        #expect(again.hasTrainedGenres && again.encoderDigest() != file.encoderDigest())
        let found = try #require(try GenrePrior.read(again))
        #expect(found.fusion == fusion && found.prior == prior && found.prior.digest == prior.digest)
        let (before, after) = (
            try #require(try ImageShotEncoder(file, threadCount: 1)),
            try #require(try ImageShotEncoder(again, threadCount: 1))
        )
        let crops = try Self.crops(before)
        let (base, fused) = (before.read(crops: crops), after.read(crops: crops))
        #expect(base.genreShares == fused.genreShares)
        // Linear, so that it may stand behind the mean.
        let shares = try #require(base.genreShares)
        let expected = fusion.fused(
            base.embedding, mixture: prior.affinity.mixture(shares), transposed: fusion.transposedWeight)
        #expect(GenreLayerTests.difference(fused.embedding, expected) < 1e-5)
        #expect(fused.embedding != base.embedding)
    }

    /// One line with a remedy for whatever does not fit.
    @Test func faults() throws {
        let path = try Self.imported()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try SafetensorsFile(path: path)
        let vectors = try file.floats("genres.vectors")
        func fault(
            _ change: (inout [String: String]) -> Void, shape: [Int] = [3, 32], values: [Float]? = nil,
            clip: Bool = true
        ) throws -> ModelFileError? {
            var metadata = file.metadata
            metadata["scened.packed"] = nil
            change(&metadata)
            var writer = SafetensorsWriter(metadata: metadata)
            writer.add("genres.vectors", shape: shape, floats: values ?? vectors)
            if clip { try file.copyCLIP(to: &writer) }
            let damaged = TextFixtures.scratch("safetensors")
            defer { try? FileManager.default.removeItem(atPath: damaged) }
            try writer.write(to: damaged)
            do throws(ModelFileError) {
                _ = try ImageShotEncoder(SafetensorsFile(path: damaged), threadCount: 1)
                _ = try GenrePrior.read(SafetensorsFile(path: damaged))
                return nil
            } catch {
                return error
            }
        }
        #expect(try fault { _ in } == nil)
        let wrong: [(String, String?)] = [
            ("scened.genres", nil), ("scened.genres", "news\tnews\twar"), ("scened.genres", "news\twar"),
            ("scened.genre_affinity", "loud"), ("scened.genre_affinity", nil),
            ("scened.genre_temperature", "0"), ("scened.genre_temperature", "nan"),
            ("scened.genre_fusion", "cold"), ("scened.genre_text", "jokes"), ("scened.genre_entropy", "2"),
        ]
        for (key, value) in wrong {
            let found = try fault { $0[key] = value }
            #expect(found != nil, "\(key) \(value ?? "-")")
            #expect(found?.description.contains("\n") == false)
        }
        #expect(try fault({ _ in }, shape: [32, 3])?.code == .missingTensor)
        var damaged = vectors
        damaged[7] = .nan
        #expect(try fault({ _ in }, values: damaged)?.code == .unsuitableTensor)
        #expect(try fault({ _ in }, clip: false)?.detail.contains("without the CLIP") == true)
        // Genres need both towers.
        var claims = ModelImport.Claims()
        claims.genres = Self.definitions
        let output = TextFixtures.scratch("safetensors")
        do throws(ModelFileError) {
            _ = try ModelImport(path: TextFixtures.clip("openai"), output: output, claims: claims)
            Issue.record("genres without a vocabulary")
        } catch {
            #expect(error.detail.contains("holds no text tower") && error.remedy.contains("--vocabulary"))
        }
        #expect(!FileManager.default.fileExists(atPath: output))
    }

    /// A model file is imported again with its genres, or with others.
    @Test func importsItself() throws {
        let path = try Self.imported()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let again = try TextFixtures.imported(path: path, vocabulary: nil)
        defer { try? FileManager.default.removeItem(atPath: again) }
        let first = try #require(try GenrePrior.read(SafetensorsFile(path: path)))
        let second = try #require(try GenrePrior.read(SafetensorsFile(path: again)))
        #expect(first.prior == second.prior)
        var claims = ModelImport.Claims()
        claims.genres = GenreDefinitions(names: ["x", "y"], sentences: ["a cat", "a lake"], digest: "9")
        let other = TextFixtures.scratch("safetensors")
        defer { try? FileManager.default.removeItem(atPath: other) }
        _ = try ModelImport(path: path, output: other, claims: claims)
        #expect(try GenrePrior.read(SafetensorsFile(path: other))?.prior.names == ["x", "y"])
    }
}
