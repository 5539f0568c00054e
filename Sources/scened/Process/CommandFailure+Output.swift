import MediaOutput

extension CommandFailure {
    /// The exit status that goes with a film that cannot be copied or written.
    init(_ error: OutputFailure) {
        let status: ExitStatus =
            switch error.code {
            case .cannotOpen: .cannotOpen
            case .unsupported: .noVideo
            case .damaged: .damaged
            case .cannotWrite: .cannotWrite
            case .consumerGone: .consumerGone
            case .usage: .usage
            case .interrupted: Interruption.status
            case .outOfMemory: .internalError
            }
        self.init(status: status, message: error.description)
    }
}
