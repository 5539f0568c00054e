import ArgumentParser

/// Where answers about scenes are written, and for whom; shared by the commands that ask about scenes.
struct AnswerArguments: ParsableArguments {
    @Flag(help: "Write JSON lines, not a table, even on a terminal.")
    var json = false

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
    var output: String?

    @Flag(name: [.short, .long], help: "Print only errors on standard error.")
    var quiet = false

    /// What to write to. Throws `CommandFailure`.
    func open() throws(CommandFailure) -> LineOutput { try LineOutput.file(orStandardOutput: output) }

    /// Whether people read what is written to `lines`.
    func isForPeople(_ lines: borrowing LineOutput) -> Bool { output == nil && !json && lines.isTerminal }
}
