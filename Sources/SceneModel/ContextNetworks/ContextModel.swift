/// The kinds of context network; `scened.context` in a model file's metadata.
package enum ContextKind: String, Sendable, CaseIterable {
    /// BaSSL's Transformer over embeddings.
    case crn
    /// A multi-layer perceptron over the window's embeddings, laid end to end.
    case mlp
    /// A bidirectional LSTM over embeddings.
    case lstm
    /// A Transformer over how shots relate; it serves the embeddings of any encoder.
    case relational
}

/// A context network of any kind, as a model file holds it.
package enum ContextModel: Sendable {
    case crn(ContextualRelationNetwork)
    case mlp(PerceptronNetwork)
    case lstm(RecurrentNetwork)
    case relational(RelationalNetwork)

    package var kind: ContextKind {
        switch self {
        case .crn: .crn
        case .mlp: .mlp
        case .lstm: .lstm
        case .relational: .relational
        }
    }

    /// K.
    package var neighborCount: Int {
        switch self {
        case .crn(let network): network.neighborCount
        case .mlp(let network): network.neighborCount
        case .lstm(let network): network.neighborCount
        case .relational(let network): network.neighborCount
        }
    }

    /// E, the width of the embeddings that it takes; nil where any will do.
    package var embeddingWidth: Int? {
        switch self {
        case .crn(let network): network.inputDimension
        case .mlp(let network): network.inputDimension
        case .lstm(let network): network.inputDimension
        case .relational: nil
        }
    }

    /// D, the width of what the boundary head sees.
    package var hiddenDimension: Int {
        switch self {
        case .crn(let network): network.hiddenDimension
        case .mlp(let network): network.hiddenDimension
        case .lstm(let network): network.hiddenDimension
        case .relational(let network): network.hiddenDimension
        }
    }

    package var layerCount: Int {
        switch self {
        case .crn(let network): network.layers.count
        case .mlp: 2
        case .lstm: 1
        case .relational(let network): network.layers.count
        }
    }

    /// The network of BaSSL's kind; nil for the others.
    package var crn: ContextualRelationNetwork? {
        guard case .crn(let network) = self else { return nil }
        return network
    }
}
