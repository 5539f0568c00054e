import Foundation
import NeuralNet
import SceneModel
import TensorKernels
import Testing

/// Times the vision transformer over tall pictures, and compares what it gives; runs only where
/// SCENED_PATCH_BENCHMARK names a file of `model scene-encoder` with recorded pictures beside it
/// (tools/bench/scene-patches).
@Suite(.serialized) struct PatchBenchmark {
    static let path = ProcessInfo.processInfo.environment["SCENED_PATCH_BENCHMARK"]

    @Test(.enabled(if: path != nil, "set SCENED_PATCH_BENCHMARK"))
    func run() throws {
        let path = try #require(Self.path)
        let network = try VisionTransformer(clip: SafetensorsFile(path: path))
        let side = network.pictureSide
        let threads = ImageEncoderBenchmark.numbers("SCENED_BENCHMARK_THREADS", [2])[0]
        for frames in ImageEncoderBenchmark.numbers("SCENED_BENCHMARK_FRAMES", [4, 9]) {
            let recorded = try SafetensorsFile(path: "\(path).\(frames)")
            let (pixels, expected) = try (recorded.floats("pixels"), recorded.floats("embedding"))
            let plan = network.makePlan(batch: 1, frames: frames, threadCount: threads)
            for row in 0..<frames * side {
                plan.input.withRow(image: 0, row: row) { target in
                    for index in 0..<3 * side { target[index] = pixels[3 * side * row + index] }
                }
            }
            let times = ImageEncoderBenchmark.times(plan.plan.run)
            let found = plan.output.pixel(image: 0)
            let difference = CRNFixtures.largestDifference(found, expected)
            print("frames \(frames) threads \(threads): difference \(difference)")
            print("milliseconds \(times.map(ImageEncoderBenchmark.text).joined(separator: " "))")
            print("kernels \(KernelVariant.best), OpenBLAS \(BLAS.version) \(BLAS.coreName)")
            #expect(difference < 1e-4 * max(1, expected.map { abs($0) }.max() ?? 0))
        }
    }
}
