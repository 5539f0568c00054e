import ArgumentParser
import MediaOutput
import SceneEvents
import SceneFormats
import Timeline

/// `scened chapters`: the scenes of a run into the film itself, as chapters.
struct Chapters: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy a film and add its scenes as chapters, without re-encoding.",
        discussion: """
            Examples:
              scened segment film.mp4 --output film.jsonl
              scened chapters film.mp4 film.jsonl --output film.chapters.mp4
              scened chapters film.mp4 film.jsonl --title "Part {number}" --output - > film.chapters.mkv

            The name's ending chooses the container: .mp4, .m4v, .mov, .mkv or .webm; any other ending keeps the \
            film's own, or takes Matroska. Standard output gets Matroska, or WebM for a WebM film, because writing \
            MP4 needs to go back in the file. Pictures, sound, subtitles, tags and attached files are copied; \
            chapters of the film are replaced. Streams that the container does not take are left out, and a line \
            names them.

            Matroska and WebM keep the start and the end of each scene, to the nanosecond. In MP4 and QuickTime, a chapter \
            lasts until the next and the first begins at 0, in milliseconds; a stretch of a second or more without \
            a scene becomes a chapter "Gap". Up to 255 chapters are written as a QuickTime track and as Nero's table; more only as \
            the track, because the table would lack the rest.

            Exit status: 0 done; 64 wrong usage; 65 the events hold no scene, or the container refuses the video; 66 an \
            input cannot be opened; 73 the output cannot be written; 74 the film broke off; 130, 143 stopped.
            """)

    @Argument(help: "The film: a file.")
    var film: String

    @Argument(help: "Its events: a file of JSON lines as segment writes them, or - for standard input.")
    var events: String

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("The film to write, or - for standard output.", valueName: "file"))
    var output: String

    @Option(
        help: ArgumentHelp(
            "Title of each chapter; {number}, {start}, {end}, {length}, {timecode} and {film} are filled in.",
            valueName: "template"))
    var title = "Scene {number}"

    @Flag(help: "Replace an existing film, recording or picture; other files are replaced without it.")
    var force = false

    @Flag(name: [.short, .long], help: "Print only errors on standard error.")
    var quiet = false

    func validate() throws {
        do { _ = try TextTemplate(title) } catch let error as ValidationError {
            throw ValidationError("--title: \(error.message)")
        }
    }

    func run() throws {
        let target: String? = output == "-" ? nil : output
        var files = FileRoles()
        files.read(film)
        files.read(events)
        files.write(target, replacesMedia: force)
        try files.check()
        Interruption.install()
        let log = try EventLogInput.read(events)
        guard !log.scenes.isEmpty else {
            throw CommandFailure(
                status: .noVideo, message: "\(events): no final scene in it: run scened segment to its end")
        }
        let template = try TextTemplate(title)
        do {
            let source = try Film(film, stop: Interruption.stop)
            if !quiet { for line in FilmFit.misfits(log, source, events) { Console.say(line) } }
            let chapters = log.scenes.enumerated().map { index, scene in
                Chapter(
                    start: scene.start.ticks, end: scene.end.ticks,
                    title: template.text(
                        PieceFacts(film: film, number: index + 1, count: log.scenes.count, scene, log)))
            }
            let progress = CopyProgress(isShown: Console.isTerminal && !quiet, of: source.claimedLength)
            defer { progress.clear() }
            let container = try Self.container(output, source)
            let report = try FilmCopy.write(
                source, chapters: chapters, of: log.timeBase, to: target, as: container,
                progress: progress.show)
            progress.clear()
            if !quiet { tell(report, container) }
        } catch let error as OutputFailure {
            throw CommandFailure(error)
        }
    }

    private static func container(_ output: String, _ film: Film) throws -> Container {
        if let named = Container(fileName: output) { return named }
        if let own = film.container, own.hasChapters, own.streams || output != "-" { return own }
        return .mkv
    }

    private func tell(_ report: FilmCopy.Report, _ container: Container) {
        if !report.leftOut.isEmpty {
            let names = report.leftOut.map(\.description).joined(separator: ", ")
            Console.say(
                "\(container.title) does not take \(names): left out"
                    + LeftOutStream.remedy(for: report.leftOut) { "\($0.title) (.\($0.rawValue))" })
        }
        if report.lacksNeroTable {
            Console.say(
                "\(report.chapters) chapters: more than Nero's table holds, so players that read only that "
                    + "show none; Matroska (.mkv) has no limit")
        }
    }
}
