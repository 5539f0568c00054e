import Foundation
import SceneModel
import TensorKernels
import Testing
import Timeline

/// What an import with `--precision bfloat16` keeps, and what it refuses.
@Suite struct PrecisionCheckTests {
    /// Equal everywhere, different from one another, and with darkness among them.
    @Test func picturesAreFixed() {
        let pictures = ProbePictures.squares(side: 224)
        #expect(pictures.count == ProbePictures.count)
        #expect(ProbePictures.squares(side: 224) == pictures)
        #expect(Set(pictures).count == pictures.count)
        let means = pictures.map { $0.bytes.reduce(0) { $0 + Int($1) } / $0.bytes.count }
        #expect(means.contains { $0 < 30 } && means.contains { $0 > 120 }, "\(means)")
        // Their bytes, so that a cosine in a file can be found again.
        let sum = pictures.reduce(UInt64(0)) { sum, picture in
            picture.bytes.reduce(sum) { ($0 &* 31) &+ UInt64($1) }
        }
        #expect(sum == 13_311_031_369_612_417_153)
    }

    @Test(arguments: [
        (1.0, "1.000000"), (0.999_999_9, "0.999999"), (0.998_999_9, "0.998999"), (0.000_012_3, "0.000012"),
        (-0.5, "0.000000"),
    ])
    func cosinesAreRoundedDown(cosine: Double, text: String) { #expect(PrecisionCheck.text(cosine) == text) }

    @Test(
        .enabled(if: Precision.bfloat16.isAvailable, "needs a processor with AVX512-BF16"),
        arguments: PackedModelTests.names)
    func cosinesStandInTheFile(name: String) throws {
        try PackedModelTests.withImported(name, .bfloat16) { path in
            let file = try SafetensorsFile(path: path)
            let check = try #require(try PrecisionCheck(file, precision: .bfloat16))
            #expect(check.isPassed && check.least <= check.mean && check.mean < 1)
            #expect(file.metadata["scened.precision_least_cosine"] == PrecisionCheck.text(check.least))
            #expect(file.metadata["scened.precision_mean_cosine"] == PrecisionCheck.text(check.mean))
            let same = try #require(try PrecisionCheck(file, precision: .float32))
            #expect(abs(same.least - 1) < 1e-12)
        }
        try PackedModelTests.withImported(name) { path in
            let file = try SafetensorsFile(path: path)
            #expect(file.metadata["scened.precision_least_cosine"] == nil)
        }
    }

    /// Channels come in equal pairs, and what the next layer takes from a pair is the small difference of two
    /// large weights: nothing to single precision, and all to eight bits.
    static func fragile() throws -> String {
        let source = try SafetensorsFile(
            path: ImageFixtures.golden.appending(path: "resnet_bottleneck.safetensors").path)
        var writer = SafetensorsWriter(metadata: source.metadata)
        for entry in source.header.entries {
            var values = try source.floats(entry.name)
            let row = values.count / (entry.shape.first ?? 1)
            if entry.name.contains(".conv2.") || entry.name.contains(".bn2.") {
                for index in values.indices where index / row % 2 == 1 { values[index] = values[index - row] }
            }
            if entry.name.contains(".conv3.") {
                for index in values.indices where index % 2 == 1 {
                    values[index - 1] += 1000
                    values[index] = -1000
                }
            }
            writer.add(entry.name, shape: entry.shape, floats: values)
        }
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors").path
        try writer.write(to: path)
        return path
    }

    @Test(.enabled(if: Precision.bfloat16.isAvailable, "needs a processor with AVX512-BF16"))
    func turnedVectorsAreRefused() throws {
        let path = try Self.fragile()
        let output = path + ".imported"
        defer { for file in [path, output] { try? FileManager.default.removeItem(atPath: file) } }
        var claims = ModelImport.Claims()
        claims.precision = .bfloat16
        do {
            let result = try ModelImport(path: path, output: output, claims: claims)
            Issue.record("imported with \(String(describing: result.check))")
        } catch {
            #expect(error.code == .unsuitablePrecision && error.path == path)
            #expect(error.description.contains("--precision float32"))
            #expect(!error.description.contains("\n"))
        }
        #expect(!FileManager.default.fileExists(atPath: output))
        #expect(CRNFixtures.leftovers(beside: output) == [])
        claims.precision = .float32
        #expect(try ModelImport(path: path, output: output, claims: claims).check == nil)
    }

    @Test(.enabled(if: !Precision.bfloat16.isAvailable, "needs a processor without AVX512-BF16"))
    func whatCannotBeCheckedIsNotMade() throws {
        try PackedModelTests.withImported("resnet_k2", .bfloat16) { path in
            let metadata = try ModelMetadata(SafetensorsFile(path: path).metadata, path: path)
            #expect(metadata.precision == .float32)
        }
    }
}
