package import Timeline

/// Why an event stream could not be read or written in another format.
package enum ExportError: Error, Hashable, Sendable {
    /// Nothing but blank lines.
    case empty
    /// The line is not JSON, or not an event; `reason` names the field.
    case malformed(line: Int, reason: String)
    case lineTooLong(line: Int, limit: Int)
    case unsupportedVersion(line: Int, version: Int)
    /// An event stands before `stream_start`.
    case missingStart(line: Int)
    /// A second stream begins in the same input.
    case severalStreams(line: Int)
    /// The scene that begins on `line` covers time that another one has already.
    case overlappingScenes(line: Int)
    /// Blocks are to be listed, and the run was not asked for them.
    case noBlocks
    /// Shots are to be listed, and the events tell none.
    case noShots
    /// The format counts frames, and this stream has no constant rate.
    case noFrameRate(format: String)
    /// The format cannot express the entry, such as `scene 3`, or, where it is nil, the list.
    case notExpressible(format: String, entry: String?, reason: String)
    /// The entry, such as `scene 3`, begins before the first picture, which only tables express.
    case earlyEntry(format: String, entry: String)
    /// The timecode does not exist at this rate, or counts otherwise than the film's own.
    case startTimecode(TimecodeLabel, rate: FrameRate, dropsLabels: Bool)
    /// None of the formats uses the option; `users` do.
    case unusedOption(ExportOption, formats: [String], users: [String])
}

extension ExportError: CustomStringConvertible {
    /// One line, with a remedy.
    package var description: String {
        switch self {
        case .empty:
            "the event stream is empty; give the output of `scened segment`"
        case .malformed(let line, let reason):
            "line \(line) is not an event: \(reason); give the unchanged output of `scened segment`"
        case .lineTooLong(let line, let limit):
            "line \(line) is longer than \(limit) bytes; give the output of `scened segment`"
        case .unsupportedVersion(let line, let version):
            "line \(line) has version \(version) of the event grammar, this scened knows 1; use the scened that wrote it"
        case .missingStart(let line):
            "line \(line) stands before any stream_start; give the stream from its first line"
        case .severalStreams(let line):
            "line \(line) begins a second stream; export one stream at a time"
        case .overlappingScenes(let line):
            "the scene on line \(line) overlaps another one; give the output of one run"
        case .noBlocks:
            "the stream has no blocks; run `scened segment` with --blocks"
        case .noShots:
            "the events tell no shots; give the output of `scened segment`, with shot events"
        case .noFrameRate(let format):
            "\(format) counts frames, and this stream has no constant frame rate; give --rate 25 to place its times on "
                + "the frames of that rate, or export webvtt instead"
        case .notExpressible(let format, let entry, let reason):
            "\(format) cannot express \(entry ?? "this list"): \(reason); export csv or webvtt instead"
        case .earlyEntry(let format, let entry):
            "\(format) cannot express \(entry): it begins before the first picture; export csv instead"
        case .startTimecode(let label, let rate, let dropsLabels):
            "--start-timecode \(label) does not fit \(rate) frames a second \(dropsLabels ? "with" : "without") "
                + "dropped labels; write \(dropsLabels ? "01:00:00;00" : "01:00:00:00")"
        case .unusedOption(let option, let formats, let users):
            "--\(option.rawValue) changes nothing in \(formats.joined(separator: ", ")); leave it out, or export "
                + users.joined(separator: ", ")
        }
    }
}
