/// Text as it may stand in one line of a terminal or a log, whatever it quotes of names and contents of
/// files.
package enum LineText {
    /// `text` with an escape, such as `\n` and `\x1b`, for what would end the line, or move, color or turn
    /// what stands there. O(length).
    package static func shown(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isActive) else { return text }
        var line = ""
        for scalar in text.unicodeScalars {
            if isActive(scalar) { line += escape(scalar) } else { line.unicodeScalars.append(scalar) }
        }
        return line
    }

    /// Control characters, and others that end a line or turn the direction of what follows.
    private static func isActive(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: 0x202a...0x202e ~= scalar.value || 0x2066...0x2069 ~= scalar.value
        }
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        default:
            let digits = String(scalar.value, radix: 16)
            if scalar.value > 0xff { return "\\u{\(digits)}" }
            return "\\x" + (digits.count < 2 ? "0" : "") + digits
        }
    }
}
