internal import NeuralNet
package import SceneSegmentation
internal import TensorKernels
package import Timeline

/// Scores windows with a packed context network and its boundary head (`crn`).
///
/// Every call computes one window from its embeddings alone, in one fixed shape, so equal windows give equal
/// bits whatever came before (contract 15). It has one user at a time; `separate` makes another with buffers
/// of its own.
package final class ContextScorer: BoundaryScorer {
    private let network: PackedContextNetwork
    private let plan: InferencePlan
    private let input: FeatureMap
    private let hidden: FeatureMap
    private var mean: [Float]

    /// `threadCount` changes the time, never the result.
    package init(_ network: PackedContextNetwork, threadCount: Int = 1) {
        self.network = network
        (plan, input, hidden) = network.makePlan(threadCount: threadCount)
        mean = [Float](repeating: 0, count: network.inputDimension)
    }

    package var name: String { ContextualRelationNetwork.name }
    package var neighborCount: Int { network.neighborCount }

    /// Runs on one thread: many of them share the cores. Its buffers take about a mebibyte at K = 8.
    package func separate() -> Self? { Self(network, threadCount: 1) }

    /// As of the relational network.
    package func reasons(_ window: ContextWindow) -> ScoreReasons? {
        window.mostAlike.map { ScoreReasons(evidence: [], alike: $0) }
    }

    package func score(_ window: ContextWindow) -> Float {
        precondition(
            window.neighborCount == neighborCount && window.leftCount == leftCount, "a window of 2K+1 parts")
        for index in mean.indices { mean[index] = 0 }
        for (shot, part) in window.parts.enumerated() {
            precondition(part.embedding.count == mean.count, "embeddings of the network's width")
            input.setPixel(image: 0, column: network.place(of: shot + 1), to: part.embedding)
            for index in mean.indices { mean[index] += part.embedding[index] }
        }
        let scale = 1 / Float(window.parts.count)
        for index in mean.indices { mean[index] *= scale }
        input.setPixel(image: 0, column: network.place(of: 0), to: mean)
        plan.run()
        return probability(pooled())
    }

    private func pooled() -> [Float] {
        var result = hidden.pixel(image: 0)
        for token in 1..<max(1, network.pooledCount) {
            let vector = hidden.pixel(image: 0, column: token)
            for index in result.indices {
                result[index] =
                    network.pooling == .max
                    ? max(result[index], vector[index]) : result[index] + vector[index]
            }
        }
        guard network.pooling == .avg else { return result }
        return result.map { $0 / Float(network.pooledCount) }
    }

    private func probability(_ pooled: [Float]) -> Float {
        let (weight, bias) = (network.head.weight, network.head.bias)
        let logits = (0..<2).map { row in
            zip(weight.row(row), pooled).reduce(bias[row]) { $0 + $1.0 * $1.1 }
        }
        return BoundaryHead.probability(logits[0], logits[1])
    }
}
