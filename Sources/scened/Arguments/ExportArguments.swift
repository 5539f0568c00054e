import ArgumentParser
import FoundationEssentials
import Platform
import SceneEvents
import SceneFormats
import Timeline

extension ExportOptions.Subject: ExpressibleByArgument {}
extension ExportOptions.FrameCodeMode: ExpressibleByArgument {}

/// What a person chooses about the files that an export writes.
struct ExportArguments: ParsableArguments {
    @Option(help: ArgumentHelp("Title of the list. Default: scenes.", valueName: "text"))
    var title: String?

    @Option(
        help: ArgumentHelp(
            "Name of each entry; {number} and {id} are filled in. Default: Scene {number} or Shot {number}; for blocks, their kind.",
            valueName: "text"))
    var label: String?

    @Option(
        help: ArgumentHelp(
            "What to list. Default: scenes; with pyscenedetect and keyframes, shots.",
            valueName: "scenes|shots|blocks"))
    var of: ExportOptions.Subject?

    @Flag(help: "Also write an entry named Gap for each stretch that no other entry covers.")
    var gaps = false

    @Option(
        help: ArgumentHelp(
            "Path or address of the film in the edit list. Default: as the events name it.",
            valueName: "path"))
    var media: String?

    @Option(
        help: ArgumentHelp(
            "Timecode of the film's first picture in the list, such as 01:00:00:00. Default: the film's own; with "
                + "resolve, 01:00:00:00.", valueName: "timecode"))
    var startTimecode: String?

    @Option(
        help: ArgumentHelp(
            "Frames a second, such as 25, 23.976 or 30000/1001: times move to the nearest frame. Default: the film's.",
            valueName: "number"))
    var rate: String?

    @Option(
        help: ArgumentHelp(
            "none leaves out the FCM line, which some readers take for a frame rate.", valueName: "auto|none")
    )
    var fcm: ExportOptions.FrameCodeMode?

    @Option(
        help: ArgumentHelp(
            "Wall-clock time at which the file starts, such as 2026-01-02T03:04:05Z. Default: that of the run.",
            valueName: "time"))
    var programDateTime: String?

    func validate() throws { _ = try options(events: nil) }

    /// The options as they were given. With `events`, the film that they name is looked for where one of
    /// `formats` names it, so that programs find it from wherever the list lies.
    func options(events: EventLog?, formats: [ExportFormat] = []) throws -> ExportOptions {
        var options = ExportOptions(title: title)
        options.label = label
        options.subject = of
        options.listsGaps = gaps
        options.media = media.map(Self.absolute) ?? events.flatMap { Self.film(of: $0, in: formats) }
        options.frameCodeMode = fcm
        if let startTimecode {
            guard let label = TimecodeLabel(startTimecode) else {
                throw ValidationError("--start-timecode takes a timecode, such as 01:00:00:00 or 01:00:00;00")
            }
            options.startTimecode = label
        }
        if let rate {
            guard let value = FrameRate(rate) else {
                throw ValidationError("--rate takes frames a second, such as 25, 23.976 or 30000/1001")
            }
            options.rate = value
        }
        if let programDateTime {
            guard let time = WallTime(programDateTime) else {
                throw ValidationError("--program-date-time takes a time such as 2026-01-02T03:04:05Z")
            }
            options.programDateTime = time
        }
        return options
    }

    /// The film that a log names, from the root, where it is there and one of `formats` names it.
    static func film(of log: EventLog, in formats: [ExportFormat]) -> String? {
        let input = log.start.input
        guard formats.contains(where: { $0.options.contains(.media) }), input != "-",
            FileKind(path: input) != nil
        else { return nil }
        return absolute(input)
    }

    /// A path from the root; addresses stay.
    private static func absolute(_ path: String) -> String {
        path.contains("://") ? path : absolutePath(path)
    }
}
