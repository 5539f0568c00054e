package import SceneModel
package import NeuralNet
internal import TensorKernels

// Shapes: E width of the embeddings, D hidden width, P projected width.

/// The heads of the pretext tasks (as the code of BaSSL has them).
package struct PretextHeads: ParameterTree, Sendable {
    /// Shot-scene matching: [E', E], rectifier, [P, E'], unit length.
    package var projectionFirst: Linear
    package var projectionSecond: Linear
    /// Contextual group matching: [2, 2D] on two unit vectors.
    package var groupMatching: Linear
    /// Pseudo-boundary prediction: [2, D].
    package var boundary: Linear
    /// Masked shot modeling: [D, D], GELU, layer norm, [E, D].
    package var maskedDense: Linear
    package var maskedNorm: LayerNorm
    package var maskedDecoder: Linear

    package init(
        projectionFirst: Linear, projectionSecond: Linear, groupMatching: Linear, boundary: Linear,
        maskedDense: Linear, maskedNorm: LayerNorm, maskedDecoder: Linear
    ) {
        precondition(
            projectionFirst.outputDimension == projectionSecond.inputDimension
                && maskedDense.outputDimension == maskedDecoder.inputDimension
                && maskedNorm.dimension == maskedDense.outputDimension, "layers that fit")
        precondition(
            groupMatching.outputDimension == 2 && boundary.outputDimension == 2
                && groupMatching.inputDimension == 2 * boundary.inputDimension, "two classes")
        self.projectionFirst = projectionFirst
        self.projectionSecond = projectionSecond
        self.groupMatching = groupMatching
        self.boundary = boundary
        self.maskedDense = maskedDense
        self.maskedNorm = maskedNorm
        self.maskedDecoder = maskedDecoder
    }

    /// Fresh heads: weights of deviation 0.02, the projection's by Kaiming He's rule.
    package init(inputDimension: Int, hiddenDimension: Int, projectedDimension: Int = 128, seed: UInt64) {
        var generator = RandomStream(seed: seed, purpose: .initialPretextHeads)
        func linear(_ inputs: Int, _ outputs: Int, _ deviation: Float = 0.02) -> Linear {
            Linear(inputs: inputs, outputs: outputs, deviation: deviation, using: &generator)
        }
        let wide = (2 / Float(inputDimension)).squareRoot()
        self.init(
            projectionFirst: linear(inputDimension, inputDimension, wide),
            projectionSecond: linear(inputDimension, projectedDimension, wide),
            groupMatching: linear(2 * hiddenDimension, 2), boundary: linear(hiddenDimension, 2),
            maskedDense: linear(hiddenDimension, hiddenDimension),
            maskedNorm: LayerNorm(dimension: hiddenDimension, epsilon: 1e-12),
            maskedDecoder: linear(hiddenDimension, inputDimension))
    }

    /// Names of BaSSL's state dict, below `loss.`.
    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        projectionFirst.visitParameters(path + "head_nce.model.0.", body)
        projectionSecond.visitParameters(path + "head_nce.model.2.", body)
        groupMatching.visitParameters(path + "head_cgm.", body)
        boundary.visitParameters(path + "head_pp.", body)
        maskedDense.visitParameters(path + "head_msm.predictions.transform.dense.", body)
        maskedNorm.visitParameters(path + "head_msm.predictions.transform.LayerNorm.", body)
        maskedDecoder.visitParameters(path + "head_msm.predictions.decoder.", body)
    }
}

/// A context network with the heads that pre-training needs.
package struct PretextModel<Network: ContextNetwork>: ParameterTree, Sendable {
    package var network: Network
    package var heads: PretextHeads

    package init(network: Network, heads: PretextHeads) {
        precondition(
            heads.boundary.inputDimension == network.hiddenDimension
                && heads.projectionFirst.inputDimension == network.inputDimension
                && heads.maskedDecoder.outputDimension == network.inputDimension,
            "heads of the network's widths")
        self.network = network
        self.heads = heads
    }

    /// Names of BaSSL's state dict: `crn.` and `loss.head_*`.
    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        network.visitParameters(path + "crn.", body)
        heads.visitParameters(path + "loss.", body)
    }
}
