internal import Platform
import ArgumentParser
import MediaInput
import SceneEvents
import SceneFormats
import ScenePipeline
import ShotDetection
import Timeline

/// How shots are written.
enum ShotFormat: String, CaseIterable, ExpressibleByArgument {
    case jsonl, csv, table
}

/// `scened shots`: from a video to its shots alone.
struct Shots: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the shots of a video while reading it.",
        discussion: """
            Examples:
              scened shots film.mp4
              scened shots film.mp4 --to csv --output film-Scenes.csv
              scened shots film.mp4 --stats film.stats.csv > /dev/null
              scened shots film.mp4 --shots film.mp4.scenes.txt --to csv
              scened shots udp://:5000 --provisional

            It writes stream_start, shot, gap, stream_change and stream_end events; with --to csv, PySceneDetect's \
            list of scenes without its first line, which other programs also read. --stats writes one row for each \
            picture, laid out as PySceneDetect's: brightness, contrast, differences, the detector's verdicts (0 to \
            1; a cut from 0.5), and whether a shot begins there.

            With --provisional, a cut event reports each hard cut 0.12 s of media after it (state provisional, with \
            a score), and another the full verdict (final or retracted), 0.8 s after the cut. All other events stay \
            the same except for their seq.

            Exit status: as segment's.
            """)

    @Argument(help: "A file, FIFO or URL, or - for standard input.")
    var input: String

    @Option(
        help: ArgumentHelp(
            "Format. Default: a table on a terminal, otherwise jsonl; with --json, jsonl.",
            valueName: "format"))
    var to: ShotFormat?

    @Flag(help: "Write JSON lines, not a table, even on a terminal.")
    var json = false

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
    var output: String?

    @Option(
        help: ArgumentHelp("Also write the measurements of each picture to this file.", valueName: "file"))
    var stats: String?

    @Flag(help: "Also report hard cuts before they are certain, and later whether they were cuts.")
    var provisional = false

    @Option(help: CutListInput.help)
    var shots: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Shortest shot. Default: 0.16 seconds; with --shots, no limit.", valueName: "duration"),
        transform: NumberArgument.seconds)
    var minShot: Double?

    @OptionGroup(title: "Reading")
    var reading: ReadingArguments

    @OptionGroup(title: "Sound")
    var hearing: SoundArguments

    @Option(
        help: ArgumentHelp(
            "Name of the feed in stream_start. Default: default.", valueName: "name", visibility: .hidden))
    var feed: String?

    @Flag(name: [.short, .long], help: "Print only errors on standard error.")
    var quiet = false

    func validate() throws {
        guard minShot.map({ $0 > 0 && $0 <= 5 }) ?? true else {
            throw ValidationError("--min-shot takes more than 0 and at most 5 seconds")
        }
        guard shots == nil || stats == nil else {
            throw ValidationError("--stats is of scened's own detector: leave it or --shots out")
        }
        guard !json || to == nil || to == .jsonl else {
            throw ValidationError("--json and --to name two formats: leave one out")
        }
        try hearing.validate(isHeard: false)
        guard !provisional || (shots == nil && to != .csv && to != .table) else {
            throw ValidationError(
                "--provisional is of scened's own detector and of events: leave --shots and --to out")
        }
        guard !hearing.sound || (to != .csv && to != .table) else {
            throw ValidationError("--sound adds to events: leave it or --to out")
        }
        guard shots != "-" || input != "-" else {
            throw ValidationError("the video and --shots cannot both be standard input")
        }
    }

    func run() throws {
        var files = FileRoles()
        for path in [input, shots] { files.read(path) }
        files.write(output)
        if let stats { files.write(stats, option: "--stats") }
        try files.check()
        var options = SegmentOptions()
        options.speed = reading.speed.plan
        let cuts = try shots.map { try CutListInput($0, of: input, reading.mediaOptions()) }
        options.choose(list: cuts?.list, minimumShot: minShot)
        try hearing.apply(to: &options, scorer: nil)
        Interruption.install()
        let reader: ShotReader
        do {
            reader = try ShotReader(
                .url(input), mediaOptions: reading.mediaOptions(), options: options,
                recordsStatistics: stats != nil, announcesCuts: provisional, stop: Interruption.stop)
        } catch {
            throw CommandFailure(error)
        }
        try cuts?.check(reader.media)
        var output = try LineOutput.file(orStandardOutput: output)
        var statistics: LineOutput?
        if let stats { statistics = try .file(stats, option: "--stats") }
        try write(reader, to: &output, statistics: &statistics)
        try output.finish()
        try statistics?.finish()
        try conclude(reader)
    }

    /// What is written, and how.
    private func format(isTerminal: Bool) -> ShotFormat {
        to ?? (isTerminal && output == nil && !json && !provisional && !hearing.sound ? .table : .jsonl)
    }

    private func write(
        _ reader: ShotReader, to output: inout LineOutput, statistics: inout LineOutput?
    ) throws {
        var writer = EventWriter()
        var table = StatisticsTable(names: PictureStatistics.names)
        let progress = ProgressLine(isShown: Console.isTerminal && !quiet)
        defer { progress.clear() }
        let clock = reader.media.clock

        let to = format(isTerminal: output.isTerminal)
        let rows = ShotRows(clock: clock)
        writer.skip(.streamStart(start(of: reader)))
        try statistics?.write(table.header)
        switch to {
        case .csv: try output.write(ShotTable.header)
        case .table: try output.write(ShotRows.header)
        case .jsonl: try output.write(writer.line(.streamStart(start(of: reader))))
        }
        while let results = reader.next() {
            for result in results {
                switch (result, to) {
                case (.cut(let notice), .jsonl): try output.write(writer.line(.cut(notice)))
                case (.shot(let shot), .jsonl): try output.write(writer.line(.shot(shot.shot)))
                case (.gap(let gap), .jsonl): try output.write(writer.line(.gap(gap)))
                case (.shot(let shot), .table): try output.write(rows.row(shot.shot))
                case (.shot(let shot), .csv):
                    try output.write(
                        ShotTable.row(
                            index: shot.shot.index, pictures: shot.pictures,
                            start: clock.microseconds(at: shot.shot.start.pts),
                            end: clock.microseconds(at: shot.shot.end.pts)))
                case (.change(let change), .jsonl): try output.write(writer.line(.streamChange(change)))
                case (.cut, _), (.gap, _), (.change, _): break
                }
            }
            for row in reader.takeStatistics() {
                try statistics?.write(
                    table.row(microseconds: clock.microseconds(at: row.at.pts), values: row.values))
            }
            progress.update(media: reader.position, of: reader.expectedLength, shots: reader.counts.shots)
        }
        if to == .jsonl { try output.write(writer.line(reader.streamEnd(wall: WallClock.timestamp()))) }
    }

    /// Turns the way the input ended into an exit status.
    private func conclude(_ reader: ShotReader) throws {
        switch reader.ending {
        case .end:
            try CutListInput.judge(
                reader.misfit, path: shots, pictures: reader.counts.pictures, isQuiet: quiet)
        case .interrupted: throw CommandFailure(status: Interruption.status, message: "")
        case .damaged(let reason): throw CommandFailure(damaged: reader.displayName, reason)
        }
    }

    private func start(of reader: ShotReader) -> StreamStart {
        StreamStart(
            version: Version.number, input: reader.displayName, feed: feed ?? "default",
            run: RunIdentity.make(),
            timeline: 0, media: reader.media, options: reader.optionLiterals(threads: reading.threads),
            model: .shotsAlone, delayBound: nil,
            detectorLag: Int64((reader.detectorLag * 1_000_000).rounded()),
            decoderDelay: reader.decoderDelay, build: Libraries.inUse, wall: WallClock.timestamp())
    }
}
