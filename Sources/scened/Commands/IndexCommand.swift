import ArgumentParser

/// `scened index`: scenes of past recordings, to be found again.
struct IndexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract: "Keep the scenes of recordings in an index, which similar searches.",
        discussion: """
            Examples:
              scened embed film.mp4 --output film.npz
              scened index add archive film.npz
              scened similar film.npz@1:02 --index archive
            """,
        subcommands: [
            IndexAdd.self, IndexFollow.self, IndexRemove.self, IndexMergeCommand.self, IndexInfo.self,
            IndexThresholdCommand.self,
        ])
}
