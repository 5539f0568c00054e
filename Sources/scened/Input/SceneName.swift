internal import Platform
import JSONText

/// `RECORDING#NUMBER`: a scene of an index, as people write it and as it stands in a column of a table.
///
/// In a table a name that a line or a column would not hold, or a reader would take for another one, stands
/// as a JSON string of the same text: one with a tab or a line end, say, or with a space in front.
enum SceneName {
    /// What names a scene in a table. Never holds a tab or a line end.
    static func cell(_ recording: String, _ number: Int) -> String {
        let plain = "\(recording)#\(number)"
        let first = plain.unicodeScalars.first
        // A reader of lines takes a space away, and a mark of UTF-8 at the beginning of a file.
        guard first == " " || first == "\u{feff}" || LineText.shown(plain) != plain else { return plain }
        var literal = ""
        for scalar in JSONLine.quoted(plain).unicodeScalars {
            if LineText.shown(String(scalar)) == String(scalar) {
                literal.unicodeScalars.append(scalar)
            } else {
                // JSON lets some characters stand that move or turn what a terminal shows; none lies beyond
                // U+FFFF.
                let digits = String(scalar.value, radix: 16)
                literal += "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            }
        }
        return literal
    }

    /// The recording and the number of its scene, from 1; nil where `text` names none. Takes both forms of
    /// `cell`.
    static func parts(_ text: String) -> (recording: String, number: Int)? {
        var text = text
        // The plain form ends with a digit.
        if text.utf8.count > 1, text.utf8.first == UInt8(ascii: "\""), text.utf8.last == UInt8(ascii: "\"") {
            guard let held = JSONValue(parsing: [UInt8](text.utf8)[...])?.string else { return nil }
            text = held
        }
        guard let mark = text.utf8.lastIndex(of: UInt8(ascii: "#")), mark != text.startIndex,
            let number = Int(text[text.utf8.index(after: mark)...]), number > 0
        else { return nil }
        return (String(text[..<mark]), number)
    }
}
