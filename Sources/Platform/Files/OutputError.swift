internal import Glibc

/// Why something cannot be written. The text is one line without a remedy, which depends on who named the
/// path.
package struct OutputError: Error, Hashable, Sendable, CustomStringConvertible {
    /// As the user named it.
    package let path: String
    /// The system's error number.
    package let number: Int32

    package init(_ path: String, _ number: Int32) {
        self.path = path
        self.number = number
    }

    /// What the system says.
    package var reason: String {
        number == EISDIR ? "it is a folder" : String(cString: strerror(number))
    }

    /// What to do about it where nobody knows better, a clause without full stop.
    package var remedy: String { FileRemedy.text(for: number, isWriting: true) }

    package var description: String { "cannot write '\(path)': \(reason)" }
}
