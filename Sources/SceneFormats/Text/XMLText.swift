/// `text` as content or attribute of an XML 1.0 document, on one line: markup is escaped, and what XML cannot
/// hold is left out.
func xmlText(_ text: String) -> String {
    var escaped = ""
    for scalar in singleLine(text).unicodeScalars {
        switch scalar {
        case "&": escaped += "&amp;"
        case "<": escaped += "&lt;"
        case ">": escaped += "&gt;"
        case "\"": escaped += "&quot;"
        case "\u{fffe}", "\u{ffff}": break
        default: escaped.unicodeScalars.append(scalar)
        }
    }
    return escaped
}
