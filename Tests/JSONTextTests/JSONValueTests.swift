import Platform
import JSONText
import TestSupport
import Testing

/// What is JSON, what it says, and that nothing else is read (RFC 8259).
@Suite struct JSONValueTests {
    static func value(_ text: String) -> JSONValue? { JSONValue(parsing: Array(text.utf8)[...]) }

    @Test(arguments: [
        ("{}", JSONValue.Kind.object), (" [ ] ", .array), ("\"\"", .string), ("0", .number),
        ("-0.5e+10", .number),
        ("true", .bool), ("\tfalse\r\n", .bool), ("null", .null), ("{\"a\" : [1 , {\"b\":null}]}", .object),
        ("\"\\u00e9\\ud83d\\ude00\\/\\b\\f\"", .string), ("1E400", .number),
    ])
    func readsJSON(text: String, kind: JSONValue.Kind) { #expect(Self.value(text)?.kind == kind) }

    @Test(arguments: [
        "", " ", "{", "}", "[1,]", "[,1]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{1:2}", "[1 2]",
        "1 2",
        "01", "+1", "-", "1.", ".5", "1e", "1e+", "0x1", "NaN", "tru", "nulll", "'a'", "\"", "\"\\\"",
        "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"a\nb\"", "\u{feff}1",
        "[1]]",
    ])
    func refusesWhatIsNone(text: String) { #expect(Self.value(text) == nil, "\(text)") }

    @Test(
        arguments: [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0xf5, 0x80, 0x80, 0x80]]
            as [[UInt8]])
    func refusesWhatIsNoText(bytes: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        #expect(JSONValue(parsing: ([quote] + bytes + [quote])[...]) == nil)
    }

    @Test func depthIsBounded() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(Self.value(nested(JSONValue.deepest)) != nil)
        #expect(Self.value(nested(JSONValue.deepest + 1)) == nil)
        #expect(Self.value(String(repeating: "{\"a\":[", count: 1_000_000)) == nil)
    }

    @Test(arguments: [
        ("0", Int64?(0)), ("-7", -7), ("9223372036854775807", .max), ("-9223372036854775808", .min),
        ("9223372036854775808", nil), ("2.0", 2), ("2e3", 2000), ("1.5", nil), ("1e400", nil), ("true", nil),
        ("\"1\"", nil), ("-0", 0),
    ])
    func wholeNumbers(text: String, number: Int64?) { #expect(Self.value(text)?.integer == number) }

    @Test(arguments: [("0.1", Double?(0.1)), ("-1e-400", 0), ("1e400", nil), ("1e308", 1e308), ("null", nil)])
    func numbers(text: String, number: Double?) { #expect(Self.value(text)?.double == number) }

    @Test func objectsAndArraysComeApart() throws {
        let value = try #require(Self.value(" {\"a\" : 1 ,\"\\u0061b\":[ \"x\" , {} ],\"a\": null } "))
        let members = try #require(value.members)
        #expect(members.map(\.name) == ["a", "ab", "a"])
        #expect(members.map(\.value.literal) == ["1", "[ \"x\" , {} ]", "null"])
        #expect(members[1].value.elements?.map(\.literal) == ["\"x\"", "{}"])
        #expect(value.elements == nil && members[1].value.members == nil && value.string == nil)
    }

    /// What `JSONLine` quotes is read back; all of Unicode.
    @Test func quotedTextIsReadBack() throws {
        var random = SeededGenerator(seed: 1)
        for first in stride(from: UInt32(0), to: 0x11_0000, by: 64) {
            var text = String.UnicodeScalarView()
            for value in first..<first + 64 { Unicode.Scalar(value).map { text.append($0) } }
            let string = String(text)
            #expect(Self.value(JSONLine.quoted(string))?.string == string)
            let escaped = string.utf16.map { unit in
                Bool.random(using: &random) ? "\\u" + hex(unit) : "\\u" + hex(unit).uppercased()
            }
            #expect(Self.value("\"" + escaped.joined() + "\"")?.string == string)
        }
    }

    private func hex(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }

    /// Whatever the bytes: nil, or a value that comes apart completely.
    @Test func anyBytes() {
        func walk(_ value: JSONValue) -> Int {
            switch value.kind {
            case .object: (value.members ?? []).reduce(1) { $0 + walk($1.value) }
            case .array: (value.elements ?? []).reduce(1) { $0 + walk($1) }
            case .string: value.string == nil ? 0 : 1
            case .number: value.integer == nil && value.double == nil ? 0 : 1
            case .bool: value.bool == nil ? 0 : 1
            case .null: 1
            }
        }
        let samples = [
            #"{"a":[1,-2.5e3,"x\n\u00e9",true,null,{"b":{}}],"c":"é"}"#, #"[[[[]]],{"":""},0.0]"#,
        ]
        Fuzzing.run(
            20_000, seed: 51, samples: samples.map { Array($0.utf8) }, words: ["\\u", "[", "\":", "e"]
        ) {
            bytes in
            if let value = JSONValue(parsing: bytes[...]) { #expect(walk(value) > 0) }
        }
    }
}
