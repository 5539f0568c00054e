import Foundation
import NeuralNet
import SceneModel
import SceneTraining
import TensorKernels

/// Times one training step of the full-size network (2048 to 768, two layers, K = 8) on random numbers, or of
/// the paper's contextualizer.
struct StepSpeed {
    let settings: Settings

    func run() {
        BLAS.threadCount = settings.int("threads", 1)
        if settings.text("task", "finetune") == "contextualizer" { return contextualizer() }
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

    private func time(_ run: some TrainingRun) {
        var run = run
        var seconds: [Double] = []
        for _ in 0..<settings.int("steps", 8) {
            let start = ContinuousClock.now
            _ = run.advance()
            let taken = (ContinuousClock.now - start).components
            seconds.append(Double(taken.seconds) + Double(taken.attoseconds) * 1e-18)
        }
        seconds.sort()
        print(
            String(
                format: "step: fastest %.3f s, median %.3f s, core %@, threads %d", seconds[0],
                seconds[seconds.count / 2], BLAS.coreName, BLAS.threadCount))
    }
}
