/// Writes one JSON object on one line with keys in the order given and decimals of fixed length.
///
/// The standard encoders guarantee neither, and equality of events is equality of bytes (contract 14).
package struct JSONLine {
    private var text = "{"
    private var needsComma = false

    package init() {}

    /// The finished object, without a newline.
    package var object: String { text + "}" }

    package mutating func field(_ key: String, raw value: String) {
        if needsComma { text += "," }
        needsComma = true
        text += "\"\(key)\":\(value)"
    }

    package mutating func field(_ key: String, _ value: String?) {
        field(key, raw: value.map(Self.quoted) ?? "null")
    }

    package mutating func field(_ key: String, _ value: Bool) { field(key, raw: value ? "true" : "false") }

    package mutating func field(_ key: String, _ value: some BinaryInteger) { field(key, raw: "\(value)") }

    package mutating func field(_ key: String, optional value: (some BinaryInteger)?) {
        field(key, raw: value.map { "\($0)" } ?? "null")
    }

    package mutating func field(_ key: String, microseconds value: Int64?) {
        field(key, raw: value.map(Self.decimal(micro:)) ?? "null")
    }

    package mutating func field(_ key: String, list: [String]) {
        field(key, raw: "[" + list.joined(separator: ",") + "]")
    }

    /// A count of millionths as a number with six decimals.
    package static func decimal(micro value: Int64) -> String {
        let magnitude = value.magnitude
        let fraction = String(magnitude % 1_000_000)
        let zeros = String(repeating: "0", count: 6 - fraction.count)
        return (value < 0 ? "-" : "") + "\(magnitude / 1_000_000).\(zeros)\(fraction)"
    }

    /// `text` as a JSON string literal.
    package static func quoted(_ text: String) -> String {
        var literal = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": literal += "\\\""
            case "\\": literal += "\\\\"
            case "\n": literal += "\\n"
            case "\r": literal += "\\r"
            case "\t": literal += "\\t"
            case "\u{0}"..."\u{1f}", "\u{7f}":
                let hex = String(scalar.value, radix: 16)
                literal += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: literal.unicodeScalars.append(scalar)
            }
        }
        return literal + "\""
    }
}
