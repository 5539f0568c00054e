import ArgumentParser

/// The options of `scened events` that hand events on to a command, in batches.
struct BridgeArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Run this command for each batch of events, which it reads from standard input; exit status 0 means that it has taken them. Needs --cursor-file.",
            valueName: "command"))
    var execBatch: String?

    @Option(
        help: ArgumentHelp(
            "File that keeps the cursor, which advances when the command has taken a batch.",
            valueName: "file")
    )
    var cursorFile: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Largest number of events in a batch. Default: 100.", valueName: "count"),
        transform: NumberArgument.whole)
    var batch: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Longest time for a batch; then the command is ended, and the batch is tried again. Default: 60 seconds.",
            valueName: "duration"), transform: NumberArgument.seconds)
    var timeout: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Longest wait between attempts. Default: 30 seconds.", valueName: "duration"),
        transform: NumberArgument.seconds)
    var retryCap: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Give up when the command has failed this often at one batch. Default: never.", valueName: "count"
        ),
        transform: NumberArgument.whole)
    var attempts: Int?

    func validate() throws {
        func check(_ condition: Bool, _ message: String) throws {
            if !condition { throw ValidationError(message) }
        }
        guard let execBatch else {
            try check(
                cursorFile == nil && batch == nil && timeout == nil && retryCap == nil && attempts == nil,
                "--cursor-file, --batch, --timeout, --retry-cap and --attempts go with --exec-batch")
            return
        }
        try check(
            execBatch.contains { !$0.isWhitespace }, "--exec-batch takes a command, such as './publish nats'")
        try check(
            cursorFile.map { !$0.isEmpty } ?? false,
            "--exec-batch needs --cursor-file: the file that remembers what the command has taken")
        try check(batch.map { 1...10_000 ~= $0 } ?? true, "--batch takes 1 to 10000")
        try check(timeout.map { 0.1...86_400 ~= $0 } ?? true, "--timeout takes 0.1 to 86400 seconds")
        try check(retryCap.map { 0.25...86_400 ~= $0 } ?? true, "--retry-cap takes 0.25 to 86400 seconds")
        try check(attempts.map { 1...1_000_000 ~= $0 } ?? true, "--attempts takes 1 to 1000000")
    }
}
