import Foundation
import NeuralNet
import SceneModel
import SceneSegmentation
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
        let encoder = try encoder(model, 3, 1).encoder
        let pictures = try (0..<3).map { try ImageFixtures.picture(file, "picture\($0)") }
        let expected = try file.floats("outputs")
        let vectors = encoder.encode(pictures)
        let difference = CRNFixtures.largestDifference(vectors.flatMap { $0 }, expected)
        let largest = expected.map { abs($0) }.max() ?? 0
        let width = encoder.dimension
        let cosines = vectors.indices.map {
            PackedModelTests.cosine(vectors[$0], Array(expected[width * $0..<width * ($0 + 1)]))
        }
        let precision = try ModelMetadata(model.metadata, path: path).precision
        print(
            "\(path): \(encoder.name) in \(precision), largest difference \(difference) of values up to \(largest), "
                + "least cosine \(cosines.min() ?? 0)")
        if precision == .float32 { #expect(difference <= 1e-4) }
        #expect(cosines.allSatisfy { $0 > 0.999 })
    }

    static func numbers(_ name: String, _ usual: [Int]) -> [Int] {
        ProcessInfo.processInfo.environment[name]?.split(separator: ",").compactMap { Int($0) } ?? usual
    }

    static func milliseconds(_ duration: Duration) -> Double {
        Double(duration.components.attoseconds) * 1e-15 + Double(duration.components.seconds) * 1e3
    }

    static func text(_ value: Double) -> String { String(format: "%.2f", value) }

    /// Milliseconds of each of as many calls as fit into the time, after three that do not count; sorted.
    static func times(_ call: () -> Void) -> [Double] {
        let clock = ContinuousClock()
        for _ in 0..<3 { call() }
        var times: [Double] = []
        let begin = clock.now
        while clock.now - begin < .seconds(seconds) { times.append(milliseconds(clock.measure(call))) }
        return times.sorted()
    }

    @Test(.enabled(if: !files.isEmpty, "set SCENED_ENCODER_BENCHMARK"), arguments: files)
    func run(path: String) throws {
        let file = try SafetensorsFile(path: path)
        let core = "\(KernelVariant.best), OpenBLAS \(BLAS.version) \(BLAS.coreName)"
        for threads in Self.numbers("SCENED_BENCHMARK_THREADS", [1, 2]) {
            for batch in Self.numbers("SCENED_BENCHMARK_BATCH", [1, 3]) {
                let times: [Double]
                let name: String
                if try EncoderOutline(file) == nil {
                    (name, times) = ("crn", try context(file, threads))
                } else {
                    let (plan, encoder) = try encoder(file, batch, threads)
                    (name, times) = (encoder.name, Self.times(plan.plan.run))
                }
                print(
                    "\(name) batch \(batch) threads \(threads): median \(Self.text(times[times.count / 2])) ms, "
                        + "fastest \(Self.text(times[0])) ms; kernels \(core)")
            }
        }
    }

    func encoder(
        _ file: SafetensorsFile, _ batch: Int, _ threads: Int
    ) throws -> (plan: ImagePlan, encoder: any ImageEncoder) {
        let metadata = try ModelMetadata(file.metadata, path: file.path)
        let precision = metadata.precision.orAvailable
        guard try EncoderOutline(file)?.family == .resNet else {
            let network = try VisionTransformer(
                clip: file, activation: metadata.activation ?? .quickGELU, precision: precision)
            return (
                network.makePlan(batch: batch, threadCount: threads),
                network.makeEncoder(batch: batch, threadCount: threads)
            )
        }
        let network = try ResNet(file, precision: precision)
        return (
            network.makePlan(batch: batch, threadCount: threads),
            network.makeEncoder(batch: batch, threadCount: threads)
        )
    }

    /// A window of random embeddings.
    func context(_ file: SafetensorsFile, _ threads: Int) throws -> [Double] {
        let outline = try ModelOutline(file: file)
        let width = outline.context?.inputWidth ?? 0
        var scorer = try ModelFile.scorer(
            file, encoder: outline.metadata.encoder ?? "any", dimension: width, threadCount: threads)
        var random = CRNRandom(seed: 1)
        let count = scorer.neighborCount
        let window = ContextWindow(
            parts: (0...2 * count).map { _ in CRNFixtures.part(random.vector(width)) }, repeatedLeft: 0,
            repeatedRight: 0)
        return Self.times { _ = scorer.score(window) }
    }
}
