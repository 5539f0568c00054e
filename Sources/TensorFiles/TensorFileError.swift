/// Why a file of tensors was not read or written.
///
/// `description` is one line that ends with a remedy. It does not name the file, except where the file could
/// not be opened: the caller knows which one it asked for. Text taken from the file is shortened and stripped
/// of control characters, so that a hostile name cannot draw on a terminal.
package struct TensorFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What a caller may tell apart; the text is for people.
    package enum Reason: String, Hashable, Sendable {
        /// The operating system would not open or write the file.
        case unreadable
        /// Another format altogether.
        case otherFormat
        /// The file contradicts itself or ends early.
        case damaged
        /// Well formed, but a feature that is not read here.
        case unsupported
        /// The file asks for something that is never done, such as calling a function.
        case refused
        /// Beyond a limit that keeps memory and time bounded.
        case tooLarge
        /// What was asked for is not in the file.
        case absent
    }

    package let reason: Reason
    package let description: String

    /// `description` is one line and ends with a remedy.
    package init(_ reason: Reason, _ description: String) {
        self.reason = reason
        self.description = description
    }

    static func damaged(_ what: String) -> TensorFileError {
        TensorFileError(.damaged, "damaged file: \(what); download or save it again")
    }

    /// `text` in double quotes, at most 96 characters, anything but printable text replaced by `?`.
    static func quoted(_ text: String) -> String {
        "\"" + plain(text) + "\""
    }

    /// `text` as it may stand in a message: at most 96 characters, anything but printable text replaced by
    /// `?`.
    static func plain(_ text: String) -> String {
        var shown = ""
        for (count, scalar) in text.unicodeScalars.enumerated() {
            if count == 96 { return shown + "..." }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                shown.unicodeScalars.append("?")
            default:
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }
}
