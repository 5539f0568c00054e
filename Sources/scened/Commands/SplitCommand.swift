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
              scened split film.mp4 film.jsonl --shots --name "{film} {number} {timecode}" --output shots

            Packets are copied, so cuts move to the nearest key frame; each picture of the film is in one file. A scene \
            whose cut falls on the key frame of the scene before it has no file of its own. Where pictures refer across \
            a key frame (open groups), the few before it are encoded anew.

            --exact cuts at the picture: what lies between a cut and the next key frame is encoded anew with the same \
            codec, profile and pixel format, the rest is copied. It takes H.264, HEVC and MPEG-2. In H.264 copying goes \
            on at an IDR picture; a film with few of them is encoded more.

            Sound and subtitles are copied, and cut between packets. Chapters are left out.

            Fields of --name: {film}, {number}, {kind}, {start}, {end}, {length}, {timecode}. Characters that a name \
            cannot have are replaced.

            Exit status: 0 done; 64 wrong usage; 65 the events hold nothing to cut, or the film cannot be cut so; 66 an \
            input cannot be opened; 73 a file cannot be written, or stands there already; 74 the film broke off; 130, \
            143 stopped.
            """)

    @Argument(help: "The film: a file.")
    var film: String

    @Argument(help: "Its events: a file of JSON lines as segment writes them, or - for standard input.")
    var events: String

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Folder to write into; made where it is missing.", valueName: "folder"))
    var output: String?

    @Flag(help: "A file for each shot instead of each scene.")
    var shots = false

    @Flag(help: "Cut at the picture, and encode anew up to the next key frame.")
    var exact = false

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Only what lasts longer.", valueName: "duration"),
        transform: NumberArgument.seconds)
    var longerThan: Double?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Only what lasts shorter.", valueName: "duration"),
        transform: NumberArgument.seconds)
    var shorterThan: Double?

    @Option(help: ArgumentHelp("Names of the files, without ending.", valueName: "template"))
    var name = "{film}-{kind}-{number}"

    @Option(help: "Container of the files; same: the film's own, or Matroska.")
    var to = SplitContainer.same

    @Flag(help: "Print what would be written, and write nothing.")
    var list = false

    @Flag(help: "Print the list as JSON lines, on a terminal too.")
    var json = false

    @Flag(help: "Replace files that are there.")
    var force = false

    @Flag(name: [.short, .long], help: "Nothing on standard error but errors.")
    var quiet = false

    func validate() throws {
        guard list || output != nil else {
            throw ValidationError("give --output, the folder to write into, or --list")
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
        var files = FileRoles()
        files.read(film)
        files.read(events)
        try files.check()
        Interruption.install()
        let log = try EventLogInput.read(events)
        let kind = shots ? PieceKind.shots : .scenes
        let wanted = Self.wanted(kind, log)
        guard !wanted.isEmpty else {
            throw CommandFailure(
                status: .noVideo,
                message: "\(events): no \(kind.single) in it: run scened segment to its end")
        }
        do {
            try cut(wanted, log, kind)
        } catch let error as OutputFailure {
            throw CommandFailure(error)
        }
    }

    /// A scene or shot: PTS, and what its events say.
    private struct Wanted {
        var start: Int64
        var end: Int64
        var timecode: String?
    }

    private static func wanted(_ kind: PieceKind, _ log: EventLog) -> [Wanted] {
        switch kind {
        case .shots:
            return log.shots.map {
                Wanted(
                    start: $0.start.pts, end: $0.end.pts,
                    timecode: LoggedInstant($0.start, of: log.start).timecode?.description)
            }
        case .scenes:
            let first = LoggedInstant(Instant(pts: 0), of: log.start).ticks
            return log.scenes.map {
                Wanted(
                    start: $0.start.ticks - first, end: $0.end.ticks - first,
                    timecode: $0.start.timecode?.description)
            }
        }
    }

    // MARK: Cutting

    private func cut(_ wanted: [Wanted], _ log: EventLog, _ kind: PieceKind) throws {
        let source = try Film(film, stop: Interruption.stop)
        if !quiet { for line in FilmFit.misfits(log, source, events) { Console.say(line) } }
        guard source.timeBase == log.timeBase else {
            throw CommandFailure(
                status: .noVideo,
                message:
                    "\(source.name) counts time in \(source.timeBase) s, and \(events) in \(log.timeBase) s: "
                    + "give the film that the events are of, or run scened segment on this one")
        }
        let container: Container
        if case .of(let chosen) = to { container = chosen } else { container = source.container ?? .mkv }
        let progress = CopyProgress(isShown: Console.isTerminal && !quiet, of: source.claimedLength)
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
        for row in rows where row.isWritten { try OutputFolder.refuseExisting(row.path, force: force) }
        try refuseInput(rows)
        let splitter = try Splitter(
            try Film(film, stop: Interruption.stop), index: index, plan: plan,
            targets: rows.map { $0.isWritten ? Splitter.Target(path: $0.path) : nil }, container: container)
        let report = try splitter.run(progress.show)
        progress.clear()
        if !quiet { tell(report, rows, kind, container) }
    }

    /// No file is the film or the list of events, whatever they are called.
    private func refuseInput(_ rows: [Row]) throws {
        var files = FileRoles()
        files.read(film)
        files.read(events)
        for row in rows where row.isWritten { files.write(row.path, replacesMedia: force) }
        try files.check()
    }

    private func tell(_ report: Splitter.Report, _ rows: [Row], _ kind: PieceKind, _ container: Container) {
        if !report.leftOut.isEmpty {
            Console.say("left out: \(report.leftOut.joined(separator: ", ")); --to mkv takes more")
        }
        if report.late > 0 {
            Console.say(
                "\(report.late) packets of sound or subtitles came too late in the film, and were left out: "
                    + "remux the film first")
        }
        let joined = rows.reduce(0) { $0 + $1.numbers.count - 1 }
        if joined > 0 {
            Console.say(
                "\(joined) \(kind.single)s have no key frame of their own and are in the file before; "
                    + "--exact cuts them too")
        }
        let files = report.files == 1 ? "1 file" : "\(report.files) files"
        Console.say(
            "\(files), \(report.pictures) pictures, \(report.encoded) of them encoded anew")
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
        var pictures: Int
        var encoded: Int
        /// Seconds from the cut that was asked for to the one that is made.
        var moved: Double
    }

    private func rows(
        of plan: CutPlan, _ wanted: [Wanted], _ log: EventLog, _ kind: PieceKind, _ container: Container
    ) throws -> [Row] {
        let template = try TextTemplate(name)
        let clock = log.start.media.clock
        var rows: [Row] = []
        for piece in plan.pieces {
            let (first, last) = (wanted[piece.cuts.lowerBound], wanted[piece.cuts.upperBound - 1])
            let length = clock.timeBase.seconds(last.end - first.start)
            let isFirst = piece.cuts.lowerBound == 0
            let start = isFirst ? min(0, clock.seconds(at: first.start)) : clock.seconds(at: piece.start)
            let end = piece.end == .max ? clock.seconds(at: last.end) : clock.seconds(at: piece.end)
            let offset = Double(log.start.media.startOffset) / 1_000_000
            let facts = PieceFacts(
                film: film, number: piece.cuts.lowerBound + 1, count: wanted.count, start: start + offset,
                end: end + offset, timecode: first.timecode)
            let file = template.fileName(facts, kind: kind.single) + "." + container.rawValue
            rows.append(
                Row(
                    numbers: (piece.cuts.lowerBound + 1)..<(piece.cuts.upperBound + 1),
                    path: output.map { "\($0)/\(file)" } ?? file,
                    isWritten: length > longerThan ?? -1 && length < shorterThan ?? .infinity, start: start,
                    end: end, pictures: piece.pictures, encoded: piece.encoded,
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
        func padded(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(0, width - text.count)) + text
        }
        let numbers =
            row.numbers.count == 1
            ? "\(row.numbers.lowerBound)" : "\(row.numbers.lowerBound)-\(row.numbers.upperBound - 1)"
        let moved = Int((row.moved * 1000).rounded())
        return padded(numbers, 9) + padded(ClockText.hours(row.start), 13)
            + padded(ClockText.hours(row.end), 13) + padded("\(row.pictures)", 10)
            + padded("\(row.encoded)", 9) + padded("\(moved) ms", 9)
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
