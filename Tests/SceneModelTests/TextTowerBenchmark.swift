import Foundation
import NeuralNet
import SceneModel
import TensorKernels
import Testing

/// Times a text tower; runs only where SCENED_TEXT_BENCHMARK names a model file. `tools/bench/benchmark-text`
/// does.
@Suite(.serialized) struct TextTowerBenchmark {
    static let file = ProcessInfo.processInfo.environment["SCENED_TEXT_BENCHMARK"]

    static func network(_ path: String) throws -> TextTransformer {
        let file = try SafetensorsFile(path: path)
        let metadata = try ModelMetadata(file.metadata, path: path)
        return try TextTransformer(
            clip: file, headCount: metadata.textHeadCount, activation: metadata.activation ?? .quickGELU)
    }

    /// Where `FILE_io.safetensors` lies beside the file: its sequences must give its outputs.
    @Test(.enabled(if: file != nil, "set SCENED_TEXT_BENCHMARK"))
    func agreesWithRecordedOutputs() throws {
        let path = try #require(Self.file)
        let recorded = path.replacing(".safetensors", with: "_io.safetensors")
        guard FileManager.default.fileExists(atPath: recorded) else { return }
        let io = try SafetensorsFile(path: recorded)
        let (ids, length) = (try io.integers("ids").map(Int.init), io.entry("ids")?.shape.last ?? 1)
        let sequences = stride(from: 0, to: ids.count, by: length).map { Array(ids[$0..<$0 + length]) }
        let vectors = try Self.network(path).vectors(of: sequences, threadCount: 2)
        let expected = try io.floats("outputs")
        let difference = CRNFixtures.largestDifference(vectors.flatMap(\.self), expected)
        let largest = expected.map { abs($0) }.max() ?? 0
        print("\(path): largest difference \(difference) of values up to \(largest)")
        #expect(difference <= 1e-5 * max(1, largest))
    }

    @Test(.enabled(if: file != nil, "set SCENED_TEXT_BENCHMARK"))
    func run() throws {
        let network = try Self.network(try #require(Self.file))
        let numbers = ImageEncoderBenchmark.numbers
        var random = CRNRandom(seed: 3)
        for threads in numbers("SCENED_BENCHMARK_THREADS", [2]) {
            for length in numbers("SCENED_BENCHMARK_LENGTH", [77, 12]) {
                for count in numbers("SCENED_BENCHMARK_BATCH", [1, 32]) {
                    let end = network.pieceCount - 1
                    let sequences = (0..<count).map { _ in
                        [end - 1] + (2..<length).map { _ in Int(random.next() % UInt64(end - 1)) } + [end]
                    }
                    let times = ImageEncoderBenchmark.times {
                        _ = network.vectors(of: sequences, threadCount: threads)
                    }
                    print(
                        "text \(count) x \(length) threads \(threads): median \(ImageEncoderBenchmark.text(times[times.count / 2])) ms, "
                            + "fastest \(ImageEncoderBenchmark.text(times[0])) ms; kernels \(KernelVariant.best), OpenBLAS \(BLAS.version) \(BLAS.coreName)"
                    )
                }
            }
        }
    }
}
