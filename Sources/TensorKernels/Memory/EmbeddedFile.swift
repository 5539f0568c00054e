internal import CSceneWeights

/// Files of weights that are part of the program.
package enum EmbeddedFile: String, CaseIterable, Sendable {
    /// The relational network that was trained on synthetic films (`tools/train/train-relational`).
    case relational

    /// The file's bytes; nothing is copied.
    package var file: MappedFile {
        switch self {
        case .relational:
            MappedFile(embedded: scn_relational_weights, count: scn_relational_weights_size)
        }
    }
}
