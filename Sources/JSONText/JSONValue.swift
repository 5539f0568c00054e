/// A JSON value (RFC 8259) as the bytes of its text, which were checked as a whole: well formed, UTF-8, and
/// no deeper than `deepest`.
///
/// Objects and arrays are taken apart one level at a time, on demand, in time proportional to their text;
/// what nobody asks for is never decoded. A value of another type than the one asked for gives nil.
package struct JSONValue: Sendable {
    package enum Kind: Hashable, Sendable {
        case object, array, string, number, bool, null
    }

    package struct Member: Sendable {
        package var name: String
        package var value: JSONValue
    }

    /// Its text, without white space around it. Shares the memory of the whole.
    package let bytes: ArraySlice<UInt8>

    /// Objects and arrays within one another, at most.
    package static let deepest = 100

    /// Checks a whole text, white space around it allowed; nil where it is no JSON.
    package init?(parsing text: ArraySlice<UInt8>) {
        guard (try? UTF8Span(validating: text.span)) != nil else { return nil }
        var scanner = JSONScanner(text)
        guard let value = scanner.value(depth: 0), scanner.isAtEnd else { return nil }
        bytes = value
    }

    private init(checked bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    package var kind: Kind {
        switch bytes.first {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "\""): .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
        case UInt8(ascii: "n"): .null
        default: .number
        }
    }

    /// The text as it stands.
    package var literal: String { String(decoding: bytes, as: UTF8.self) }

    /// Members of an object, in order; names may come twice.
    package var members: [Member]? {
        guard kind == .object else { return nil }
        var (members, scanner) = ([Member](), JSONScanner(bytes.dropFirst().dropLast()))
        while let name = scanner.value(depth: 0), scanner.take(UInt8(ascii: ":")),
            let value = scanner.value(depth: 0)
        {
            members.append(Member(name: Self.text(name), value: JSONValue(checked: value)))
            _ = scanner.take(UInt8(ascii: ","))
        }
        return members
    }

    /// Elements of an array.
    package var elements: [JSONValue]? {
        guard kind == .array else { return nil }
        var (elements, scanner) = ([JSONValue](), JSONScanner(bytes.dropFirst().dropLast()))
        while let value = scanner.value(depth: 0) {
            elements.append(JSONValue(checked: value))
            _ = scanner.take(UInt8(ascii: ","))
        }
        return elements
    }

    package var bool: Bool? { kind == .bool ? bytes.first == UInt8(ascii: "t") : nil }

    package var string: String? { kind == .string ? Self.text(bytes) : nil }

    /// nil where it is no number, or beyond every `Double`.
    package var double: Double? {
        guard kind == .number, let value = Double(literal), value.isFinite else { return nil }
        return value
    }

    /// nil where it is no number, no whole one (`2.0` and `2e3` are), or beyond `Int64`.
    package var integer: Int64? {
        guard kind == .number else { return nil }
        return Int64(literal) ?? double.flatMap { Int64(exactly: $0) }
    }

    /// What a string literal says.
    private static func text(_ literal: ArraySlice<UInt8>) -> String {
        let content = literal.dropFirst().dropLast()
        guard content.contains(UInt8(ascii: "\\")) else { return String(decoding: content, as: UTF8.self) }
        var (text, rest) = (String.UnicodeScalarView(), JSONScanner(content))
        while let scalar = rest.scalar() { text.append(scalar) }
        return String(text)
    }
}
