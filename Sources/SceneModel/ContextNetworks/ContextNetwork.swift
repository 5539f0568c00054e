package import NeuralNet
package import SceneSegmentation
package import TensorKernels

// Shapes: B windows, K neighbors on each side, S = 2K+1 shots, E width of what it sees of a shot, D hidden
// width.

/// A network that sees a window of shots and says how likely a scene ends with the one in its center, with
/// its backward pass: all that a kind of context network is. `ContextKind.allCases` lists the kinds.
package protocol ContextNetwork: ParameterTree, Sendable {
    /// What a pass keeps for its backward pass.
    associatedtype Trace: ContextTrace

    /// The kind's name: `scened.context` in model files, `--network`, the scorer's name in events.
    static var name: String { get }
    static var input: ContextInput { get }
    /// Whether it gives a hidden vector for each shot of a window, as the pretext tasks need, or for the
    /// center only.
    static var answersForEveryShot: Bool { get }
    static var preset: NetworkPreset { get }
    /// What does not go together in the options of a fresh network, for a message; nil if all does.
    static func fault(_ options: NetworkOptions) -> String?

    /// A fresh network. `embeddingWidth` is of no account where `input` is relations.
    init(_ options: NetworkOptions, embeddingWidth: Int, seed: UInt64)
    /// The network of a model file, under the names that `visitParameters` gives below `crn.`.
    init(_ reader: ModelTensorReader) throws(ModelFileError)

    /// Scores a stream by this network and its head.
    func makeScorer(_ head: BoundaryHead) -> any BoundaryScorer
    /// Scores a stream by the network and the head of a model file, and the width of the embeddings that it
    /// takes, nil where any will do. `threadCount` changes the time, never the result. `layers` gets what is
    /// packed, packed anew.
    static func makeScorer(
        _ reader: ModelTensorReader, threadCount: Int, layers: PackedLayers?
    ) throws(ModelFileError) -> (scorer: any BoundaryScorer, embeddingWidth: Int?)

    /// E.
    var inputDimension: Int { get }
    /// D, the width of what the boundary head sees.
    var hiddenDimension: Int { get }
    /// K.
    var neighborCount: Int { get }
    var layerCount: Int { get }
    /// What stands for a hidden shot [E]; nil if the network cannot hide shots.
    var maskEmbedding: [Float]? { get set }

    /// Room for passes over `batch` windows. With `needsInputGradient` a backward pass fills `dWindows`.
    func makeTrace(batch: Int, reading: ContextReading, needsInputGradient: Bool) -> Trace

    /// Says which shots' hidden vectors the passes that follow must give, as rows of [B S, D]; for a trace of
    /// `chosenShots`. Of the others nothing is promised, and no gradient may come from them.
    func choose(_ rows: [Int], for trace: inout Trace)

    /// Fills the trace's hidden vectors from windows [B S, E], rows ordered by window, then by shot: the
    /// reference that every faster pass is tested against. What `padding` calls missing has no influence, and
    /// no hidden vector.
    func forward(_ trace: inout Trace, _ windows: Matrix, padding: WindowPadding?, dropout: Dropout?)

    /// Adds the parameters' gradients, from that of the hidden vectors. The forward pass must have been the
    /// last one.
    func backward(_ trace: inout Trace, _ dHidden: Matrix, gradient: inout Self)
}

/// What a context network sees of a shot.
package enum ContextInput: Hashable, Sendable {
    /// Its embedding: the network serves one encoder.
    case embeddings
    /// How it relates to the other shots of the window (`RelationalTokens`): the network serves any encoder.
    case relations
}

/// Which shots' hidden vectors a pass computes.
package enum ContextReading: Hashable, Sendable {
    /// The center shot of every window: fine-tuning and inference.
    case center
    /// Every shot of every window.
    case everyShot
    /// The shots that `choose` names before each pass: the pretext tasks.
    case chosenShots
}

/// What every network's trace shows.
package protocol ContextTrace: Sendable {
    /// [B, D] for the center, [B S, D] else.
    var hidden: Matrix { get }
    /// Gradient for the windows [B S, E]; nil where it was not asked for.
    var dWindows: Matrix? { get }
}

extension ContextNetwork {
    package static func fault(_ options: NetworkOptions) -> String? { nil }

    package func makeScorer(_ head: BoundaryHead) -> any BoundaryScorer { WindowScorer(self, head: head) }

    package static func makeScorer(
        _ reader: ModelTensorReader, threadCount: Int, layers: PackedLayers?
    ) throws(ModelFileError) -> (scorer: any BoundaryScorer, embeddingWidth: Int?) {
        let network = try Self(reader)
        return (
            network.makeScorer(try reader.head(width: network.hiddenDimension)), network.embeddingWidth
        )
    }

    /// Width of the embeddings that it takes; nil where any will do.
    package var embeddingWidth: Int? { Self.input == .embeddings ? inputDimension : nil }

    /// It hides no shots.
    package var maskEmbedding: [Float]? {
        get { nil }
        set { precondition(newValue == nil, "a network of kind \(Self.name) hides no shots") }
    }

    /// A network that gains nothing by it computes every shot.
    package func choose(_ rows: [Int], for trace: inout Trace) {}

    /// A pass over whole windows.
    package func forward(_ trace: inout Trace, _ windows: Matrix, dropout: Dropout?) {
        forward(&trace, windows, padding: nil, dropout: dropout)
    }

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
