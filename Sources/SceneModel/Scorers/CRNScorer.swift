internal import NeuralNet
package import SceneSegmentation

/// Scores windows with a contextual relation network and its boundary head (`crn`).
///
/// Every call computes one window from its embeddings alone, in one fixed shape, so equal windows give equal bits
/// whatever came before (contract 15). After the first call nothing is allocated.
package struct CRNScorer: BoundaryScorer {
    package let network: ContextualRelationNetwork
    package let head: BoundaryHead
    private var networkWorkspace: ContextualRelationNetwork.Workspace
    private var headWorkspace: BoundaryHead.Workspace
    private let pooling: Pooling

    package init(network: ContextualRelationNetwork, head: BoundaryHead, pooling: Pooling = .center) {
        precondition(head.linear.inputDimension == network.hiddenDimension, "a head of the network's width")
        self.network = network
        self.head = head
        self.pooling = pooling
        networkWorkspace = network.makeWorkspace(pooling: pooling)
        headWorkspace = head.makeWorkspace()
    }

    package var name: String { "crn" }
    package var neighborCount: Int { network.neighborCount }

    package func separate() -> Self? { self }

    package mutating func score(_ window: ContextWindow) -> Float {
        precondition(window.neighborCount == neighborCount, "a window of 2K+1 parts")
        for index in window.parts.indices {
            networkWorkspace.setShot(index, to: window.parts[index].embedding)
        }
        network.forward(&networkWorkspace)
        head.forward(&headWorkspace, networkWorkspace.hidden, pooling)
        return head.probability(headWorkspace)
    }
}
