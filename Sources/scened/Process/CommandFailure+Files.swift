import SceneModel
import ScenePipeline

extension CommandFailure {
    /// The exit status that goes with a model that cannot be used.
    init(_ error: ModelFileError) {
        let status: ExitStatus =
            switch error.code {
            case .unreadable: .cannotOpen
            case .unwritable: .cannotWrite
            default: .noVideo
            }
        self.init(status: status, message: error.description)
    }

    /// The exit status that goes with a file of embeddings.
    init(_ error: EmbeddingFileError) {
        let status: ExitStatus =
            switch error.code {
            case .unreadable: .cannotOpen
            case .unwritable: .cannotWrite
            case .unusable: .noVideo
            }
        self.init(status: status, message: error.description)
    }
}
