package import NeuralNet
package import TensorKernels

// Shapes: B windows, K neighbours on each side, S = 2K+1 shots, E width of the embeddings, D hidden width.

/// Which shots' hidden vectors a pass computes.
package enum ContextReading: Hashable, Sendable {
    /// The centre shot of every window: fine-tuning.
    case centre
    /// Every shot of every window.
    case everyShot
    /// The shots that `choose` names before each pass: the pretext tasks.
    case chosenShots
}

/// A network that sees a window of shots and gives hidden vectors, with its backward pass (multi-layer
/// perceptron, bidirectional LSTM, Transformer).
package protocol ContextNetwork: ParameterTree, Sendable {
    /// What a pass keeps for its backward pass.
    associatedtype Trace: ContextTrace

    /// E.
    var inputDimension: Int { get }
    /// D.
    var hiddenDimension: Int { get }
    /// K.
    var neighborCount: Int { get }
    /// What stands for a hidden shot [E]; nil if the network cannot hide shots.
    var maskEmbedding: [Float]? { get set }

    /// Room for passes over `batch` windows. With `needsInputGradient` a backward pass fills `dWindows`.
    func makeTrace(batch: Int, reading: ContextReading, needsInputGradient: Bool) -> Trace

    /// Says which shots' hidden vectors the passes that follow must give, as rows of [B S, D]; for a trace of
    /// `chosenShots`. Of the others nothing is promised, and no gradient may come from them.
    func choose(_ rows: [Int], for trace: inout Trace)

    /// Fills the trace's hidden vectors from windows [B S, E], rows ordered by window, then by shot.
    func forward(_ trace: inout Trace, _ windows: Matrix, dropout: Dropout?)

    /// Adds the parameters' gradients, from that of the hidden vectors. The forward pass must have been the last one.
    func backward(_ trace: inout Trace, _ dHidden: Matrix, gradient: inout Self)
}

/// What every network's trace shows.
package protocol ContextTrace: Sendable {
    /// [B, D] for the centre, [B S, D] else.
    var hidden: Matrix { get }
    /// Gradient for the windows [B S, E]; nil where it was not asked for.
    var dWindows: Matrix? { get }
}

extension ContextNetwork {
    /// A network that gains nothing by it computes every shot.
    package func choose(_ rows: [Int], for trace: inout Trace) {}

    /// Shows the mask, if there is one, as `mask_embedding.weight` [E]: the learned row of BaSSL's table.
    mutating func visitMask(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        guard var mask = maskEmbedding else { return }
        maskEmbedding = nil
        body(path + "mask_embedding.weight", [mask.count], &mask, 0..<mask.count)
        maskEmbedding = mask
    }
}
