internal import Platform
import ArgumentParser
import MediaOutput
import SceneCorrections
import SceneEvents
import SceneFormats
import TextFiles

/// `scened correct`: a run and what a person says of it, joined.
struct Correct: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Apply a person's corrections to the events of a run.",
        discussion: """
            The report page (scened report) saves corrections: boundaries that were confirmed, removed, moved or \
            added. The output is a complete run, which export, evaluate, train and report read like any other.

            Example:
              scened segment film.mp4 --scores --output film.jsonl
              scened report film.jsonl --video film.mp4 --output film.html
              scened correct film.jsonl film.corrections.json --output corrected.jsonl
              scened export corrected.jsonl --to webvtt --output film.vtt
              scened correct film.jsonl film.otio --output corrected.jsonl

            Instead of corrections, give a list of scenes from an editor or another program (chapters, edit lists, \
            OpenTimelineIO, WebVTT and more), or a film with chapters: the result has its scenes.

            Exit status: 0 done; 64 wrong usage; 65 the input is not an event stream, or the corrections do not fit \
            it; 66 the input cannot be opened; 73 the output cannot be written; 141 the reader of the output closed \
            it.
            """)

    @Argument(help: "The run that was corrected: JSON lines as segment writes them, or - for standard input.")
    var events: String

    @Argument(
        help:
            "The corrections that the report page saved for this run, or a list of its scenes; - for standard input."
    )
    var corrections: String

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How far a scene of a list may begin from a boundary that it confirms. Default: 0.5 seconds.",
            valueName: "duration"),
        transform: NumberArgument.seconds)
    var tolerance = 0.5

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
    var output: String?

    func validate() throws {
        guard 0...60 ~= tolerance else { throw ValidationError("--tolerance takes 0 to 60") }
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
            let file =
                try ListFile.chapters(corrections, from: .start)
                ?? TextFile(
                    path: corrections, bytes: try InputFile.bytes(corrections, limit: TextFile.longestLine))
            corrected = try EventCorrector(try read(file, for: sequence.events)).correct(
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

    /// The corrections of a file, or those that make its scenes of the run's.
    private func read(_ file: TextFile, for events: [Event]) throws -> Corrections {
        guard !Corrections.recognizes(file), let list = try SpanListFile.read(file) else {
            return try Corrections(file)
        }
        guard let spans = list.seconds() else {
            throw file.malformed(
                "counts frames and does not say how many make a second",
                remedy: "give a list with times, such as WebVTT")
        }
        return try Corrections(
            matching: spans.map(\.start), countsFromStart: list.counting == .fromStart, events: events,
            tolerance: tolerance)
    }
}
