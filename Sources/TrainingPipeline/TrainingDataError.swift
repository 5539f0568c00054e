internal import SceneEvaluation
internal import SceneModel
internal import ScenePipeline
internal import TensorFiles
internal import TextFiles

/// Why films, labels or a run cannot be used: one line that ends with a remedy.
package struct TrainingDataError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// A file or folder could not be opened.
        case unreadable
        /// A file could not be written.
        case unwritable
        /// What was opened is of another kind, damaged, or does not fit the rest.
        case unusable
        /// The user stopped the run while films were read.
        case interrupted
    }

    package let code: Code
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    init(_ error: EvaluationError) {
        if case .file(.unreadable) = error {
            self.init(.unreadable, error.description)
        } else {
            self.init(.unusable, error.description)
        }
    }

    init(_ error: TensorFileError, path: String) {
        self.init(error.reason == .unreadable ? .unreadable : .unusable, "\(path): \(error.description)")
    }

    init(_ error: ModelFileError) {
        let code: Code =
            switch error.code {
            case .unreadable: .unreadable
            case .unwritable: .unwritable
            default: .unusable
            }
        self.init(code, error.description)
    }

    init(_ error: EmbeddingFileError) {
        let code: Code =
            switch error.code {
            case .unreadable: .unreadable
            case .unwritable: .unwritable
            case .unusable: .unusable
            }
        self.init(code, error.description)
    }
}
