import ArgumentParser
import FoundationEssentials
import Glibc
import MediaInput
import MediaOutput
import Platform
import TextFiles

/// `scened capacity`: what this machine does, and what feeds and archives need.
struct CapacityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "capacity",
        abstract: "Measure this machine, and compute what many feeds or an archive need.",
        discussion: """
            Examples:
              scened capacity
              scened capacity film.mp4 --feeds 400 --speed fastest
              scened capacity --bytes 1PB --bitrate 5M --json

            It makes films of half a minute with the codecs that FFmpeg encodes here, or reads your FILE, with one \
            thread under each decode plan. Films like yours give better figures, because grain, bit rate and \
            B-pictures determine what decoding costs. The figures are computed from processor seconds, so other \
            programs disturb them little; docs/explanation/capacity.md has the formulas. Nothing is kept.

            Exit status: 0 done; 64 wrong usage; 65 FILE, or a film that FFmpeg made, cannot be used; 66 FILE cannot \
            be opened; 73 the temporary folder or the output cannot be written; 75 no program can be started; 130, \
            143 stopped; 141 the reader of the output closed it.
            """)

    @Argument(help: "A film to measure with. Default: films that it makes.")
    var file: String?

    @Option(
        help: ArgumentHelp(
            "Live feeds to plan for, such as 100,400. Default: 100,1000,10000.", valueName: "counts"),
        transform: NumberList.whole)
    var feeds: [Int]?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Hours of film to plan for.", valueName: "hours"),
        transform: NumberArgument.decimal)
    var hours: Double?

    @Option(
        help: ArgumentHelp("Size of an archive to plan for, such as 1PB.", valueName: "size"),
        transform: QuantityArgument.bytes)
    var bytes: Double?

    @Option(
        help: ArgumentHelp(
            "Bit rate of that archive, such as 5M. Default: that of the film.", valueName: "rate"),
        transform: QuantityArgument.bitRate)
    var bitrate: Double?

    @Option(help: "Decode plan of the estimate. Default: exact.")
    var speed: DecodePlan = .exact

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Start no further measurement after this time, such as 30s. Default: 90s.", valueName: "duration"),
        transform: NumberArgument.seconds)
    var limit = 90.0

    @OptionGroup
    var answer: AnswerArguments

    func validate() throws {
        guard feeds?.allSatisfy({ 1...10_000_000 ~= $0 }) ?? true else {
            throw ValidationError("--feeds takes numbers from 1 to 10000000")
        }
        guard hours.map({ $0 > 0 && $0 <= 1e12 }) ?? true else {
            throw ValidationError("--hours takes a positive number")
        }
        guard bitrate == nil || bytes != nil else { throw ValidationError("--bitrate goes with --bytes") }
        guard 0...86_400 ~= limit else { throw ValidationError("--limit takes 0s to 24h") }
    }

    /// Films that are made, with the plans that each is read under; the first is what is planned with.
    private static let made: [(film: SampleFilm, speeds: [DecodePlan])] = [
        (SampleFilm(codec: .h264, height: 1080, rounds: 3), [.exact, .fast, .fastest]),
        (SampleFilm(codec: .h264, height: 720, rounds: 3), [.exact, .fastest]),
        (SampleFilm(codec: .hevc, height: 1080, rounds: 3), [.exact, .fastest]),
        (SampleFilm(codec: .mpeg2, height: 576, rounds: 3), [.exact, .fastest]),
    ]

    func run() throws {
        var files = FileRoles()
        files.read(file)
        files.write(answer.output)
        try files.check()
        if let file, file == "-" || file.contains("://") {
            throw CommandFailure(
                status: .usage,
                message: "'\(file)' can be read only once, and each plan reads it: give a file")
        }
        Interruption.install()
        // Encoders tell much about themselves.
        MediaLibrary.keepLog()
        let folder = try Self.temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let report = try measure(folder)
        var lines = try answer.open()
        try lines.write(answer.isForPeople(lines) ? report.text : report.line)
        try lines.finish()
    }

    private func measure(_ folder: String) throws(CommandFailure) -> CapacityReport {
        let start = WallClock.monotonicSeconds()
        let progress = StatusLine(isShown: Console.isTerminal && !answer.quiet)
        defer { progress.clear() }
        let measurement = CapacityMeasurement(folder: folder) { progress.show($0) }
        var runs: [CapacityMeasurement.Run] = []
        var leftOut: [String] = []
        let film: String
        if let file {
            film = MatchTable.shown(file)
            // The plan that is asked for is measured whatever the time.
            let others = DecodePlan.allCases.filter { $0 != speed }
            runs = try measurement.runs(of: file, name: file, speeds: [speed.rawValue])
            for other in others {
                if WallClock.monotonicSeconds() - start >= limit {
                    leftOut.append(other.rawValue)
                } else {
                    runs += try measurement.runs(of: file, name: file, speeds: [other.rawValue])
                }
            }
        } else {
            film = "films made here with FFmpeg, 30 s each at 25 pictures a second"
            for (sample, speeds) in Self.made {
                let name = "\(sample.codec.rawValue) \(sample.width)x\(sample.height)"
                guard sample.codec.isThere else {
                    leftOut.append("\(name) (FFmpeg encodes none here)")
                    continue
                }
                guard runs.isEmpty || WallClock.monotonicSeconds() - start < limit else {
                    leftOut.append(name)
                    continue
                }
                progress.show("making \(name)")
                let path = "\(folder)/film.mkv"
                do throws(CommandFailure) {
                    try Self.write(sample, path)
                } catch {
                    // What was measured is not lost to an encoder that does not do.
                    guard error.status == .noVideo, !runs.isEmpty else { throw error }
                    leftOut.append("\(name) (\(error.message))")
                    continue
                }
                for plan in speeds {
                    // What is planned with is measured whatever the time.
                    let isBase = runs.allSatisfy { $0.speed != speed.rawValue } && plan == speed
                    guard isBase || WallClock.monotonicSeconds() - start < limit else {
                        leftOut.append("\(name) \(plan.rawValue)")
                        continue
                    }
                    runs += try measurement.runs(of: path, name: name, speeds: [plan.rawValue])
                }
            }
        }
        guard let base = runs.first(where: { $0.speed == speed.rawValue }) else {
            throw CommandFailure(
                status: .noVideo, message: "this FFmpeg encodes no video to measure with: name a film")
        }
        return CapacityReport(
            cores: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))), film: film, runs: runs, leftOut: leftOut,
            base: base,
            feeds: plannedFeeds, archives: archives(base), seconds: WallClock.monotonicSeconds() - start)
    }

    private var asksNothing: Bool { feeds == nil && hours == nil && bytes == nil }
    private var plannedFeeds: [Int] { feeds ?? (asksNothing ? [100, 1000, 10_000] : []) }

    private func archives(_ base: CapacityMeasurement.Run) -> [(name: String, hours: Double)] {
        var archives: [(String, Double)] = []
        if let hours { archives.append(("\(hours) h", hours)) }
        if let bytes = bytes ?? (asksNothing ? 1e15 : nil) {
            let rate = bitrate ?? base.bitRate
            archives.append((CapacityReport.size(bytes), CapacityModel.hours(bytes: bytes, bitRate: rate)))
        }
        return archives
    }

    private static func write(_ sample: SampleFilm, _ path: String) throws(CommandFailure) {
        do throws(OutputFailure) {
            try sample.write(to: path) { Interruption.stop.isRaised }
        } catch {
            if error.code == .interrupted { throw CommandFailure(status: Interruption.status, message: "") }
            throw CommandFailure(
                status: error.code == .cannotWrite ? .cannotWrite : .noVideo, message: error.description)
        }
    }

    private static func temporaryFolder() throws(CommandFailure) -> String {
        let place = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        var template = Array("\(place)/scened-capacity-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw CommandFailure(
                status: .cannotWrite,
                message: CommandFailure.message("write", "'\(place)'", errno) + " (TMPDIR names it)")
        }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
