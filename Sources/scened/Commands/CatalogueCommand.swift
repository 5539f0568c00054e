import ArchiveBatch
import ArgumentParser
import Glibc
import MediaInput
import Platform
import SceneCatalogue
import SceneReport

/// `scened catalogue`: the results of a batch as one SQLite file, and questions to it.
struct CatalogueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalogue",
        abstract: "Put the results of many films into one SQLite file, and query it.",
        discussion: """
            Examples:
              scened catalogue results --to films.sqlite
              scened catalogue films.sqlite --longer-than 5m
              scened catalogue films.sqlite --tag goal --where 'value > 0.9' --json
              scened catalogue films.sqlite --of boundaries --doubtful --name 'news/*'
              scened catalogue films.sqlite --page films.html

            With --to, the results folder of batch is read: films that are new or changed are added, films whose \
            results are gone are removed. It may run beside a batch, and be stopped at any time; each film is added \
            completely or not at all. Without --to, a catalogue is queried; without conditions, its contents are \
            summarized. SQLite, DuckDB and pandas read the file; docs/reference/catalogue.md lists its columns, and \
            --where takes any SQL expression over them.

            Exit status: 0 done, even if nothing is found; 64 wrong usage, or a wrong expression; 65 the folder \
            holds no results, some of them are damaged, or the file is not a catalogue; 66 it cannot be opened; 73 the \
            catalogue or the output cannot be written; 130, 143 stopped; 141 the reader of the output closed it.
            """)

    @Argument(help: "A folder of results, with --to; or a catalogue.")
    var place: String

    @Option(help: ArgumentHelp("Make this catalogue, or update it.", valueName: "file"))
    var to: String?

    @Flag(help: "With --to: also store embeddings, one row for each part.")
    var embeddings = false

    @OptionGroup(title: "Questions")
    var asked: CatalogueArguments

    @Option(
        help: ArgumentHelp(
            "Write a page for a browser with the scenes that match, or all.", valueName: "file"))
    var page: String?

    @OptionGroup
    var answer: AnswerArguments

    func validate() throws {
        guard to == nil || (!asked.isGiven && page == nil && answer.output == nil) else {
            throw ValidationError("--to makes a catalogue; query it with another command")
        }
        guard to != nil || !embeddings else { throw ValidationError("--embeddings goes with --to") }
        guard page == nil || (asked.of ?? .scenes) == .scenes && !asked.count && answer.output == nil else {
            throw ValidationError("--page shows scenes; leave --of, --count and --output out")
        }
        guard page == nil || (asked.limit == nil && asked.order == nil) else {
            throw ValidationError(
                "--page holds all scenes, and orders them itself; leave --limit and --order out")
        }
        guard page == nil || !answer.json else {
            throw ValidationError("--page writes a page, not lines; leave --json out")
        }
    }

    func run() throws {
        var facts = stat()
        let isThere = FileName.withBytes(place) { stat($0, &facts) } == 0
        let isFolder = isThere && facts.st_mode & S_IFMT == S_IFDIR
        if let to {
            guard isFolder else {
                let cause = isThere ? ENOTDIR : errno
                throw CommandFailure(
                    status: .cannotOpen, message: CommandFailure.message("read", "'\(place)'", cause))
            }
            try build(to)
        } else {
            guard !isFolder else {
                throw CommandFailure(
                    status: .usage,
                    message:
                        "'\(place)' is a folder: name the catalogue to make of it with --to, then query that")
            }
            try ask()
        }
    }

    // MARK: making it

    private func build(_ path: String) throws {
        var files = FileRoles()
        files.write(path, option: "--to")
        try files.check()
        Interruption.install()
        let cores = min(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))), 64)
        let progress = StatusLine(isShown: Console.isTerminal && !answer.quiet)
        let start = WallClock.monotonicSeconds()
        // Whichever way leads to the folder, it is the same one.
        let output = resolvedPath(place) ?? absolutePath(place)
        let builder = CatalogueBuilder(
            output: output, database: absolutePath(path), readsEmbeddings: embeddings, threadCount: cores,
            onTrouble: { place, reason in
                progress.clear()
                Console.say(
                    "\(output)/\(place): \(reason); left out; remove its done.json and run batch again")
            },
            onTick: { done, count in
                progress.show("\(done) of \(count) films")
                return !Interruption.stop.isRaised
            })
        let counts = try builder.run()
        progress.clear()
        let seconds = WallClock.monotonicSeconds() - start
        let lines = LineOutput.standardOutput()
        if answer.isForPeople(lines) {
            if !answer.quiet { Console.say(CatalogueLines.text(counts, seconds: seconds)) }
        } else if !answer.quiet {
            try lines.write(CatalogueLines.line(counts, seconds: seconds))
        }
        if Interruption.stop.isRaised { throw CommandFailure(status: Interruption.status, message: "") }
        if counts.unusable > 0 { throw CommandFailure(status: .noVideo, message: "") }
    }

    // MARK: asking it

    private func ask() throws {
        let question = asked.question
        var files = FileRoles()
        files.read(place)
        files.write(page ?? answer.output, option: page == nil ? "--output" : "--page")
        try files.check()
        do {
            let reader = try CatalogueReader(absolutePath(place))
            if let page {
                try write(page, reader, question)
            } else if asked.isGiven {
                try write(try reader.answer(question), question)
            } else {
                var lines = try answer.open()
                let summary = try reader.summary()
                try lines.write(
                    answer.isForPeople(lines) ? CatalogueLines.text(summary) : CatalogueLines.line(summary))
                try lines.finish()
            }
        } catch let error as CatalogueError where error.code == .question {
            let columns = question.tables.flatMap { $0.columns.map(\.name) }
            throw CommandFailure(
                status: .usage,
                message:
                    "--where '\(question.expression ?? "")': \(error.description); columns are \(Self.listed(columns))"
            )
        } catch let error as CatalogueError {
            throw CommandFailure(error)
        }
    }

    /// Each name once.
    private static func listed(_ names: [String]) -> String {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }.joined(separator: ", ")
    }

    private func write(_ rows: CatalogueAnswer, _ question: CatalogueQuestion) throws {
        // The first row tells whether the expression can be worked out, before anything is written.
        var next = try rows.next()
        var lines = try answer.open()
        let isForPeople = answer.isForPeople(lines)
        let form = CatalogueLines(question: question)
        let limit = asked.rowLimit
        var count = 0
        if isForPeople, !question.isCount, next != nil { try lines.write(form.header) }
        while let row = next, limit == 0 || count < limit {
            count += 1
            if question.isCount, isForPeople {
                try lines.write(form.count(row))
            } else {
                try lines.write(isForPeople ? form.row(row, rows.columns) : form.line(row, rows.columns))
            }
            next = try rows.next()
        }
        try lines.finish()
        guard !answer.quiet else { return }
        if count == 0 {
            Console.say("no rows match; remove a condition to find more")
        } else if next != nil {
            Console.say("these are the first \(limit) rows; --limit 0 prints all, --count counts them")
        }
    }

    /// The path of a page as the folder of results is told, so that both are known to lie under one folder.
    private static func placeOfPage(_ path: String) -> String {
        let path = absolutePath(path)
        guard let slash = path.lastIndex(of: "/"), let folder = resolvedPath(String(path[...slash])) else {
            return path
        }
        return "\(folder)\(path[slash...])"
    }

    private func write(_ path: String, _ reader: CatalogueReader, _ question: CatalogueQuestion) throws {
        var whole = question
        (whole.order, whole.limit) = (.name, nil)
        let title = place.split(separator: "/").last.map(String.init) ?? place
        var scenes = CatalogueScenes(
            title: title, folder: try reader.folder(), page: Self.placeOfPage(path),
            reports: try reader.names(withFile: DoneNote.reportName), tags: try reader.likelyTags())
        let rows = try reader.answer(whole)
        while let row = try rows.next() { scenes.add(row, rows.columns) }
        var file = try LineOutput.file(path, option: "--page")
        try file.write(scenes.page.html())
        try file.finish()
    }
}
