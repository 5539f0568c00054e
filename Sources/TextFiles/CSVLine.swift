/// One line of comma-separated values (RFC 4180, without line breaks inside of a value).
package enum CSVLine {
    /// The values, without spaces around them; a value in double quotes may hold commas, and two double
    /// quotes for one. nil where a quote does not end, or stands within a value.
    package static func fields(_ line: String) -> [String]? {
        var fields: [String] = []
        var rest = Substring(line)
        while true {
            rest = rest.drop(while: isSpace)
            var value = ""
            if rest.first == "\"" {
                rest.removeFirst()
                while true {
                    guard let quote = rest.firstIndex(of: "\"") else { return nil }
                    value += rest[..<quote]
                    rest = rest[rest.index(after: quote)...]
                    guard rest.first == "\"" else { break }
                    value += "\""
                    rest.removeFirst()
                }
                rest = rest.drop(while: isSpace)
                guard rest.isEmpty || rest.first == "," else { return nil }
            } else {
                let plain = rest.prefix { $0 != "," }
                guard !plain.contains("\"") else { return nil }
                rest = rest[plain.endIndex...]
                value = String(plain.reversed().drop(while: isSpace).reversed())
            }
            fields.append(value)
            guard !rest.isEmpty else { return fields }
            rest.removeFirst()
        }
    }

    private static func isSpace(_ character: Character) -> Bool { character == " " || character == "\t" }
}
