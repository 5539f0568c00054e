internal import Platform
import Glibc
import SceneModel
import ScenePipeline
import TextFiles

extension CommandFailure {
    /// A call to the file system failed: one line whose remedy goes with the cause.
    ///
    /// - Parameters:
    ///   - operation: what was tried: `read`, `write`.
    ///   - name: the file, quoted where it is a path.
    ///   - code: errno.
    /// - Returns: the line.
    static func message(_ operation: String, _ name: String, _ code: Int32) -> String {
        let remedy = FileRemedy.text(for: code, isWriting: operation != "read")
        return "cannot \(operation) \(name): \(String(cString: strerror(code))); \(remedy)"
    }

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

    /// The exit status that goes with a text file.
    init(_ error: TextFileError) {
        let status: ExitStatus =
            switch error {
            case .unreadable: .cannotOpen
            case .malformed: .noVideo
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
