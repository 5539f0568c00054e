import ArgumentParser
import MediaInput

/// The flags that say what of the input is read, and how.
struct ReadingArguments: ParsableArguments {
    @Option(help: ArgumentHelp("Decoder threads; 0 takes one per core.", valueName: "count"))
    var threads = 0

    @Option(help: ArgumentHelp("Program to read, where the input holds several.", valueName: "number"))
    var program: Int?

    @Option(help: ArgumentHelp("Video stream to read, by its index in the input.", valueName: "index"))
    var stream: Int?

    func validate() throws {
        guard 0...64 ~= threads else { throw ValidationError("--threads takes 0 to 64") }
    }

    /// What the media reader is told.
    var mediaOptions: MediaOptions {
        var options = MediaOptions()
        options.threads = threads
        options.program = program
        options.stream = stream
        return options
    }
}
