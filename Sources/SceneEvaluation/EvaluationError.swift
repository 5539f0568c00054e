package import TextFiles

/// Why an evaluation could not be made. The text is one line and ends with a remedy.
package enum EvaluationError: Error, Hashable, Sendable {
    /// A file of labels or predictions cannot be used.
    case file(TextFileError)
    /// Two inputs do not fit each other, or an option does not fit the inputs.
    case mismatch(problem: String, remedy: String)

    /// What `body` gives, with its error as one of an evaluation.
    static func reading<Value>(_ body: () throws(TextFileError) -> Value) throws(EvaluationError) -> Value {
        do {
            return try body()
        } catch {
            throw .file(error)
        }
    }
}

extension EvaluationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .file(let error): error.description
        case .mismatch(let problem, let remedy):
            String("\(problem); \(remedy)".map { $0.isNewline ? " " : $0 })
        }
    }
}
