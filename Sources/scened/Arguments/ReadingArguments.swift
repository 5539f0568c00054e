import ArgumentParser
import MediaInput

/// The flags that say what of the input is read, and how; shared by every command that reads videos.
struct ReadingArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How exactly pictures are decoded; the times of cuts stay exact.",
            discussion: """
                exact: bit for bit. fast: without the codec's loop filter. fastest: also without B-pictures that a \
                blend of their neighbors can replace. scout: like fastest, but only the key frames of groups of \
                pictures that show one place; answers come up to 12 s of pictures later. auto: exact for small \
                pictures; for others scout where it saves work, otherwise fastest (files and pipes only).
                """))
    var speed: SpeedChoice = .exact

    @Option(
        name: .customLong("threads"), parsing: .unconditional,
        help: ArgumentHelp(
            "Threads; 0 uses one per core. Default: 0; for watch, 1.",
            valueName: "count"), transform: NumberArgument.whole)
    var chosenThreads: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Program to read, if the input holds several.", valueName: "number", visibility: .hidden),
        transform: NumberArgument.whole)
    var program: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Video stream to read, by its index in the input.", valueName: "index", visibility: .hidden),
        transform: NumberArgument.whole)
    var stream: Int?

    func validate() throws {
        guard chosenThreads.map({ 0...64 ~= $0 }) ?? true else {
            throw ValidationError("--threads takes 0 to 64")
        }
    }

    /// `--threads` of commands that read files.
    var threads: Int { chosenThreads ?? 0 }

    /// The flags for the media reader.
    ///
    /// - Parameter threads: decoder threads if the user names none.
    /// - Returns: what the reader is told.
    func mediaOptions(threads: Int = 0) -> MediaOptions {
        var options = MediaOptions()
        (options.plan, options.choosesPlan) = (speed.plan, speed == .auto)
        options.threads = chosenThreads ?? threads
        options.program = program
        options.stream = stream
        return options
    }
}

/// A decode plan by name, or the one that suits the input.
enum SpeedChoice: String, CaseIterable, ExpressibleByArgument {
    case exact, fast, fastest, scout, auto

    /// Where the input chooses, the one that may leave out most stands for it until then.
    var plan: DecodePlan { DecodePlan(rawValue: rawValue) ?? .scout }
}

extension DecodePlan: ExpressibleByArgument {}
