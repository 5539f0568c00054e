internal import NeuralNet
package import SceneSegmentation
internal import TensorKernels
package import Timeline

/// Scores windows with a relational network and its boundary head (`relational`), whatever the encoder.
///
/// Where parts have several embeddings, the similarity that the network sees is 1 less the mean of the cues'
/// distances, each in a unit of its own, told in that of the first (`CueDistances`): as if one encoder had
/// seen all of it. A part that no cue knows is blank.
///
/// Every call computes one window from its parts alone, in one fixed shape (contract 15). Where nothing
/// stands behind the center the score is 0: there is nothing to tell apart.
package struct RelationalScorer: CueComparing {
    package let name = RelationalNetwork.name
    package let network: RelationalNetwork
    package let head: BoundaryHead
    private let tokens: RelationalTokens
    private var workspace: RelationalNetwork.Workspace
    private var logits = Matrix(rows: 1, columns: 2)
    package var cues: ComparedCues { didSet { distances = CueDistances(cues, unit: .firstCue) } }
    package var usesSound: Bool { cues.usesSound }
    private var distances: CueDistances

    package init(network: RelationalNetwork, head: BoundaryHead, cues: ComparedCues = .encoder) {
        precondition(head.linear.inputDimension == network.hiddenDimension, "a head of the network's width")
        self.network = network
        self.head = head
        self.cues = cues
        distances = CueDistances(cues, unit: .firstCue)
        tokens = RelationalTokens(neighborCount: network.neighborCount)
        precondition(network.inputDimension == tokens.width, "tokens of its K")
        workspace = network.makeWorkspace()
    }

    package var neighborCount: Int { network.neighborCount }

    package func separate() -> Self? { self }

    /// A network has no parts that could be told apart; what is most alike is a hint.
    package mutating func reasons(_ window: ContextWindow) -> ScoreReasons? {
        guard cues.typicalDistances.count > 1 else {
            return window.mostAlike.map { ScoreReasons(evidence: [], alike: $0) }
        }
        let real = window.repeatedLeft..<(window.parts.count - window.repeatedRight)
        let positions = real.filter { distances.knows(window.parts[$0]) }
        distances.measure(window.parts, at: positions)
        return distances.mostAlike(window.parts, at: positions, across: neighborCount).map {
            ScoreReasons(evidence: [], alike: $0)
        }
    }

    package mutating func score(_ window: ContextWindow) -> Float {
        let count = window.parts.count
        precondition(
            window.neighborCount == neighborCount && window.leftCount == leftCount, "a window of 2K+1 parts")
        let real = window.repeatedLeft..<(count - window.repeatedRight)
        guard real.contains(neighborCount), real.contains(neighborCount + 1) else { return 0 }
        let positions = (0..<count).filter { distances.knows(window.parts[$0]) }
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
