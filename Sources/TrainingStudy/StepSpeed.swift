import Foundation
import NeuralNet
import SceneModel
import SceneTraining
import TensorKernels

/// Times one training step of the full-size network (2048 to 768, two layers, K = 8) on random numbers, of
/// the paper's contextualizer, or of the scene encoder over embeddings.
struct StepSpeed {
    let settings: Settings

    func run() {
        BLAS.threadCount = settings.int("threads", 1)
        if settings.text("task", "finetune") == "contextualizer" { return contextualizer() }
        if settings.text("task", "finetune") == "scenes" { return scenes() }
        let batch = settings.int("batch", 64)
        let network = ContextualRelationNetwork(
            inputDimension: 2048, hiddenDimension: 768, innerDimension: 3072, headCount: 8, layerCount: 2,
            neighborCount: 8, seed: 1)
        var random = RandomStream(seed: 1, purpose: .order)
        let film = TrainingFilm(
            id: "random",
            embeddings: Matrix(
                rows: 4 * batch, columns: 2048,
                values: (0..<4 * batch * 2048).map { _ in Float(random.fraction()) }),
            durations: Array(repeating: 1, count: 4 * batch),
            labels: (0..<4 * batch).map { $0 % 8 == 7 })
        let schedule = TrainingSchedule(
            epochs: 100, batchSize: batch, rate: 1e-4, warmupShare: 0, rule: .adam(), seed: 1)
        if settings.text("task", "finetune") == "finetune" {
            time(
                Trainer(
                    FineTunedModel(network: network, head: BoundaryHead(width: 768, seed: 1)),
                    FineTuningObjective(
                        ContextualRelationNetwork.self, films: [film],
                        source: EmbeddingWindows([film], neighborCount: 8)),
                    schedule: schedule))
        } else {
            time(
                Trainer(
                    PretextModel(
                        network: network,
                        heads: PretextHeads(inputDimension: 2048, hiddenDimension: 768, seed: 1)),
                    PretextObjective(
                        ContextualRelationNetwork.self, films: [film], options: PretextOptions()),
                    schedule: schedule))
        }
    }

    /// 256 sequences of five embeddings of 2048 numbers, a queue of 4096.
    private func contextualizer() {
        var random = RandomStream(seed: 1, purpose: .order)
        let film = TrainingFilm(
            id: "random",
            embeddings: Matrix(
                rows: 4096, columns: 2048,
                values: (0..<4096 * 2048).map { _ in Float(random.fraction() - 0.5) }),
            durations: Array(repeating: 2, count: 4096))
        var options = ContextualizerOptions()
        options.heldOutShare = 0
        let schedule = TrainingSchedule(
            epochs: 100, batchSize: 256, rate: 1e-4, warmupShare: 0, rule: .adamW(decay: 0.01),
            dropout: 0.1, gradientLimit: 1, seed: 1)
        guard let run = try? ContextualizerRun([film], options, schedule: schedule) else { return }
        time(run)
    }

    /// Momentum contrast of a fresh scene encoder of usual sizes: views of three to nine shots, 64 pairs a
    /// step, 32 pairs of recordings that are alike. `width`: of the embeddings; `queue`: scenes that wait.
    private func scenes() {
        let (count, shots, window) = (64, 256, 9)
        let (width, batch) = (settings.int("width", 512), settings.int("batch", 64))
        var random = RandomStream(seed: 1, purpose: .order)
        let films = (0..<count).map { number in
            TrainingFilm(
                id: "\(number)",
                embeddings: Matrix(
                    rows: shots, columns: width,
                    values: (0..<shots * width).map { _ in Float(random.fraction() - 0.5) }),
                durations: (0..<shots).map { _ in 1 + random.fraction() })
        }
        var options = MomentumOptions.small(pairs: 0, batch: batch)
        options.queueLength = settings.int("queue", 4096)
        let pairs = stride(from: 0, to: count, by: 2).flatMap { recording in
            stride(from: 0, through: shots - window, by: window).map { first in
                ScenePair(
                    first: SceneWindow(recording: recording, first: first, count: window),
                    second: SceneWindow(recording: recording + 1, first: first, count: window), weight: 1)
            }
        }
        let encoder = SceneTransformer(embeddingWidth: width, sizes: SceneTransformer.Sizes(), seed: 1)
        let head = Linear(
            inputs: width, outputs: options.headWidth, deviation: (1 / Float(width)).squareRoot(),
            using: &random)
        let schedule = TrainingSchedule(
            epochs: 100, batchSize: batch, rate: 1e-4, warmupShare: 0.25, rule: .adam(decay: 1e-8),
            dropout: 0.1, gradientLimit: 5, seed: 1)
        time(
            Trainer(
                MomentumModel(
                    query: ContrastNetwork(encoder: encoder, head: head), queueLength: options.queueLength,
                    seed: 1),
                MomentumObjective(
                    views: EmbeddedViews(films), pairs: pairs,
                    known: SimilarRecordings(
                        count: count, pairs: stride(from: 0, to: count, by: 2).map { ($0, $0 + 1, 1) }),
                    options: options, draws: pairs.count, identity: 0), schedule: schedule))
    }

    private func time(_ run: some TrainingRun) {
        var run = run
        var (seconds, processor): ([Double], [Double]) = ([], [])
        for _ in 0..<settings.int("steps", 8) {
            let start = (ContinuousClock.now, Self.processorSeconds())
            _ = run.advance()
            let taken = (ContinuousClock.now - start.0).components
            seconds.append(Double(taken.seconds) + Double(taken.attoseconds) * 1e-18)
            processor.append(Self.processorSeconds() - start.1)
        }
        seconds.sort()
        processor.sort()
        print(
            String(
                format: "step: fastest %.6f s, median %.6f s, processor %.6f s, core %@, threads %d",
                seconds[0], seconds[seconds.count / 2], processor[processor.count / 2], BLAS.coreName,
                BLAS.threadCount))
    }

    /// Of all threads, with what the system did for them.
    private static func processorSeconds() -> Double {
        var now = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
    }
}
