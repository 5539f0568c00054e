internal import Platform
import ArgumentParser
import JSONText
import MediaOutput
import SceneEvents
import SceneFormats
import Timeline

extension Container: ExpressibleByArgument {}

/// `scened split`: a file for each scene or shot.
struct Split: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Cut a film into a file for each scene or shot.",
        discussion: """
            Examples:
              scened split film.mp4 film.jsonl --output scenes
              scened split film.mp4 film.jsonl --list
              scened split film.mp4 film.jsonl --exact --longer-than 1m --output scenes
              scened split film.mp4 film.jsonl --of shots --name "{film} {number} {timecode}" --output shots

            Packets are copied, so cuts move to the nearest key frame; each picture of the film is in one file. A scene \
            without a key frame of its own goes into the file of the scene before it. In open groups of pictures, the \
            few pictures shown before the key frame are re-encoded.

            --exact cuts at the picture: what lies between a cut and the next key frame is re-encoded with the same \
            codec, profile and pixel format; the rest is copied. It takes H.264, HEVC and MPEG-2. In H.264, copying \
            resumes at an IDR picture, so in a film with few of them more is re-encoded.

            Sound and subtitles are copied, and cut between packets; a subtitle that runs over a cut ends there. Each file \
            has the timecode of its first picture, and the film's covers and attached files where its container keeps \
            them. Chapters are left out.

            Fields of --name: {film}, {number}, {kind}, {start}, {end}, {length}, {timecode}, with times in the form \
            that --list prints. Characters that a name cannot have are replaced.

            Exit status: 0 done; 64 wrong usage; 65 the events hold nothing to cut, or the film cannot be cut this \
            way; 66 an input cannot be opened; 73 a file cannot be written, or exists already; 74 the film broke \
            off; 130, 143 stopped.
            """)

    @OptionGroup
    var pieces: PieceArguments

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Folder to write into; created if missing.", valueName: "folder"))
    var output: String?

    @Flag(help: "Cut at the picture, and re-encode up to the next key frame.")
    var exact = false

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Only pieces longer than this.", valueName: "duration"),
        transform: NumberArgument.seconds)
    var longerThan: Double?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Only pieces shorter than this.", valueName: "duration"),
        transform: NumberArgument.seconds)
    var shorterThan: Double?

    @Option(help: ArgumentHelp("Names of the files, without their ending.", valueName: "template"))
    var name = "{film}-{kind}-{number}"

    @Option(
        help: ArgumentHelp(
            "Container of the files; same: the film's own, or Matroska.", valueName: "container"))
    var to = SplitContainer.same

    @Flag(help: "Print what would be written, and write nothing.")
    var list = false

    @Flag(help: "Print the list as JSON lines, even on a terminal.")
    var json = false

    func validate() throws {
        guard list || output != nil else {
            throw ValidationError("give --output, the folder to write into, or --list")
        }
        guard list || !json else {
            throw ValidationError("--json prints the list as JSON lines; add --list, or leave --json out")
        }
        do {
            guard try TextTemplate(name).isDistinct else {
                throw ValidationError(
                    "without {number}, {start} or {timecode} all files would have the same name")
            }
        } catch let error as ValidationError {
            throw ValidationError("--name: \(error.message)")
        }
    }

    func run() throws {
        Interruption.install()
        let (log, wanted) = try pieces.read()
        do {
            try cut(wanted, log, pieces.of)
        } catch let error as OutputFailure {
            throw CommandFailure(error)
        }
    }

    // MARK: Cutting

    private func cut(_ wanted: [PieceKind.Piece], _ log: EventLog, _ kind: PieceKind) throws {
        let source = try Film(pieces.film, stop: Interruption.stop)
        if !pieces.quiet { for line in FilmFit.misfits(log, source, pieces.events) { Console.say(line) } }
        guard source.timeBase == log.timeBase else {
            throw CommandFailure(
                status: .noVideo,
                message:
                    "\(source.name) counts time in \(source.timeBase) s, and \(pieces.events) in \(log.timeBase) s: "
                    + "give the film that the events are of, or run scened segment on this one")
        }
        let container: Container
        if case .of(let chosen) = to { container = chosen } else { container = source.container ?? .mkv }
        let progress = CopyProgress(isShown: Console.isTerminal && !pieces.quiet, of: source.claimedLength)
        defer { progress.clear() }
        let index = try VideoIndex(reading: source, progress: progress.show)
        let canEncode = Splitter.canEncode(source)
        if exact, !canEncode {
            throw CommandFailure(
                status: .noVideo,
                message:
                    "\(source.name): \(source.codec) pictures like these are not encoded here, so they cannot be "
                    + "cut exactly: leave out --exact, or convert the film")
        }
        let rules = CutPlan.Rules(
            isExact: exact, canEncode: canEncode, needsReset: Splitter.needsReset(source),
            keepsHidden: container.keepsHidden)
        let plan = CutPlan(index, cuts: wanted.dropFirst().map(\.start), rules: rules)
        let rows = try rows(of: plan, wanted, log, kind, container)
        progress.clear()
        if list { return try show(rows) }
        guard let output else { return }
        try OutputFolder.make(output)
        for row in rows where row.isWritten { try OutputFolder.refuseExisting(row.path, force: pieces.force) }
        try refuseInput(rows)
        let splitter = try Splitter(
            try Film(pieces.film, stop: Interruption.stop), index: index, plan: plan,
            targets: rows.map(\.target), container: container)
        let report = try splitter.run(progress.show)
        progress.clear()
        if !pieces.quiet { tell(report, rows, kind, container) }
    }

    /// No file is the film or the list of events, whatever they are called.
    private func refuseInput(_ rows: [Row]) throws {
        var files = FileRoles()
        files.read([pieces.film, pieces.events])
        for row in rows where row.isWritten { files.write(row.path, replacesMedia: pieces.force) }
        try files.check()
    }

    private func tell(_ report: Splitter.Report, _ rows: [Row], _ kind: PieceKind, _ container: Container) {
        if !report.leftOut.isEmpty {
            let names = report.leftOut.map(\.description).joined(separator: ", ")
            Console.say(
                "left out: \(names)" + LeftOutStream.remedy(for: report.leftOut) { "--to \($0.rawValue)" })
        }
        if report.late > 0 {
            Console.say(
                "\(report.late) packets of sound or subtitles came too late in the film and were left out: remux the film first"
            )
        }
        let joined = rows.reduce(0) { $0 + $1.numbers.count - 1 }
        if joined > 0 {
            Console.say(
                "\(joined) \(kind.single)s have no key frame of their own and are in the file of the one before; "
                    + "--exact cuts them too")
        }
        let files = report.files == 1 ? "1 file" : "\(report.files) files"
        Console.say(
            "\(files), \(report.pictures) pictures, \(report.encoded) of them re-encoded")
    }

    // MARK: The list

    /// A file, and what is in it.
    private struct Row {
        /// From 1: the scene or shot, and those that could not be cut from it.
        var numbers: Range<Int>
        var path: String
        var isWritten: Bool
        var start: Double
        var end: Double
        /// When its last picture is over, in ticks; nil of the last file.
        var endPTS: Int64?
        /// Of its first picture.
        var timecode: String?
        var pictures: Int
        var encoded: Int
        /// Seconds from the cut that was asked for to the one that is made.
        var moved: Double

        var target: Splitter.Target? {
            isWritten ? Splitter.Target(path: path, end: endPTS, timecode: timecode) : nil
        }
    }

    private func rows(
        of plan: CutPlan, _ wanted: [PieceKind.Piece], _ log: EventLog, _ kind: PieceKind,
        _ container: Container
    ) throws -> [Row] {
        let template = try TextTemplate(name)
        let clock = log.start.media.clock
        let timecodes = PieceTimecode(log)
        var rows: [Row] = []
        for piece in plan.pieces {
            let (first, last) = (wanted[piece.cuts.lowerBound], wanted[piece.cuts.upperBound - 1])
            let length = clock.timeBase.seconds(last.end - first.start)
            let isFirst = piece.cuts.lowerBound == 0
            let start = isFirst ? min(0, clock.seconds(at: first.start)) : clock.seconds(at: piece.start)
            // Nothing is shown in a gap between its last picture and the next file.
            let isBeforeGap = piece.last < last.end && last.end < piece.end
            let endPTS = piece.end == .max || isBeforeGap ? last.end : piece.end
            let end = clock.seconds(at: endPTS)
            let timecode =
                isFirst ? first.timecode : timecodes.label(piece.start - first.start, behind: first.timecode)
            let offset = Double(log.start.media.startOffset) / 1_000_000
            let facts = PieceFacts(
                film: pieces.film, number: piece.cuts.lowerBound + 1, count: wanted.count,
                start: start + offset,
                end: end + offset, timecode: timecode)
            let file = template.fileName(facts, kind: kind.single) + "." + container.rawValue
            rows.append(
                Row(
                    numbers: (piece.cuts.lowerBound + 1)..<(piece.cuts.upperBound + 1),
                    path: output.map { "\($0)/\(file)" } ?? file,
                    isWritten: length > longerThan ?? -1 && length < shorterThan ?? .infinity, start: start,
                    end: end, endPTS: piece.end == .max ? nil : endPTS, timecode: timecode,
                    pictures: piece.pictures, encoded: piece.encoded,
                    moved: isFirst ? 0 : start - clock.seconds(at: first.start)))
        }
        var names: Set<String> = []
        for row in rows where row.isWritten && !names.insert(row.path).inserted {
            throw CommandFailure(
                status: .usage,
                message: "--name gives '\(row.path)' twice; put {number} into it")
        }
        return rows
    }

    private func show(_ rows: [Row]) throws {
        var output = LineOutput.standardOutput()
        let isTable = output.isTerminal && !json
        if isTable {
            try output.write(
                "   number        start          end  pictures  encoded    moved  file\n")
        }
        for row in rows where row.isWritten {
            try output.write(isTable ? Self.line(row) : Self.jsonLine(row))
        }
        try output.finish()
    }

    private static func line(_ row: Row) -> String {
        func column(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(0, width - text.count)) + text
        }
        let numbers =
            row.numbers.count == 1
            ? "\(row.numbers.lowerBound)" : "\(row.numbers.lowerBound)-\(row.numbers.upperBound - 1)"
        let moved = Int((row.moved * 1000).rounded())
        return column(numbers, 9) + column(ClockText.hours(row.start), 13)
            + column(ClockText.hours(row.end), 13) + column("\(row.pictures)", 10)
            + column("\(row.encoded)", 9) + column("\(moved) ms", 9)
            + "  \(FileName.shown(row.path))\n"
    }

    private static func jsonLine(_ row: Row) -> String {
        var line = JSONLine()
        func microseconds(_ seconds: Double) -> Int64 { Int64((seconds * 1_000_000).rounded()) }
        line.field("numbers", list: row.numbers.map { String($0) })
        line.field("file", FileName.shown(row.path))
        line.field("start", microseconds: microseconds(row.start))
        line.field("end", microseconds: microseconds(row.end))
        line.field("pictures", row.pictures)
        line.field("encoded", row.encoded)
        line.field("moved", microseconds: microseconds(row.moved))
        return line.object + "\n"
    }
}

/// What `--to` takes.
enum SplitContainer: ExpressibleByArgument {
    case same
    case of(Container)

    init?(argument: String) {
        if argument == "same" {
            self = .same
        } else if let container = Container(rawValue: argument) {
            self = .of(container)
        } else {
            return nil
        }
    }

    static var allValueStrings: [String] { ["same"] + Container.allCases.map(\.rawValue) }

    var defaultValueDescription: String {
        switch self {
        case .same: "same"
        case .of(let container): container.rawValue
        }
    }
}
