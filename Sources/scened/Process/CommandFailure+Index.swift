import SceneIndex

extension CommandFailure {
    /// The exit status that goes with an index.
    init(_ error: IndexError) {
        let status: ExitStatus =
            switch error.code {
            case .unreadable: .cannotOpen
            case .unusable: .noVideo
            case .unwritable, .taken: .cannotWrite
            }
        self.init(status: status, message: error.description)
    }
}
