/// Something about an event stream that its reader should know, though it could be read.
package enum EventLogWarning: Hashable, Sendable {
    /// The last line breaks off: the producer was stopped while writing it. It was left out.
    case tornLastLine(line: Int)
    /// Sequence numbers are missing before this line: scenes may be missing too.
    case missingEvents(line: Int)
    /// The stream has ended, and no scene was in it: that of `scened shots`, or one whose scenes were not
    /// written.
    case noScenes
    /// No `stream_end`: the producer is still running, or was killed.
    case unfinished
}

extension EventLogWarning: CustomStringConvertible {
    /// One line.
    package var description: String {
        switch self {
        case .tornLastLine(let line): "line \(line) breaks off and was left out"
        case .missingEvents(let line): "events are missing before line \(line); scenes may be missing too"
        case .noScenes:
            "the stream holds no scenes, so nothing is listed; give the output of `scened segment`, with scene events"
        case .unfinished: "the stream has no stream_end; scenes that were not final yet are missing"
        }
    }
}
