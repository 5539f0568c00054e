internal import NeuralNet
package import SceneModel
package import TensorKernels

/// Recordings that are alike against others, by a `SimilarityNetwork`: half of a batch each (Movies2Scenes,
/// section 3.2; the share is unstated there).
package struct SimilarityObjective: Objective {
    private let shots: [Matrix]
    private let similar: SimilarRecordings
    /// Recordings that are trained on.
    private let chosen: [Int]
    private let weights: [Double]
    private let unlike: (Int, Int)
    package let filmsIdentity: UInt64

    /// `shots`: unit embeddings [N, E] of every recording. `similar`: pairs of `chosen` recordings, at least
    /// one; `known`: all that are alike. Nil where all chosen ones are alike to one another.
    package init?(
        shots: [Matrix], similar: SimilarRecordings, known: SimilarRecordings, chosen: [Int], identity: UInt64
    ) {
        guard !similar.pairs.isEmpty, let unlike = known.firstUnlike(among: chosen) else { return nil }
        self.shots = shots
        self.similar = similar
        self.known = known
        self.chosen = chosen
        self.unlike = unlike
        weights = similar.pairs.map(\.weight)
        filmsIdentity = identity
    }

    private let known: SimilarRecordings

    /// Each pair once with one that is not alike.
    package var exampleCount: Int { 2 * similar.pairs.count }
    package var title: String { "similar recordings" }
    package var details: String { "pairs \(similar.pairs.map(\.weight).reduce(0, +))" }

    package func makeRoom(_ model: SimilarityNetwork, batch: Int) {}

    package func addGradient(
        _ step: TrainingStep, _ model: SimilarityNetwork, room: inout Void, gradient: inout SimilarityNetwork
    ) -> TrainingLoss {
        var random = step.stream(.similarRecordings)
        let count = step.examples.count
        var loss = 0.0
        for example in 0..<count {
            let areAlike = example % 2 == 0
            var pair = unlike
            if areAlike {
                let drawn = similar.pairs[random.position(weights: weights)]
                pair = (drawn.first, drawn.second)
            } else {
                pair = drawUnlike(&random)
            }
            // Both orders, so that neither side learns the longer recordings.
            if random.next() & 1 == 1 { pair = (pair.1, pair.0) }
            loss += model.addGradient(
                shots[pair.0], shots[pair.1], areAlike: areAlike, weight: 1 / Float(count),
                dropout: step.dropout?.at(example), gradient: &gradient)
        }
        return TrainingLoss(total: loss)
    }

    private func drawUnlike(_ random: inout RandomStream) -> (Int, Int) {
        for _ in 0..<1000 {
            let pair = (
                chosen[random.position(below: chosen.count)], chosen[random.position(below: chosen.count)]
            )
            if pair.0 != pair.1, !known.areAlike(pair.0, pair.1) { return pair }
        }
        return unlike
    }

    /// The network alone is no model: it serves to choose scenes.
    package func file(_ model: SimilarityNetwork, _ metadata: ModelMetadata) -> SafetensorsWriter {
        var writer = SafetensorsWriter()
        var copy = model
        copy.visitParameters("similarity.") { writer.add($0, shape: $1, floats: Array($2[$3])) }
        return writer
    }
}
