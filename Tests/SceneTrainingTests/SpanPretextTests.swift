import Foundation
import NeuralNet
import SceneModel
import SceneTraining
import TensorKernels
import Testing

/// Masked spans among the pretext tasks of a context network.
@Suite struct SpanPretextTests {
    private static let origins = (0..<15).map {
        ShotOrigin(recording: $0 / 5 == 2 ? 0 : $0 / 5, seconds: Double($0) * 5)
    }
    private static let choices = PretextChoices(
        scenes: [
            PseudoScenes(boundary: 1, shotCount: 5), PseudoScenes(boundary: 3, shotCount: 5),
            PseudoScenes(boundary: 2, shotCount: 5),
        ], negatives: [3, 0, 4], partners: [(0, 4), (1, 4), (0, 3)],
        masks: Array(repeating: [false, false, true, false, false], count: 3), spans: [0..<2, 2..<5, 2..<3])

    /// Gradients of the parameters against differences; masked shots and masked spans together, too.
    @Test(arguments: SpanOptions.Loss.allCases, [0, 1] as [Float])
    func gradients(loss: SpanOptions.Loss, shots: Float) {
        let options = PretextOptions(
            shotSceneMatching: 0, groupMatching: 0, boundaryPrediction: 0, maskedModeling: shots,
            spanModeling: 2, spanLoss: loss, temperature: 0.5)
        let model = PretextTests.small
        let windows = Lab.random(15, 7, seed: 21)
        func losses(
            _ model: PretextModel<ContextualRelationNetwork>,
            _ gradient: inout PretextModel<ContextualRelationNetwork>
        ) -> PretextLosses {
            var step = PretextStep(network: model.network, batch: 3, options: options)
            return step.run(
                model,
                PretextStep.Input(ends: Lab.random(6, 7, seed: 22), windows: windows, origins: Self.origins),
                options: options, gradient: &gradient, dropout: Dropout(rate: 0.2, key: 5)
            ) { _, _ in Self.choices }
        }
        var gradient = model.zeroed()
        let found = losses(model, &gradient)
        #expect((found.maskedModeling > 0) == (shots > 0) && found.spanModeling > 0)
        let worst = Lab.worstGradient(model, gradient: gradient, places: 3, step: 5e-3, isFourth: true) {
            var unused = $0.zeroed()
            return losses($0, &unused).total(options)
        }
        #expect(worst.error < 0.03, "\(worst.name)")
    }

    /// A shot is not told apart from those of its recording within half a minute: with all of a batch so
    /// near, there is nothing to tell it from.
    @Test func nearShotsAreNoNegatives() {
        let options = PretextOptions(
            shotSceneMatching: 0, groupMatching: 0, boundaryPrediction: 0, maskedModeling: 0, spanModeling: 1)
        let model = PretextTests.small
        func loss(_ origins: [ShotOrigin]) -> Double {
            var step = PretextStep(network: model.network, batch: 3, options: options)
            var unused = model.zeroed()
            return step.run(
                model,
                PretextStep.Input(
                    ends: Lab.random(6, 7, seed: 22), windows: Lab.random(15, 7, seed: 21), origins: origins),
                options: options, gradient: &unused, dropout: nil
            ) { _, _ in Self.choices }.spanModeling
        }
        #expect(loss((0..<15).map { ShotOrigin(recording: 0, seconds: Double($0)) }) < 1e-6)
        #expect(loss(Self.origins) > 0.1)
    }

    /// The center may be hidden, as every other shot; other draws of a step stay as they were without spans.
    @Test func spansAreDrawnLast() {
        func draw(_ longest: Int?) -> PretextChoices {
            var random = RandomStream(seed: 3, purpose: .pretextDraws)
            return PretextChoices(
                scenes: (0..<400).map { PseudoScenes(boundary: $0 % 16, shotCount: 17) }, shotCount: 17,
                maskShare: 0.15, longestSpan: longest, using: &random)
        }
        let (plain, spanned) = (draw(nil), draw(5))
        #expect(plain.spans.isEmpty && spanned.spans.count == 400)
        #expect(plain.masks == spanned.masks && plain.negatives == spanned.negatives)
        #expect(spanned.spans.allSatisfy { (1...5).contains($0.count) && $0.upperBound <= 17 })
        for shot in 0..<17 { #expect(spanned.spans.contains { $0.contains(shot) }) }
    }

    /// Pre-training by spans learns a chain of events, and its file is one to fine-tune.
    @Test func learnsAChain() {
        var run = Trainer(
            PretextModel(
                network: ContextualRelationNetwork(
                    inputDimension: 12, hiddenDimension: 32, innerDimension: 64, headCount: 4, layerCount: 2,
                    neighborCount: 3, deviation: 0.1, seed: 3),
                heads: PretextHeads(inputDimension: 12, hiddenDimension: 32, seed: 4)),
            PretextObjective(
                ContextualRelationNetwork.self, films: SpanTests.chain(4, shots: 150, isShuffled: false),
                options: PretextOptions(
                    shotSceneMatching: 0, groupMatching: 0, boundaryPrediction: 0, maskedModeling: 0,
                    spanModeling: 1, longestSpan: 3)),
            schedule: TrainingSchedule(
                epochs: 10, batchSize: 32, rate: 3e-3, warmupShare: 0.05, rule: .adam(), seed: 1))
        var losses: [Double] = []
        run.run {
            losses.append($0.parts?.spanModeling ?? 0); return true
        }
        let (first, last) = (losses.prefix(5).reduce(0, +) / 5, losses.suffix(5).reduce(0, +) / 5)
        print("masked spans of a chain: loss \(first) to \(last)")
        #expect(last < first - 1)
        #expect(run.model.network.maskEmbedding != nil)
    }
}
