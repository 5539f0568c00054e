/// Why a text file cannot be used. The text is one line and ends with a remedy.
package enum TextFileError: Error, Hashable, Sendable {
    /// The file or folder cannot be opened or read.
    case unreadable(path: String, reason: String)
    /// The file was opened, but is not text, or a place in it has no meaning; `line` counts from 1.
    case malformed(path: String, line: Int?, problem: String, remedy: String)
}

extension TextFileError: CustomStringConvertible {
    package var description: String {
        let text =
            switch self {
            case .unreadable(let path, let reason):
                "cannot read '\(path)': \(reason); check the path and its permissions"
            case .malformed(let path, let line, let problem, let remedy):
                "\(path)\(line.map { ":\($0)" } ?? ""): \(problem); \(remedy)"
            }
        return String(text.map { $0.isNewline ? " " : $0 })
    }
}
