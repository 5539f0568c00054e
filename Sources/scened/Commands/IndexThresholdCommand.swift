internal import Platform
import ArgumentParser
import Glibc
import JSONText
import SceneFormats
import SceneIndex
import TextFiles

/// `scened index threshold`: from which score scenes count as alike.
struct IndexThresholdCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "threshold",
        abstract:
            "Find the score from which scenes count as similar, from the number of false matches per day.",
        discussion: """
            Examples:
              scened index threshold archive
              scened index threshold archive --list 50 > pairs.tsv
              scened index threshold archive --known pairs.tsv --per-day 1 --set

            Each scene is compared with all scenes of other recordings. A match counts as false, unless --known \
            names one of its scenes as a repeat; so the threshold is on the safe side. A larger index has more false \
            matches: measure again when it has grown.

            --list writes the pairs with the highest scores, in columns separated by tabs; a name that contains a \
            tab or a line end becomes a JSON string. Look at them, keep the lines of those that are repeats, and \
            give the file to --known.

            Exit status: 0 done; 64 wrong usage; 65 the index or the file of --known cannot be used, or holds too \
            little; 66 one cannot be opened; 73 the index cannot be written, or another command writes to it; 141 \
            the reader of the output closed it.
            """)

    @Argument(help: "Folder of the index.")
    var directory: String

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Allowed number of false matches per day of video. Default: 1.", valueName: "count"),
        transform: NumberArgument.decimal)
    var perDay = 1.0

    @Option(
        help: ArgumentHelp(
            "A file of --list with the lines of true repeats: its first two columns name scenes.",
            valueName: "file"))
    var known: String?

    @Flag(help: "Write the threshold into the index: --index takes it from there.")
    var set = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Write only this many pairs of scenes, the most similar first.", valueName: "count"),
        transform: NumberArgument.whole)
    var list: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Largest number of scenes to compare, evenly spread. Default: 20000.", valueName: "count",
            visibility: .hidden), transform: NumberArgument.whole)
    var sample = 20_000

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard perDay > 0, perDay <= 100_000 else {
            throw ValidationError("--per-day takes more than 0, at most 100000")
        }
        guard list.map({ 1...1_000_000 ~= $0 }) ?? true else {
            throw ValidationError("--list takes 1 to 1000000")
        }
        guard 1...10_000_000 ~= sample else { throw ValidationError("--sample takes 1 to 10000000") }
        guard list == nil || !(set || json) else {
            throw ValidationError("--list writes pairs and nothing else: leave --set and --json out")
        }
    }

    func run() throws {
        let index = try IndexInput.read(directory)
        let repeats = try known.map { try Self.repeats($0, in: index) } ?? []
        guard index.book.live.count > 1 else {
            throw CommandFailure(
                status: .noVideo,
                message:
                    "the index '\(directory)' holds \(index.book.live.count == 1 ? "one recording" : "no recordings"), and matches between recordings are counted; add more"
            )
        }
        let cores = min(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))), 64)
        let twins = SceneSearch.twins(in: index, most: sample, threadCount: cores)
        if let list { return try write(Self.pairs(twins, index).prefix(list)) }
        let others = twins.filter { !repeats.contains($0.row) }
        let seconds = others.reduce(0.0) { sum, twin in
            let scene = index.scene(twin.row)
            return sum + Double(scene.end - scene.start) / 1_000_000
        }
        guard seconds > 0 else {
            throw CommandFailure(
                status: .noVideo,
                message: "no scene of the index '\(directory)' is left to measure with; add more recordings")
        }
        let rate = MatchRate(
            scores: others.map { $0.match?.score ?? -.infinity }, seconds: seconds)
        try report(rate, scenes: others.count, recordings: index.book.live.count)
    }

    private func report(_ rate: MatchRate, scenes: Int, recordings: Int) throws {
        let (threshold, isMeasured) = rate.threshold(perDay: perDay)
        let hours = rate.seconds / 3600
        let found = IndexThreshold(
            threshold: threshold, matchesPerDay: rate.perDay(at: threshold), hours: hours)
        if set {
            do throws(IndexError) {
                try SceneIndexWriter(directory: absolutePath(directory), files: PosixFiles(), fresh: nil)
                    .set(found)
            } catch {
                throw CommandFailure(error)
            }
        }
        let output = LineOutput.standardOutput()
        if json {
            var line = JSONLine()
            line.field("threshold", raw: Self.decimal(threshold))
            line.field("matches_per_day", raw: Self.decimal(found.matchesPerDay))
            line.field("hours", raw: Self.decimal(hours))
            line.field("scenes", scenes)
            line.field("recordings", recordings)
            line.field("measured", isMeasured)
            try output.write(line.object + "\n")
        } else {
            try output.write(Self.table(rate, threshold, scenes: scenes, recordings: recordings))
        }
        let copies = rate.copies(perDay: perDay)
        if copies > 0 {
            Console.say(
                "\(copies == 1 ? "1 scene scores" : "\(copies) scenes score") 1, as copies do: more than \(perDay) a day, and no threshold leaves them out; name repeats with --known, or allow more"
            )
        } else if !isMeasured {
            Console.say(
                "\(ClockText.hours(rate.seconds)) of scenes are too little to allow \(perDay) a day: the threshold is above every match; add recordings, or allow more"
            )
        }
    }

    /// The threshold, and what others would give.
    private static func table(
        _ rate: MatchRate, _ threshold: Double, scenes: Int, recordings: Int
    ) -> String {
        var text =
            "\(scenes) scenes of \(recordings) recordings, \(ClockText.hours(rate.seconds))\n"
            + "threshold   matches a day\n"
        for (value, mark) in [(threshold, "  <")] + [0.9, 0.95, 0.97, 0.98, 0.99, 0.995].map({ ($0, "") }) {
            let count = rate.perDay(at: value)
            text += decimal(value) + pad((count * 10).rounded() / 10) + mark + "\n"
        }
        return text
    }

    private static func pad(_ value: Double) -> String {
        let text = "\(value)"
        return String(repeating: " ", count: max(1, 16 - text.count)) + text
    }

    private static func decimal(_ value: Double) -> String {
        JSONLine.decimal(micro: Int64((value * 1_000_000).rounded()))
    }

    /// Rows, the most alike first; each pair once.
    private static func pairs(_ twins: [SceneTwin], _ index: SceneIndex) -> [String] {
        var told: Set<[Int]> = []
        return twins.compactMap { twin in twin.match.map { (twin.row, $0) } }
            .sorted { ($1.1.score, $0.0) < ($0.1.score, $1.0) }
            .filter { told.insert([min($0.0, $0.1.row), max($0.0, $0.1.row)]).inserted }
            .map { row, match in
                let scene = index.scene(row)
                return [
                    SceneName.cell(index.book.entries[scene.recording].name, scene.number),
                    SceneName.cell(match.recording.name, match.scene.number),
                    decimal(Double(match.score)), ClockText.hours(Double(scene.start) / 1_000_000),
                    ClockText.hours(Double(match.scene.start) / 1_000_000),
                ].joined(separator: "\t")
            }
    }

    private func write(_ rows: ArraySlice<String>) throws {
        let output = LineOutput.standardOutput()
        try output.write("scene\tlike\tscore\tstart\tlike_start\n")
        for row in rows { try output.write(row + "\n") }
    }

    /// Rows of the scenes that a file names.
    private static func repeats(_ path: String, in index: SceneIndex) throws -> Set<Int> {
        let file: TextFile
        do throws(TextFileError) {
            file = try TextFile(path: path)
        } catch {
            throw CommandFailure(error)
        }
        var rows: Set<Int> = []
        for line in file.lines {
            let cells = line.text.split(separator: "\t").prefix(2).map(String.init)
            if cells == ["scene", "like"] { continue }
            for cell in cells {
                guard let row = row(cell, in: index) else {
                    throw CommandFailure(
                        status: .noVideo,
                        message:
                            "\(path), line \(line.number): '\(cell)' is not a scene of the index; name scenes as --list does, such as monday#3"
                    )
                }
                rows.insert(row)
            }
        }
        return rows
    }

    private static func row(_ name: String, in index: SceneIndex) -> Int? {
        guard let (recording, number) = SceneName.parts(name),
            let entry = index.book.entry(told: recording)
        else { return nil }
        return entry.rows.first { index.scene($0).number == number }
    }
}
