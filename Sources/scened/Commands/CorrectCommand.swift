internal import Platform
import ArgumentParser
import SceneCorrections
import SceneEvents
import TextFiles

/// `scened correct`: a run and what a person says of it, joined.
struct Correct: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Apply a person's corrections to the events of a run.",
        discussion: """
            The report page (scened report) saves corrections: boundaries that were confirmed, removed, moved or added. \
            The output is a run of its own, which export, evaluate, train and report read like any other.

            Example:
              scened segment film.mp4 --scores --output film.jsonl
              scened report film.jsonl --video film.mp4 --output film.html
              scened correct film.jsonl film.corrections.json --output corrected.jsonl
              scened export corrected.jsonl --to webvtt --output film.vtt

            Exit status: 0 done; 64 wrong usage; 65 the input is no event stream, or the corrections do not fit it; 66 \
            the input cannot be opened; 73 the output cannot be written; 141 the reader of the output left.
            """)

    @Argument(help: "The run that was corrected: JSON lines as segment writes them, or - for standard input.")
    var events: String

    @Argument(help: "The corrections that the report page saved for this run, or - for standard input.")
    var corrections: String

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
    var output: String?

    func validate() throws {
        guard events != "-" || corrections != "-" else {
            throw ValidationError("the events and the corrections cannot both be standard input")
        }
    }

    func run() throws {
        var files = FileRoles()
        files.read([events, corrections])
        files.write(output)
        try files.check()
        let corrected: [Event]
        do {
            let sequence = try EventSequence(
                reading: try InputFile.bytes(events, longestLine: EventLimits.longestLine))
            if sequence.isTorn { Console.say("\(events): the last line breaks off and was left out") }
            let file = try TextFile(
                path: corrections, bytes: try InputFile.bytes(corrections, limit: TextFile.longestLine))
            corrected = try EventCorrector(try Corrections(file)).correct(
                sequence.events, run: RunIdentity.make())
        } catch let error as EventSequence.Fault {
            throw CommandFailure(
                status: .noVideo, message: "\(events): \(error); give the output of `scened segment`")
        } catch let error as TextFileError {
            throw CommandFailure(status: .noVideo, message: error.description)
        } catch let error as CorrectionError {
            throw CommandFailure(status: .noVideo, message: "\(corrections): \(error)")
        }
        var output = try LineOutput.file(orStandardOutput: output)
        var writer = EventWriter()
        for event in corrected { try output.write(writer.line(event)) }
        try output.finish()
    }
}
