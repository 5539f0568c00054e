package import NeuralNet
package import SceneModel

/// A contextualizer in training, with the queue of its negatives.
package struct SpanModel: ParameterTree, Sendable {
    package var network: Contextualizer
    package var queue: NegativeQueue

    package init(network: Contextualizer, queue: NegativeQueue) {
        self.network = network
        self.queue = queue
    }

    /// Names of what the optimizer moves begin so.
    static var learned: String { "network." }

    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        network.visitParameters(path + Self.learned, body)
        queue.visitParameters(path + "queue.", body)
    }
}
