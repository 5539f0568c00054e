internal import NeuralNet
package import SceneSegmentation
internal import TensorKernels
package import Timeline

/// Scores windows with a relational network and its boundary head (`relational`), whatever the encoder.
///
/// Every call computes one window from its parts alone, in one fixed shape (contract 15). Where nothing
/// stands behind the center the score is 0: there is nothing to tell apart.
package struct RelationalScorer: BoundaryScorer {
    package let name = RelationalNetwork.name
    package let network: RelationalNetwork
    package let head: BoundaryHead
    private let tokens: RelationalTokens
    private var workspace: RelationalNetwork.Workspace
    private var logits = Matrix(rows: 1, columns: 2)
    private var distances = CosineDistances()

    package init(network: RelationalNetwork, head: BoundaryHead) {
        precondition(head.linear.inputDimension == network.hiddenDimension, "a head of the network's width")
        self.network = network
        self.head = head
        tokens = RelationalTokens(neighborCount: network.neighborCount)
        precondition(network.inputDimension == tokens.width, "tokens of its K")
        workspace = network.makeWorkspace()
    }

    package var neighborCount: Int { network.neighborCount }

    package func separate() -> Self? { self }

    /// A network has no parts that could be told apart; what is most alike is a hint.
    package func reasons(_ window: ContextWindow) -> ScoreReasons? {
        window.mostAlike.map { ScoreReasons(evidence: [], alike: $0) }
    }

    package mutating func score(_ window: ContextWindow) -> Float {
        let count = window.parts.count
        precondition(
            window.neighborCount == neighborCount && window.leftCount == leftCount, "a window of 2K+1 parts")
        let real = window.repeatedLeft..<(count - window.repeatedRight)
        guard real.contains(neighborCount), real.contains(neighborCount + 1) else { return 0 }
        let positions = (0..<count).filter { CosineDistances.hasDirection(window.parts[$0].embedding) }
        distances.measure(window.parts, at: positions)
        var similarities = [Float](repeating: 0, count: count * count)
        for (row, first) in positions.enumerated() {
            for (column, second) in positions.enumerated() {
                similarities[first * count + second] = 1 - distances.values[row * positions.count + column]
            }
        }
        let shots = (0..<count).map { position in
            RelationalTokens.Shot(
                duration: window.parts[position].duration, entry: window.parts[position].entry?.kind,
                isRepeated: !real.contains(position), isBlank: !positions.contains(position))
        }
        tokens.write(into: &workspace.tokens, firstRow: 0, shots: shots, similarities: similarities)
        network.forward(&workspace)
        return head.probability(workspace.hidden, logits: &logits)
    }
}
