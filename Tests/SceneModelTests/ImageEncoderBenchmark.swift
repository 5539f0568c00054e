import Foundation
import NeuralNet
import SceneModel
import TensorKernels
import Testing

/// Times the encoders; runs only where SCENED_ENCODER_BENCHMARK names files of weights, separated by colons.
@Suite(.serialized) struct ImageEncoderBenchmark {
    static let files =
        ProcessInfo.processInfo.environment["SCENED_ENCODER_BENCHMARK"]?.split(separator: ":").map(
            String.init)
        ?? []

    static let seconds =
        ProcessInfo.processInfo.environment["SCENED_BENCHMARK_SECONDS"].flatMap(Double.init) ?? 2

    /// Where `FILE_io.safetensors` lies beside a file: its pictures must give its outputs.
    @Test(.enabled(if: !files.isEmpty, "set SCENED_ENCODER_BENCHMARK"), arguments: files)
    func agreesWithRecordedOutputs(path: String) throws {
        let recorded = path.replacing(".safetensors", with: "_io.safetensors")
        guard FileManager.default.fileExists(atPath: recorded) else { return }
        let file = try SafetensorsFile(path: recorded)
        let model = try SafetensorsFile(path: path)
        let encoder: any ImageEncoder =
            try EncoderOutline(model)?.family == .resNet
            ? ResNet(model).makeEncoder()
            : VisionTransformer(
                clip: model, activation: ModelMetadata(model.metadata, path: path).activation ?? .quickGELU
            )
            .makeEncoder()
        let pictures = try (0..<3).map { try ImageFixtures.picture(file, "picture\($0)") }
        let expected = try file.floats("outputs")
        let difference = CRNFixtures.largestDifference(encoder.encode(pictures).flatMap { $0 }, expected)
        let largest = expected.map { abs($0) }.max() ?? 0
        print("\(path): \(encoder.name), largest difference \(difference) of values up to \(largest)")
        #expect(difference <= 1e-4)
    }

    /// Milliseconds that all threads of the process have computed: less disturbed by others than the wall clock.
    static func processorTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) * 1e-6
    }

    static func milliseconds(_ duration: Duration) -> Double {
        Double(duration.components.attoseconds) * 1e-15 + Double(duration.components.seconds) * 1e3
    }

    @Test(.enabled(if: !files.isEmpty, "set SCENED_ENCODER_BENCHMARK"), arguments: files)
    func run(path: String) throws {
        let clock = ContinuousClock()
        let source = try SafetensorsFile(path: path)
        for threads in [1, 2] {
            for batch in [1, 3] {
                let start = clock.now
                let encoder: PlannedImageEncoder
                let plan: ImagePlan
                if source.tensorNames.contains(where: { $0.hasSuffix("layer1.0.conv1.weight") }) {
                    let network = try ResNet(source)
                    plan = network.makePlan(batch: batch, threadCount: threads)
                    encoder = network.makeEncoder(batch: batch, threadCount: threads)
                } else {
                    let network = try VisionTransformer(clip: source)
                    plan = network.makePlan(batch: batch, threadCount: threads)
                    encoder = network.makeEncoder(batch: batch, threadCount: threads)
                }
                let loading = Self.milliseconds(clock.now - start)
                for _ in 0..<3 { plan.plan.run() }
                var (times, processor): ([Double], [Double]) = ([], [])
                let begin = clock.now
                while clock.now - begin < .seconds(Self.seconds) {
                    let used = Self.processorTime()
                    times.append(Self.milliseconds(clock.measure { plan.plan.run() }))
                    processor.append(Self.processorTime() - used)
                }
                times.sort()
                processor.sort()
                let picture = ImageFixtures.picture(width: 1280, height: 720, seed: 1)
                let pictures = Array(repeating: picture, count: batch)
                _ = encoder.encode(pictures)
                var whole: [Double] = []
                for _ in 0..<10 {
                    whole.append(Self.milliseconds(clock.measure { _ = encoder.encode(pictures) }))
                }
                whole.sort()
                func text(_ value: Double) -> String { String(format: "%.1f", value) }
                print(
                    "\(encoder.name) \(KernelVariant.best) batch \(batch) threads \(threads): median "
                        + "\(text(times[times.count / 2])) ms, fastest \(text(times[0])) ms, processor \(text(processor[0])) ms; with 720p preparation "
                        + "fastest \(text(whole[0])) ms; loading \(text(loading)) ms")
            }
        }
    }
}
