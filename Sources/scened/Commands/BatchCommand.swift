import ArchiveBatch
import ArgumentParser
import Glibc
import Platform
import SceneEvents
import SceneModel
import ScenePipeline
import Synchronization

/// `scened batch`: an archive of films, on one machine or as a worker of a cluster.
struct BatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "batch",
        abstract: "Find the scenes of many films, and skip those that are done.",
        discussion: """
            Examples:
              scened batch films/ --output results
              scened batch films.txt --output results --report -- --min-scene 10 --export webvtt
              scened batch films.txt --output results --slice 3/8

            FILMS is a folder, whose subfolders are read too; a list with one film per line, PATH, or PATH, a tab \
            and NAME; or one film. In a folder, films are recognized by the endings of their names; a list takes \
            films of any name. Options after -- go to segment. Each film gets a folder of its name with \
            events.jsonl, embeddings.npz and what those options ask for; done.json is written last, so that its \
            presence means that the results are complete. Run it again after a crash, with more films or with other \
            options: it does what is missing, and scores embeddings again where that is enough.

            SIGUSR1 finishes the films in progress. SIGTERM and Ctrl-C drop them; nothing half-written is left.

            The names of films end in \(FilmEndings.text).

            Exit status: 0 all films are done; 75 another run may do more; 65 the list cannot be used, or films are \
            listed in failed.jsonl that cannot be done as they are; 64 wrong usage, or the results folder is the \
            folder of the films; 66 the list cannot be opened; 73 the results cannot be written; 130, 143 stopped.
            """)

    @Argument(help: "A folder of films, a list of them, or one film; - for a list on standard input.")
    var films: String

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Folder of the results; created if missing.", valueName: "folder"))
    var output: String

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Films to read at the same time, each with one thread unless --threads follows --. Default: one for each core.",
            valueName: "count"),
        transform: NumberArgument.whole)
    var jobs: Int?

    @Option(
        help: ArgumentHelp(
            "Process only the I-th of N parts of the films, I from 0: for workers of a cluster.",
            valueName: "i/n"))
    var slice: String?

    @Flag(help: "Make a page for each film, to look at and to correct, and one that links to them.")
    var report = false

    @Flag(help: "Keep no embeddings: other thresholds and models then read the films again.")
    var noEmbeddings = false

    @Flag(help: "Try again the films that failed before.")
    var retryFailed = false

    @Flag(help: "Write JSON lines even on a terminal.")
    var json = false

    @Flag(name: [.short, .long], help: "Print only errors on standard error.")
    var quiet = false

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("Options of segment, for all films.", valueName: "options of segment"))
    var options: [String] = []

    func validate() throws {
        guard jobs.map({ 1...256 ~= $0 }) ?? true else { throw ValidationError("--jobs takes 1 to 256") }
        guard slice.map({ BatchSlice($0) != nil }) ?? true else {
            throw ValidationError("--slice takes I/N, such as 0/8 to 7/8")
        }
        _ = try words
    }

    /// What follows `--`, checked as `segment` checks it.
    private var words: SegmentWords {
        get throws {
            do {
                let words = try SegmentWords(options)
                _ = try Segment.parse(["film"] + options)
                return words
            } catch let error as BatchError {
                throw ValidationError(error.description)
            } catch {
                throw ValidationError("after --: " + Segment.message(for: error))
            }
        }
    }

    func run() throws {
        let slice = slice.flatMap { BatchSlice($0) } ?? .whole
        let output = BatchInput.tidied(absolutePath(output))
        let found = try BatchInput.films(films, output: output)
        let items = found.items.filter { slice.holds($0.id) }
        let cores = min(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))), 256)
        let jobs = jobs ?? cores
        let settings = try settings(output: output)
        do throws(DurableFileError) {
            try PosixFiles().createDirectory(output)
        } catch {
            throw CommandFailure(status: .cannotWrite, message: error.description)
        }
        if !quiet, let notice = BatchLines.passedOver(found.passedOver) { Console.say(notice) }
        let lines = BatchOutlet()
        let isForPeople = lines.isTerminal && !json
        let start = WallClock.monotonicSeconds()
        let runner = BatchRunner(items, settings) { item, report in
            // Films that were done before are many, and no news.
            if quiet || isForPeople && report.wasPresent { return }
            lines.write(isForPeople ? BatchLines.row(item, report) : BatchLines.line(item, report))
        }
        let progress = StatusLine(isShown: Console.isTerminal && !quiet)
        let ending = runner.run(jobs: min(jobs, max(1, items.count))) { queue in
            progress.show(BatchLines.progress(queue, spent: WallClock.monotonicSeconds() - start))
        }
        progress.clear()
        let spent = WallClock.monotonicSeconds() - start
        let status = ending.signal.map { $0 == SIGTERM ? 143 : 130 } ?? runner.queue.exitStatus
        try note(runner.unusable, in: output, slice)
        if report { try ArchiveIndex.write(in: output, failed: runner.unusable) }
        if isForPeople {
            if !quiet { Console.say(BatchLines.summary(runner.queue.counts, spent: spent)) }
        } else if !quiet, !ending.isUnheard {
            lines.write(
                BatchLines.end(
                    runner.queue.counts, passedOver: found.passedOver.values.reduce(0, +), spent: spent,
                    status: status))
        }
        if status != 0 { throw ExitCode(status) }
    }

    private func settings(output: String) throws -> BatchSettings {
        let words = try words
        var (reading, scoring) = (words.reading, words.scoring)
        for file in words.files {
            // A model's encoder shapes embeddings, its context network only scores, by the cues that it
            // was trained with.
            if file.option == "--model" {
                let model = try Self.model(file.path)
                reading.append(model.encoderDigest ?? "")
                if words.comparing.isEmpty { reading += model.summary.similarity }
            }
            let digest = try BatchContent.digest(of: file.path)
            if SegmentWords.scoringNames.contains(file.option) {
                scoring.append(digest)
            } else {
                reading.append(digest)
            }
        }
        let digests = BatchDigests(
            reading: BatchSettings.digest([Version.number] + reading), scoring: BatchSettings.digest(scoring),
            exports: BatchSettings.digest(words.exports + [report ? "report" : ""]))
        return BatchSettings(
            output: output, words: words, makesReport: report, keepsEmbeddings: !noEmbeddings,
            retriesFailed: retryFailed, digests: digests,
            threads: words.threads.isEmpty ? ["--threads", "1"] : [])
    }

    /// A model file. Throws `CommandFailure`: it cannot be used.
    private static func model(_ path: String) throws(CommandFailure) -> ChosenModel {
        do throws(ModelFileError) {
            return try ChosenModel(path: path, neighborCount: 8, threadCount: 1)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Writes `failed.jsonl`, or takes it away where there is nothing to say.
    private func note(
        _ unusable: [(item: BatchItem, status: Int, message: String)], in output: String, _ slice: BatchSlice
    ) throws(CommandFailure) {
        let name = BatchFiles.failuresName(slice)
        let text = unusable.sorted { $0.item.id < $1.item.id }.map {
            BatchLines.failure($0.item, status: $0.status, message: $0.message)
        }
        do throws(DurableFileError) {
            if text.isEmpty {
                try PosixFiles().remove("\(output)/\(name)")
            } else {
                try PosixFiles().replace("\(output)/\(name)", with: [UInt8](text.joined().utf8))
            }
        } catch {
            throw CommandFailure(status: .cannotWrite, message: error.description)
        }
    }
}
