import Foundation
import NeuralNet
import SceneModel
import TensorKernels
import Testing
import Timeline

/// Compares and times an image encoder with genres; runs only where SCENED_GENRE_BENCHMARK names a model
/// file. `tools/bench/benchmark-genres` does.
@Suite(.serialized) struct GenreBenchmark {
    static let file = ProcessInfo.processInfo.environment["SCENED_GENRE_BENCHMARK"]

    /// Against `FILE_io.safetensors`: the tokens that PyTorch's image tower gave, what its residual made of
    /// them, and autograd's gradient of W.
    @Test(.enabled(if: file != nil, "set SCENED_GENRE_BENCHMARK"))
    func agrees() throws {
        let path = try #require(Self.file)
        let io = try SafetensorsFile(path: path.replacing(".safetensors", with: "_io.safetensors"))
        let file = try SafetensorsFile(path: path)
        let (prior, trained) = try #require(try GenrePrior.read(file))
        let fusion = try #require(trained)
        func matrix(_ name: String) throws -> Matrix {
            let shape = try #require(io.entry(name)?.shape)
            return Matrix(rows: shape[0], columns: shape[1], values: try io.floats(name))
        }
        let tokens = try matrix("tokens")
        // The tower itself, then the residual of its own tokens.
        let network = try VisionTransformer(clip: file)
        let plan = network.makePlan(batch: tokens.rows, threadCount: 2)
        let (side, pictures) = (network.pictureSide, try io.floats("pictures"))
        for image in 0..<tokens.rows {
            for row in 0..<side {
                plan.input.withRow(image: image, row: row) { target in
                    for column in 0..<side {
                        for channel in 0..<3 {
                            target[3 * column + channel] =
                                pictures[((image * 3 + channel) * side + row) * side + column]
                        }
                    }
                }
            }
        }
        plan.plan.run()
        let own = (0..<tokens.rows).map { plan.output.pixel(image: $0) }
        let transposed = fusion.transposedWeight
        var shares = Matrix(rows: tokens.rows, columns: prior.names.count)
        let fused = own.enumerated().map { row, token in
            let read = prior.read(token)
            shares.setRow(row, to: read.shares)
            return fusion.fused(
                read.base, mixture: prior.affinity.mixture(read.shares), transposed: transposed)
        }
        var gradient = fusion.zeroed()
        fusion.addGradient(
            into: &gradient, try matrix("slope"), embeddings: tokens,
            mixtures: prior.affinity.mixtures(shares))
        for (name, values, expected) in [
            ("class token", own.flatMap(\.self), tokens.values),
            ("residual", fused.flatMap(\.self), try io.floats("outputs")),
            ("gradient of W", gradient.weight.values, try io.floats("gradient")),
        ] {
            let difference = CRNFixtures.largestDifference(values, expected)
            let largest = expected.map { abs($0) }.max() ?? 0
            print("largest difference of the \(name): \(difference) of values up to \(largest)")
            #expect(difference <= 1e-4 * max(1, largest))
        }
    }

    @Test(.enabled(if: file != nil, "set SCENED_GENRE_BENCHMARK"))
    func run() throws {
        let file = try SafetensorsFile(path: try #require(Self.file))
        let (prior, fusion) = try #require(try GenrePrior.read(file))
        let network = try VisionTransformer(clip: file)
        let numbers = ImageEncoderBenchmark.numbers
        let crops = ProbePictures.squares(side: network.pictureSide)
        for threads in numbers("SCENED_BENCHMARK_THREADS", [2]) {
            for count in numbers("SCENED_BENCHMARK_BATCH", [1, 3]) {
                let images = network.makeEncoder(batch: count, threadCount: threads)
                let encoder = GenreImageEncoder(images, prior: prior, fusion: fusion)
                let shown = Array(crops.prefix(count))
                let times = ImageEncoderBenchmark.times { _ = encoder.encode(crops: shown) }
                let plain = ImageEncoderBenchmark.times { _ = images.encode(crops: shown) }
                print(
                    "pictures \(count) threads \(threads): median \(ImageEncoderBenchmark.text(times[times.count / 2])) ms, "
                        + "fastest \(ImageEncoderBenchmark.text(times[0])) ms; without genres \(ImageEncoderBenchmark.text(plain[0])) ms; "
                        + "kernels \(KernelVariant.best), OpenBLAS \(BLAS.version) \(BLAS.coreName)")
            }
        }
    }
}
