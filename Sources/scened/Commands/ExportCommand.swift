internal import Platform
import ArgumentParser
import Glibc
import SceneEvents
import SceneFormats

extension ExportFormat: ExpressibleByArgument {
    init?(argument: String) { self.init(name: argument) }

    static var allValueStrings: [String] { all.map(\.name) }

    static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

/// `scened export`: from events to chapters and cut lists.
struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Turn the events of a run into chapters or a cut list.",
        discussion: """
            Examples:
              scened segment film.mp4 | scened export - --to webvtt > film.vtt
              scened export film.jsonl --to ffmetadata --output chapters.txt
              ffmpeg -i film.mp4 -i chapters.txt -map_metadata 0 -map_chapters 1 -codec copy chaptered.mp4

            Scenes are numbered from 1, shots and pictures from 0, as in the events. Times of webvtt and ffmetadata are \
            milliseconds, those of csv microseconds, rounded up: none lies before its picture.

            Exit status: 0 done, also where no scene is final yet (a line says so); 64 wrong usage; 65 the input is not \
            an event stream, or the format cannot express it; 66 the input cannot be opened; 73 the output cannot be \
            written; 141 the reader of the output left.
            """)

    @Argument(help: "A file of JSON lines as segment writes them, or - for standard input.")
    var events: String

    @Option(
        help: ArgumentHelp(
            "Format: \(ExportFormat.allValueStrings.joined(separator: ", ")).", valueName: "format"))
    var to: ExportFormat

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
    var output: String?

    @Option(help: ArgumentHelp("Title of the cut list, where the format has one.", valueName: "text"))
    var title = "scenes"

    func run() throws {
        var files = FileRoles()
        files.read(events)
        files.write(output)
        try files.check()
        let bytes: [UInt8]
        do {
            let log = try EventLog(
                reading: try InputFile.bytes(events, longestLine: EventLimits.longestLine))
            for warning in log.warnings { Console.say("\(events): \(warning)") }
            bytes = try to.write(log, ExportOptions(title: title))
        } catch let error as ExportError {
            throw CommandFailure(status: .noVideo, message: "\(events): \(error.description)")
        }
        var output = try LineOutput.file(orStandardOutput: output)
        try output.write(bytes)
        try output.finish()
    }
}

/// Reads a whole file or standard input.
enum InputFile {
    /// Throws `CommandFailure`: cannot open; longer than `limit`; a line longer than `longestLine`, neither
    /// of which is read to its end.
    static func bytes(_ path: String, limit: Int = .max, longestLine: Int = .max) throws(CommandFailure)
        -> [UInt8]
    {
        let descriptor =
            path == "-" ? STDIN_FILENO : FileName.withBytes(path) { open($0, O_RDONLY | O_CLOEXEC) }
        func failure() -> CommandFailure {
            CommandFailure(
                status: .cannotOpen, message: CommandFailure.message("read", "'\(path)'", errno))
        }
        guard descriptor >= 0 else { throw failure() }
        defer { if path != "-" { close(descriptor) } }
        func refusal(_ what: String, _ limit: Int) -> CommandFailure {
            CommandFailure(
                status: .noVideo, message: "'\(path)': \(what) longer than \(limit) bytes; give another file")
        }
        var bytes: [UInt8] = []
        var lineStart = 0
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count > 0 {
                bytes.append(contentsOf: chunk[..<count])
                guard bytes.count <= limit else { throw refusal("it is", limit) }
                if let newline = bytes.suffix(count).lastIndex(of: UInt8(ascii: "\n")) {
                    lineStart = newline + 1
                }
                guard bytes.count - lineStart <= longestLine else { throw refusal("a line is", longestLine) }
            } else if errno != EINTR {
                throw failure()
            }
        }
    }
}
