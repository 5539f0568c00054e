/// A kind of context network; `scened.context` in a model file's metadata.
package struct ContextKind: RawRepresentable, Hashable, Sendable, CaseIterable {
    package let network: any ContextNetwork.Type

    /// Every kind there is: a new network takes a line here.
    package static let allCases = [
        crn,
        ContextKind(PerceptronNetwork.self),
        ContextKind(RecurrentNetwork.self),
        relational,
    ]

    /// BaSSL's Transformer over embeddings: what a file holds that names no kind.
    package static let crn = ContextKind(ContextualRelationNetwork.self)
    /// A Transformer over how shots relate; it serves the embeddings of any encoder.
    package static let relational = ContextKind(RelationalNetwork.self)

    package init(_ network: any ContextNetwork.Type) { self.network = network }

    /// nil for a name that no kind has.
    package init?(rawValue: String) {
        guard let kind = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = kind
    }

    /// The kinds that the pretext tasks can train, for a message: `crn or lstm`.
    package static var pretrained: String {
        allCases.filter { $0.network.answersForEveryShot }.map(\.rawValue).joined(separator: " or ")
    }

    package var rawValue: String { network.name }

    package static func == (left: ContextKind, right: ContextKind) -> Bool { left.rawValue == right.rawValue }

    package func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}
