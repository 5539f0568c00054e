import Foundation
import NeuralNet
import SceneModel
import SceneTraining
import TensorKernels
import Timeline

/// Whether contrast of clips teaches a small Slow-D in which direction something moves, on made-up takes.
///
/// `material`: what moves (`SyntheticTake.Shape`). `palettes`: colors that takes share, 0 where each has its
/// own. `start`: `fresh`, or `inflated`, whose filters over frames begin with all their weight on the middle
/// one.
struct MotionStudy {
    let settings: Settings
    private let side = SyntheticTake.side
    private let clip = 8

    func run() throws {
        for seed in 1...settings.int("seeds", 1) { try row(UInt64(seed)) }
    }

    private func row(_ seed: UInt64) throws {
        let takes = (0..<settings.int("takes", 48)).map {
            take(seed &* 100_000 &+ UInt64($0), isForward: $0 % 2 == 0, frames: 2 * clip)
        }
        let judged = (0..<settings.int("judged", 160)).flatMap { number in
            [true, false].map {
                take(seed &* 100_000 &+ 50_000 &+ UInt64(number), isForward: $0, frames: clip)
            }
        }
        var random = RandomStream(seed: seed, purpose: .initialWeights)
        let isInflated = settings.text("start", "fresh") == "inflated"
        let encoder = ResidualNetwork(
            blocks: [1, 1, 1, 1], isDeep: true, width: settings.int("width", 4),
            clips: isInflated ? .pictures : .slowD, using: &random)
        let start = isInflated ? encoder.inflated(.slowD) : encoder
        let width = start.outputDimension
        var run = Trainer(
            MotionModel(
                encoder: start,
                projection: ClipProjection(inputs: width, width: 32, outputs: 16, seed: seed)),
            MotionObjective(
                [MotionFilm(id: "takes", takes: takes)],
                options: MotionOptions(
                    clip: ClipSampling(frames: clip, stride: 1), side: side,
                    mirrors: settings.int("mirrors", 0) == 1)),
            schedule: TrainingSchedule(
                epochs: settings.int("epochs", 30), batchSize: settings.int("batch", 16),
                rate: Float(settings.double("rate", 1e-2)), warmupShare: 0.025, rule: .adamW(decay: 1e-6),
                dropout: 0, seed: seed))
        let before = try accuracy(vectors(run, judged))
        var losses: [Double] = []
        run.run {
            losses.append($0.loss)
            return true
        }
        let tenth = max(1, losses.count / 10)
        func mean(_ part: ArraySlice<Double>) -> Double { part.reduce(0, +) / Double(part.count) }
        print(
            String(
                format: "seed %d, %d steps, loss %.2f -> %.2f, probe before %.3f, after %.3f, still %.3f",
                Int(seed), losses.count, mean(losses.prefix(tenth)), mean(losses.suffix(tenth)), before,
                try accuracy(vectors(run, judged)), try accuracy(vectors(run, judged.map(still)))))
    }

    /// The middle picture of a take, for as long as the take.
    private func still(_ take: MotionTake) -> MotionTake {
        let picture = take.frames[take.frames.count / 2]
        return MotionTake(frames: take.frames.map { _ in picture }, motion: 0)
    }

    private func take(_ seed: UInt64, isForward: Bool, frames: Int) -> MotionTake {
        SyntheticTake.make(
            SyntheticTake.Shape(rawValue: settings.text("material", "bars")) ?? .bars, seed: seed,
            isForward: isForward, frames: frames, palettes: settings.int("palettes", 1))
    }

    // MARK: Probe

    /// Vectors by running moments, through the file that inference reads.
    private func vectors(_ run: Trainer<MotionObjective>, _ takes: [MotionTake]) throws -> [[Float]] {
        var metadata = ModelMetadata()
        (metadata.clip, metadata.side, metadata.head) = (ClipSampling("\(clip)x1"), side, .none)
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try run.file(metadata).write(to: path)
        guard let encoder = try MotionShotEncoder(SafetensorsFile(path: path), threadCount: 1) else {
            return []
        }
        return takes.map { encoder.vector(clip: Array($0.frames.prefix(clip))) }
    }

    /// Share of the second half of the vectors whose direction a linear probe on the first half gets right;
    /// takes alternate between the two directions.
    private func accuracy(_ vectors: [[Float]]) throws -> Double {
        let examples = ProbeExamples(
            labels: ["forward"],
            inputs: Matrix(rows: vectors.count, columns: vectors[0].count, values: vectors.flatMap(\.self)),
            answers: vectors.indices.map { [$0 % 2 == 0] }, recordings: vectors.map { _ in 0 },
            starts: vectors.indices.map { Int64($0) })
        let half = vectors.count / 2
        var probe = ProbeSettings.standard
        probe.hidden = []
        probe.dropout = 0
        let trained = ProbeTrainer.trained(probe, examples, rows: Array(0..<half), epochs: 200, seed: 1)
        let logits = trained.logits(examples, Array(half..<vectors.count))
        let right = (0..<half).count { (logits[$0, 0] > 0) == ((half + $0) % 2 == 0) }
        return Double(right) / Double(half)
    }
}
