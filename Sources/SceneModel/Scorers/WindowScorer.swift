internal import NeuralNet
package import SceneSegmentation
internal import TensorKernels
package import Timeline

/// Scores windows of embeddings by the reference pass of a context network and its boundary head.
///
/// Every call computes one window from its embeddings alone, in one fixed shape, so equal windows give equal
/// bits whatever came before (contract 15). Buffers are used again: a call copies no more than the window.
package struct WindowScorer<Network: ContextNetwork>: BoundaryScorer {
    private let network: Network
    private let head: BoundaryHead
    private var trace: Network.Trace
    /// [S, E].
    private var shots: Matrix
    private var logits = Matrix(rows: 1, columns: 2)

    package init(_ network: Network, head: BoundaryHead) {
        precondition(head.linear.inputDimension == network.hiddenDimension, "a head of the network's width")
        self.network = network
        self.head = head
        trace = network.makeTrace(batch: 1, reading: .center, needsInputGradient: false)
        shots = Matrix(rows: 2 * network.neighborCount + 1, columns: network.inputDimension)
    }

    package var name: String { Network.name }
    package var neighborCount: Int { network.neighborCount }

    package func separate() -> Self? { self }

    /// A network has no parts that could be told apart; what is most alike is a hint.
    package func reasons(_ window: ContextWindow) -> ScoreReasons? {
        window.mostAlike.map { ScoreReasons(evidence: [], alike: $0) }
    }

    package mutating func score(_ window: ContextWindow) -> Float {
        precondition(
            window.neighborCount == neighborCount && window.leftCount == leftCount, "a window of 2K+1 parts")
        for (shot, part) in window.parts.enumerated() { shots.setRow(shot, to: part.embedding) }
        network.forward(&trace, shots, dropout: nil)
        return head.probability(trace.hidden, logits: &logits)
    }
}
