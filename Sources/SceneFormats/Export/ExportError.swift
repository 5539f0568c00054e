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
    /// The format counts frames, and this stream has none that can be counted. Scenes are numbered from 1.
    case noTimecode(format: String, scene: Int)
    /// The format cannot express this stream.
    case notExpressible(format: String, scene: Int, reason: String)
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
            "line \(line) has version \(version) of the event grammar, known is 1; use the scened that wrote it"
        case .missingStart(let line):
            "line \(line) stands before any stream_start; give the stream from its first line"
        case .severalStreams(let line):
            "line \(line) begins a second stream; export one stream at a time"
        case .overlappingScenes(let line):
            "the scene on line \(line) overlaps another one; give the output of one run"
        case .noTimecode(let format, let scene):
            "\(format) needs a constant frame rate, and scene \(scene) has no timecode; export csv or webvtt instead"
        case .notExpressible(let format, let scene, let reason):
            "\(format) cannot express scene \(scene): \(reason); export csv or webvtt instead"
        }
    }
}
