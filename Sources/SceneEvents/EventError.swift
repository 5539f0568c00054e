/// Why a line is no event.
package enum EventError: Error, Hashable, Sendable {
    case lineTooLong
    case notJSON
    /// Of another version of the grammar: nothing is known of the rest.
    case version(Int)
    /// It gives an instant, and no `stream_start` came before it to tell the clock.
    case beforeStart
    /// It begins another run than the one in front of it.
    case secondRun
    /// `path` names the field, as in `start.pts`; empty: the event itself. `problem`: its predicate.
    case field(path: String, problem: String)
    /// The field holds a word that only a later version knows.
    case laterWord(path: String)

    /// The same of the object that stands in field `name` of another one.
    func inside(_ name: String) -> EventError {
        func joined(_ path: String) -> String { path.isEmpty ? name : "\(name).\(path)" }
        return switch self {
        case .field(let path, let problem): .field(path: joined(path), problem: problem)
        case .laterWord(let path): .laterWord(path: joined(path))
        case .lineTooLong, .notJSON, .version, .beforeStart, .secondRun: self
        }
    }
}

extension EventError: CustomStringConvertible {
    /// A few words that name the field and never its content: safe to print.
    package var description: String {
        switch self {
        case .lineTooLong: "it is longer than \(EventLimits.longestLine) bytes"
        case .notJSON: "it is not valid JSON, or a number is out of range"
        case .version(let version): "it has version \(version) of the event grammar, this scened knows 1"
        case .beforeStart: "it stands before any stream_start"
        case .secondRun: "it begins a second run; give each run a file of its own"
        case .field(let path, let problem): "\(path.isEmpty ? "it" : path) \(problem)"
        case .laterWord(let path): "\(path) is a word of a later version"
        }
    }
}
