internal import CRelationalWeights
internal import TensorKernels

/// Models that are part of the program, by the names that users give them.
enum BuiltinModel: String, CaseIterable {
    /// The relational network that was trained on synthetic films (`tools/train/train-relational`).
    case relational

    /// The file's bytes; nothing is copied.
    var file: MappedFile {
        switch self {
        case .relational:
            MappedFile(embedded: scene_relational_weights, count: scene_relational_weights_size)
        }
    }
}
