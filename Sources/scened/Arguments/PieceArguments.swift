import ArgumentParser
import MediaOutput
import SceneFormats

/// What commands take that make files of a film's scenes or shots.
struct PieceArguments: ParsableArguments {
    @Argument(help: "The film: a file.")
    var film: String

    @Argument(help: "Its events: a file of JSON lines as segment writes them, or - for standard input.")
    var events: String

    @Option(help: ArgumentHelp("What to write: scenes, shots or blocks.", valueName: "kind"))
    var of = PieceKind.scenes

    @Flag(help: "Replace existing files.")
    var force = false

    @Flag(name: [.short, .long], help: "Print only errors on standard error.")
    var quiet = false

    /// Reads the events, before anything is written.
    ///
    /// - Returns: the run and its pieces, at least one.
    /// - Throws: `CommandFailure` where it cannot be read, or has none.
    func read() throws(CommandFailure) -> (log: EventLog, pieces: [PieceKind.Piece]) {
        var files = FileRoles()
        files.read([film, events])
        try files.check()
        let log = try EventLogInput.read(events)
        let pieces = of.pieces(of: log)
        guard !pieces.isEmpty else {
            throw CommandFailure(
                status: .noVideo,
                message: "\(events): no \(of.single) in it: \(of.remedy)")
        }
        return (log, pieces)
    }
}
