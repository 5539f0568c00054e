import JSONText

/// Lines changed without changing what they say, and places where they say something.
enum EventFieldsOrder {
    /// The same object with its members backwards and white space between them.
    static func reversed(_ line: String) -> String? {
        JSONValue(parsing: Array(line.utf8)[...])?.members.map { members in
            let texts = members.reversed().map { JSONLine.quoted($0.name) + " : " + $0.value.literal }
            return "{ " + texts.joined(separator: " ,\t") + " }\r\n"
        }
    }

    /// Offsets of every value in the line, of those within others too.
    static func values(_ line: String) -> [Range<Int>] {
        var places: [Range<Int>] = []
        func walk(_ value: JSONValue) {
            places.append(value.bytes.startIndex..<value.bytes.endIndex)
            value.members?.forEach { walk($0.value) }
            value.elements?.forEach(walk)
        }
        if let whole = JSONValue(parsing: Array(line.utf8)[...]) { whole.members?.forEach { walk($0.value) } }
        return places
    }
}
