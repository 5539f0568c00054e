import ArgumentParser

/// The flags on which the bits of a training run depend, besides its data; shared by the commands that train.
struct RepeatableArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp("Seed of all that is random; equal seeds give equal files.", valueName: "number"))
    var seed: UInt64 = 1

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Threads of matrix products and decoders; another number changes the last bits. Default: 1.",
            valueName: "count"),
        transform: NumberArgument.whole)
    var threads = 1

    func validate() throws {
        guard 1...64 ~= threads else { throw ValidationError("--threads takes 1 to 64") }
    }
}
