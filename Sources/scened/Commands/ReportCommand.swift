import ArgumentParser
import Glibc
import MediaInput
import MediaOutput
import Platform
import SceneEvents
import SceneFormats
import TextFiles
import Timeline

/// `scened report`: a page on which a person looks at a run and corrects it.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Make a page to look at a run, and to correct it.",
        discussion: """
            One HTML file that needs no network: a timeline with pictures, the score of every place where a scene may end \
            with a threshold to drag, and a list of the boundaries, the doubtful ones first. Corrections are saved from \
            the page; scened correct applies them.

            Examples:
              scened segment film.mp4 --report film.html --open
              scened segment film.mp4 --scores --output film.jsonl
              scened report film.jsonl --video film.mp4 --output film.html
              scened report film.jsonl --similar similar.jsonl

            Without --scores the threshold cannot be lowered on the page; without --video it has no pictures.

            Exit status: 0 done; 64 wrong usage; 65 the input is not an event stream, or the film has no video; 66 \
            an input cannot be opened; 73 the output cannot be written; 130, 143 stopped.
            """)

    @Argument(help: "A file of JSON lines as segment writes them, or - for standard input.")
    var events: String

    @Option(
        help: ArgumentHelp(
            "The film, for pictures and the player. Its pictures are read in a second pass.",
            valueName: "file"))
    var video: String?

    @Option(
        help: ArgumentHelp(
            "Show the scenes that are most similar to each scene, from a file of similar --each FILM --json.",
            valueName: "file"))
    var similar: String?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "Write the page to this file; in a folder, it gets the film's name. Default: the name of the events with .html.",
            valueName: "file"))
    var output: String?

    @Flag(help: "Open the page in the browser.")
    var open = false

    @Flag(name: [.short, .long], help: "Print only errors on standard error.")
    var quiet = false

    func run() throws {
        let path = try page()
        var files = FileRoles()
        files.read([events] + [video, similar].compactMap(\.self))
        files.write(path)
        try files.check()
        Interruption.install()
        let bytes = try InputFile.bytes(events, longestLine: EventLimits.longestLine)
        let sequence: EventSequence
        do {
            sequence = try EventSequence(reading: bytes)
        } catch {
            throw CommandFailure(
                status: .noVideo, message: "\(events): \(error); give the output of `scened segment`")
        }
        guard case .streamStart(let start)? = sequence.events.first(where: { $0.kind == .streamStart }) else {
            throw CommandFailure(
                status: .noVideo,
                message: "\(events): it has no stream_start; give the output of `scened segment`")
        }
        if sequence.isTorn, !quiet { Console.say("\(events): the last line breaks off and was left out") }
        let alike = try similar.map(SimilarScenes.init)
        let report = try ReportOutput(path: path, option: "--output")
        for event in sequence.events { report.emit(event) }
        if let alike { try add(alike, to: report, scenes: sequence.events, start.media.clock) }
        if let video {
            if !quiet, let log = try? EventLog(reading: bytes),
                let film = try? Film(video, stop: Interruption.stop)
            {
                for line in FilmFit.misfits(log, film, events) { Console.say(line) }
            }
            try addPictures(of: sequence.events, start.media.clock, from: video, to: report)
        }
        let name = video ?? start.input
        try report.finish(title: name.split(separator: "/").last.map(String.init) ?? name, film: video)
        if open { try Browser.open(path) }
    }

    /// Adds what is like the scenes. Throws where it is about other scenes than these.
    private func add(
        _ alike: SimilarScenes, to report: ReportOutput, scenes: [Event], _ clock: MediaClock
    ) throws(CommandFailure) {
        let spans: Set<[Int64]> = scenes.reduce(into: []) { spans, event in
            guard case .scene(let scene) = event else { return }
            spans.insert([scene.start, scene.end].map { clock.microseconds(at: $0.pts) })
        }
        guard alike.matches.isEmpty || alike.matches.contains(where: { spans.contains([$0.start, $0.end]) })
        else {
            throw CommandFailure(
                status: .noVideo,
                message:
                    "\(similar ?? ""): none of its scenes is one of \(events); give similar these events with --events"
            )
        }
        report.add(alike)
    }

    /// The file that is written.
    private func page() throws(CommandFailure) -> String {
        let name = events == "-" ? video.map { TextFile.stem($0) } ?? "report" : TextFile.stem(events)
        guard let output else {
            guard events != "-" else {
                throw CommandFailure(
                    status: .usage,
                    message: "the events come from standard input; name the page with --output")
            }
            return events.prefix(
                upTo: events.lastIndex(of: "/").map { events.index(after: $0) } ?? events.startIndex) + name
                + ".html"
        }
        let isFolder = FileKind(path: output) == .folder
        return isFolder || output.hasSuffix("/")
            ? output + (output.hasSuffix("/") ? "" : "/") + name + ".html" : output
    }

    /// Looks up the first and the last key frame of each shot.
    private func addPictures(
        of events: [Event], _ clock: MediaClock, from video: String, to report: ReportOutput
    ) throws(CommandFailure) {
        let reader: KeyFrames
        do {
            reader = try KeyFrames(
                video, longestSide: ReportOutput.pictureSide, stop: Interruption.stop)
        } catch {
            throw CommandFailure(error)
        }
        var wishes: [KeyFrames.Wish] = []
        var wanted: [Int64: Int64] = [:]
        for case .shot(let shot) in events {
            let shown = shot.start.pts...max(shot.start.pts, shot.end.pts - 1)
            let bounds = reader.bounds(of: shown, on: clock)
            let frames = [shot.parts.first?.keyFrames.first, shot.parts.last?.keyFrames.last]
            for frame in frames.compactMap(\.self) {
                let pts = reader.pts(of: frame.pts, on: clock)
                guard wanted[pts] == nil else { continue }
                wanted[pts] = frame.pts
                wishes.append(KeyFrames.Wish(pts: pts, within: bounds, bounds: bounds))
            }
        }
        var (found, failure): (Int, CommandFailure?) = (0, nil)
        let length = wishes.last.map { reader.timeBase.seconds($0.pts - (reader.startPTS ?? 0)) }
        let progress = CopyProgress(isShown: Console.isTerminal && !quiet, of: length)
        defer { progress.clear() }
        do {
            try reader.read(wishes) { answer in
                progress.show(reader.timeBase.seconds(answer.wish.pts - (reader.startPTS ?? 0)))
                do throws(CommandFailure) {
                    try report.add(answer.picture, at: wanted[answer.wish.pts] ?? answer.wish.pts)
                } catch {
                    failure = error
                }
                found += 1
                return failure == nil
            }
        } catch {
            throw CommandFailure(error)
        }
        if let failure { throw failure }
        progress.clear()
        if !quiet, found < wishes.count {
            Console.say(
                "\(reader.name): \(wishes.count - found) of \(wishes.count) pictures could not be decoded")
        }
    }
}
