/// `text` on one line: control characters and line separators become spaces, and spaces at the ends go.
func singleLine(_ text: String) -> String {
    var line = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        switch scalar.value {
        case 0...0x20, 0x7f...0x9f, 0x2028, 0x2029: if !line.isEmpty { line.append(" ") }
        default: line.append(scalar)
        }
    }
    while line.last == " " { line.removeLast() }
    return String(line)
}

/// A list on one line, with commas between.
func singleLine(_ texts: [String]) -> String { texts.map { singleLine($0) }.joined(separator: ", ") }
