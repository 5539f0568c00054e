import ArgumentParser
import SceneEvents
import SceneFormats
import Timeline

extension AdBreakFormat: ExpressibleByArgument {}

/// `scened adbreaks`: scene boundaries near wished positions.
struct AdBreaks: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adbreaks",
        abstract: "Find the scene boundary nearest to each planned ad break.",
        discussion: """
            Examples:
              scened adbreaks film.jsonl --every 5m --window 30
              scened adbreaks film.jsonl --every 12m --first 8m --window 30 --to scte35

            Breaks are planned at --first and every --every after it. Each takes the nearest boundary between two \
            scenes within --window; of two equally near boundaries, the one with the higher score. If none is near \
            enough, the output says so: a row without a time, null, or a comment.

            scte35 writes a JSON object for each position, with a time_signal (segmentation type 0x20, a chapter begins) \
            as base64 and hexadecimal. Its time is that of the picture in the stream. daterange writes tags for an HLS \
            playlist, with the same section as SCTE35-CMD.

            Exit status: as export's.
            """)

    @Argument(help: "A file of JSON lines as segment writes them, or - for standard input.")
    var events: String

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Time between planned breaks.", valueName: "duration"),
        transform: NumberArgument.seconds)
    var every: Double

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How far a boundary may lie before or after a planned break.", valueName: "duration"),
        transform: NumberArgument.seconds)
    var window: Double

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The first position. Default: the value of --every.", valueName: "duration"),
        transform: NumberArgument.seconds)
    var first: Double?

    @Option(help: ArgumentHelp("Format: csv, json, daterange, scte35.", valueName: "format"))
    var to: AdBreakFormat = .csv

    @Option(
        help: ArgumentHelp(
            "For daterange: wall-clock time at which the file starts, such as 2026-01-02T03:04:05Z. Default: that of the run.",
            valueName: "time"))
    var programDateTime: String?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
    var output: String?

    func validate() throws {
        guard 1...1e6 ~= every else { throw ValidationError("--every takes 1 to 1000000 seconds") }
        guard 0...1e6 ~= window else { throw ValidationError("--window takes 0 to 1000000 seconds") }
        guard 0...1e6 ~= first ?? 0 else { throw ValidationError("--first takes 0 to 1000000 seconds") }
        if let programDateTime {
            guard to == .daterange else {
                throw ValidationError("--program-date-time changes nothing in \(to.rawValue); leave it out")
            }
            guard WallTime(programDateTime) != nil else {
                throw ValidationError("--program-date-time takes a time such as 2026-01-02T03:04:05Z")
            }
        }
    }

    func run() throws {
        var files = FileRoles()
        files.read(events)
        files.write(output)
        try files.check()
        let text: String
        do {
            let log = try EventLog(
                reading: try InputFile.bytes(events, longestLine: EventLimits.longestLine))
            for warning in log.warnings { Console.say("\(events): \(warning)") }
            func microseconds(_ seconds: Double) -> Int64 { Int64((seconds * 1_000_000).rounded()) }
            let plan = AdBreakPlan(
                log, every: microseconds(every), window: microseconds(window), first: first.map(microseconds))
            guard plan.breaks.count < AdBreakPlan.most else {
                throw CommandFailure(
                    status: .noVideo,
                    message:
                        "\(events): more than \(AdBreakPlan.most) positions fit into it: give a longer --every"
                )
            }
            text = try to.write(plan, of: log, origin: programDateTime.flatMap { WallTime($0) })
        } catch let error as ExportError {
            throw CommandFailure(status: .noVideo, message: "\(events): \(error.description)")
        }
        var output = try LineOutput.file(orStandardOutput: output)
        try output.write(text)
        try output.finish()
    }
}
