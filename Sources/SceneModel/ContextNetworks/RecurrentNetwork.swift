package import NeuralNet
internal import TensorKernels

// Shapes: K neighbours on each side, S = 2K+1 shots, E width of the embeddings, D hidden width.

/// A bidirectional LSTM over the window: a shot's hidden vector is what was read up to it from the left, beside what
/// was read down to it from the right, D/2 units each (the sequence part of LGSS, Rao et al. 2020; row "MS-LSTM" of
/// BaSSL's table 2).
package struct RecurrentNetwork: Sendable {
    package var rightward: LSTM
    package var leftward: LSTM
    package let neighborCount: Int
    /// What stands for a hidden shot in pre-training [E]; nil if there is nothing.
    package var maskEmbedding: [Float]?

    package init(rightward: LSTM, leftward: LSTM, neighborCount: Int, maskEmbedding: [Float]? = nil) {
        precondition(
            rightward.inputDimension == leftward.inputDimension && rightward.dimension == leftward.dimension,
            "two directions of one shape")
        self.rightward = rightward
        self.leftward = leftward
        self.neighborCount = neighborCount
        self.maskEmbedding = maskEmbedding
    }

    package var inputDimension: Int { rightward.inputDimension }
    package var hiddenDimension: Int { 2 * rightward.dimension }
}
