package import NeuralNet
package import SceneModel
package import TensorKernels

// Shapes: B windows, S = 2K+1 shots, E width of the embeddings, D hidden width.

/// A context network with its boundary head: what fine-tuning trains and inference uses.
package struct FineTunedModel<Network: ContextNetwork>: ParameterTree, Sendable {
    package var network: Network
    package var head: BoundaryHead

    package init(network: Network, head: BoundaryHead) {
        self.network = network
        self.head = head
    }

    /// Names of BaSSL's state dict: `crn.` and `head_sbd.`.
    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        network.visitParameters(path + "crn.", body)
        head.visitParameters(path + "head_sbd.", body)
    }
}

/// Forward and backward of one batch of fine-tuning: hidden vector of the center, two logits, weighted
/// cross-entropy.
package struct FineTuneStep<Network: ContextNetwork>: Sendable {
    private var trace: Network.Trace
    private var logits: Matrix
    private var dHidden: Matrix

    /// Gradient of the last step for its windows [B S, E]; nil unless it was asked for.
    package var dWindows: Matrix? { trace.dWindows }

    /// Room for batches of `batch` windows. `needsInputGradient`: the embeddings are not frozen.
    package init(network: Network, batch: Int, needsInputGradient: Bool = false) {
        trace = network.makeTrace(
            batch: batch, reading: .center, needsInputGradient: needsInputGradient)
        logits = Matrix(rows: batch, columns: 2)
        dHidden = Matrix(rows: batch, columns: network.hiddenDimension)
    }

    /// Adds the gradient of the weighted sum of the losses, and gives that sum: windows [B S, E]; labels are
    /// 1 where a scene ends with the center, else 0.
    package mutating func run(
        _ model: FineTunedModel<Network>, windows: Matrix, labels: [Int], weights: [Float],
        gradient: inout FineTunedModel<Network>, dropout: Dropout?
    ) -> Double {
        model.network.forward(&trace, windows, dropout: dropout)
        model.head.linear.forward(into: &logits, trace.hidden)
        let loss = SoftmaxCrossEntropy.loss(&logits, labels: labels, weights: weights)
        model.head.linear.addGradient(into: &gradient.head.linear, logits, input: trace.hidden)
        model.head.linear.backpropagate(into: &dHidden, logits)
        model.network.backward(&trace, dHidden, gradient: &gradient.network)
        return loss
    }

    /// Probability of a boundary after the center of every window [B S, E], without dropout.
    package mutating func probabilities(_ model: FineTunedModel<Network>, windows: Matrix) -> [Float] {
        model.network.forward(&trace, windows, dropout: nil)
        model.head.linear.forward(into: &logits, trace.hidden)
        softmaxRows(&logits)
        return (0..<logits.rows).map { logits[$0, 1] }
    }
}
