import SceneCatalogue

extension CommandFailure {
    /// The exit status that goes with a catalogue.
    init(_ error: CatalogueError) {
        let status: ExitStatus =
            switch error.code {
            case .unreadable: .cannotOpen
            case .unusable: .noVideo
            case .unwritable, .taken: .cannotWrite
            case .question: .usage
            }
        self.init(status: status, message: error.description)
    }
}
