import SceneModel
import Testing

@Suite struct SafetensorsHeaderTests {
    /// A file from the text of its header and the number of bytes after it.
    static func file(_ header: String, data: Int = 0, length: UInt64? = nil) -> [UInt8] {
        let text = Array(header.utf8)
        let length = length ?? UInt64(text.count)
        return (0..<8).map { UInt8(truncatingIfNeeded: length >> UInt64(8 * $0)) } + text
            + [UInt8](repeating: 0, count: data)
    }

    static func parse(_ bytes: [UInt8]) throws(SafetensorsHeader.Fault) -> SafetensorsHeader {
        try SafetensorsHeader(parsing: bytes.span)
    }

    static let tensor = #"{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}"#

    @Test func aPlainHeader() throws {
        let header = try Self.parse(
            Self.file(
                #"{"__metadata__":{"a":"b\n\u00e4\ud83c\udfac"},"w":\#(Self.tensor),"#
                    + #" "s" : { "shape" : [ ] , "data_offsets" : [24,32], "dtype" : "I64" } }    "#, data: 32
            ))
        #expect(header.entries.map(\.name) == ["w", "s"])
        #expect(header.entries.map(\.shape) == [[2, 3], []])
        #expect(header.entries.map(\.elementCount) == [6, 1])
        #expect(header.metadata == ["a": "b\nä🎬"])
    }

    /// Legal, if odd.
    @Test(arguments: [
        ("{}", 0),
        (#"{"__metadata__":{}}"#, 0),
        (#"{"w":{"dtype":"F32","shape":[0,7],"data_offsets":[0,0]}}"#, 0),
        (#"{"":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, 1),
        (
            #"{"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
            8
        ),
        (
            #"{"a":{"dtype":"U8","shape":[0],"data_offsets":[4,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
            4
        ),
        // Not aligned: the format does not ask for it.
        (
            #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}"#,
            6
        ),
    ])
    func legal(header: String, data: Int) throws { _ = try Self.parse(Self.file(header, data: data)) }

    /// What each hostile header is refused for.
    @Test(arguments: [
        (#"{"w":\#(tensor)}"#, 23, "ends at byte 24"),
        (#"{"w":\#(tensor)}"#, 25, "1 unused bytes after"),
        (#"{"w":\#(tensor),"w":\#(tensor)}"#, 24, "duplicate name"),
        (#"{"w":\#(tensor),"\u0077":\#(tensor)}"#, 24, "duplicate name"),
        (#"{"w":\#(tensor),"v":\#(tensor)}"#, 24, "overlaps"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, "unused bytes before"),
        (#"{"a":{"dtype":"F32","shape":[7],"data_offsets":[0,24]}}"#, 24, "needs 28 bytes"),
        (#"{"a":{"dtype":"F32","shape":[],"data_offsets":[0,24]}}"#, 24, "needs 4 bytes"),
        (#"{"a":{"dtype":"F32","shape":[6],"data_offsets":[24,0]}}"#, 24, "ends before"),
        (
            #"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#, 0,
            "exceeds all numbers"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}}"#, 0,
            "exceeds all numbers"
        ),
        (#"{"a":{"dtype":"F32","shape":[6],"data_offsets":[0,18446744073709551640]}}"#, 24, "too large"),
        (#"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,24]}}"#, 24, "too large"),
        (#"{"a":{"dtype":"F32","shape":[-6],"data_offsets":[0,24]}}"#, 24, "whole number is missing"),
        (#"{"a":{"dtype":"F32","shape":[6.0],"data_offsets":[0,24]}}"#, 24, "comma or an end"),
        (#"{"a":{"dtype":"F32","shape":[6e0],"data_offsets":[0,24]}}"#, 24, "comma or an end"),
        (#"{"a":{"dtype":"F32","shape":[06],"data_offsets":[0,24]}}"#, 24, "begins with zero"),
        (#"{"a":{"dtype":"F32","shape":["6"],"data_offsets":[0,24]}}"#, 24, "whole number is missing"),
        (#"{"a":{"dtype":"F32","shape":null,"data_offsets":[0,24]}}"#, 24, "list of numbers"),
        (#"{"a":{"dtype":"F32","shape":[6,],"data_offsets":[0,24]}}"#, 24, "whole number is missing"),
        (#"{"a":{"dtype":"F32","shape":[[[[6]]]],"data_offsets":[0,24]}}"#, 24, "whole number is missing"),
        (#"{"a":{"dtype":"F32","shape":[6],"data_offsets":[0,24,48]}}"#, 24, "more than 2 numbers"),
        (#"{"a":{"dtype":"F32","shape":[6],"data_offsets":[24]}}"#, 24, "two data_offsets"),
        (#"{"a":{"dtype":"F32","shape":[6]}}"#, 24, "two data_offsets"),
        (#"{"a":{"shape":[6],"data_offsets":[0,24]}}"#, 24, "needs dtype"),
        (#"{"a":{"dtype":"Q4","shape":[6],"data_offsets":[0,24]}}"#, 24, "unknown element type"),
        (#"{"a":{"dtype":"f32","shape":[6],"data_offsets":[0,24]}}"#, 24, "unknown element type"),
        (#"{"a":{"dtype":1,"shape":[6],"data_offsets":[0,24]}}"#, 24, "a string is missing"),
        (
            #"{"a":{"dtype":"F32","dtype":"F32","shape":[6],"data_offsets":[0,24]}}"#, 24,
            "duplicate or unknown"
        ),
        (#"{"a":{"dtype":"F32","shape":[6],"data_offsets":[0,24],"more":{}}}"#, 24, "duplicate or unknown"),
        (#"{"a":[]}"#, 0, "an object is missing"),
        (#"{"__metadata__":{"a":1}}"#, 0, "a string is missing"),
        (#"{"__metadata__":{"a":{"b":"c"}}}"#, 0, "a string is missing"),
        (#"{"__metadata__":{"a":"b","a":"c"}}"#, 0, "duplicate name"),
        (#"{"__metadata__":{},"__metadata__":{}}"#, 0, "duplicate name"),
        (#"{"__metadata__":"a"}"#, 0, "an object is missing"),
        ("[]", 0, "does not begin"),
        ("", 0, "does not begin"),
        (" {}", 0, "does not begin"),
        ("null", 0, "does not begin"),
        ("{} {}", 0, "text after"),
        ("{}\u{0}", 0, "text after"),
        ("{", 0, "a string is missing"),
        ("{,}", 0, "a string is missing"),
        (#"{"a"}"#, 0, "a colon is missing"),
        (#"{"a":\#(tensor),}"#, 24, "a string is missing"),
        (#"{"a":\#(tensor)"#, 24, "comma or an end"),
        ("{\"a", 0, "does not end"),
        ("{\"a\\", 0, "does not end"),
        ("{\"a\n\":1}", 0, "control character"),
        (#"{"\x":1}"#, 0, "unknown escape"),
        (#"{"\u12g4":1}"#, 0, "unknown escape"),
        (#"{"\u12"#, 0, "unknown escape"),
        (#"{"\ud83c":1}"#, 0, "surrogate"),
        (#"{"\ud83c\u0041":1}"#, 0, "surrogate"),
        (#"{"\udfac\ud83c":1}"#, 0, "surrogate"),
    ])
    func hostile(header: String, data: Int, reason: String) {
        let fault = #expect(throws: SafetensorsHeader.Fault.self) {
            try Self.parse(Self.file(header, data: data))
        }
        #expect(fault?.text.contains(reason) == true, "\(fault?.text ?? "")")
        #expect(fault?.text.contains { $0.isNewline } == false)
    }

    @Test(arguments: [UInt64(3), 100_000_001, 1 << 63, .max])
    func lengthsThatTheFileDoesNotHave(length: UInt64) {
        #expect(throws: SafetensorsHeader.Fault.self) { try Self.parse(Self.file("{}", length: length)) }
    }

    @Test func hugeCountsAndDepths() {
        let nested = String(repeating: #"{"a":"#, count: 200_000)
        let brackets = #"{"a":{"shape":"# + String(repeating: "[", count: 500_000)
        let sides =
            #"{"a":{"dtype":"F32","shape":["# + String(repeating: "1,", count: 100_000)
            + #"1],"data_offsets":[0,4]}}"#
        let many = (0...100_000).map { #""\#($0)":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}"# }
        for header in [nested, brackets, sides, "{" + many.joined(separator: ",") + "}"] {
            #expect(throws: SafetensorsHeader.Fault.self) { try Self.parse(Self.file(header, data: 4)) }
        }
    }

    @Test func bytesThatAreNoUTF8() {
        for bad: [UInt8] in [
            [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
        ] {
            let text = Array("{\"".utf8) + bad + Array("\":\(Self.tensor)}".utf8)
            let file = [UInt8(text.count), 0, 0, 0, 0, 0, 0, 0] + text + [UInt8](repeating: 0, count: 24)
            #expect(throws: SafetensorsHeader.Fault.self) { try Self.parse(file) }
        }
    }

    static func validFile() -> [UInt8] {
        var writer = SafetensorsWriter(metadata: ["scened.heads": "4", "q\"\\\u{1}ä": "\u{7f}\n"])
        writer.add("crn.weight", shape: [2, 3], floats: [1, 2, 3, 4, 5, 6])
        writer.add("ids", shape: [4], integers: [0, 1, -2, .max])
        writer.add("tab\tname", shape: [], floats: [7])
        return writer.bytes()
    }

    /// Cut anywhere, a file is refused.
    @Test func everyTruncation() throws {
        let file = Self.validFile()
        _ = try Self.parse(file)
        for count in 0..<file.count {
            #expect(throws: SafetensorsHeader.Fault.self) { try Self.parse(Array(file.prefix(count))) }
        }
    }

    /// Whatever is read after random damage obeys the rules; most is refused, and nothing crashes.
    @Test func randomDamage() {
        let file = Self.validFile()
        let headerEnd = 8 + Int(file[0]) + Int(file[1]) << 8
        var generator = CRNRandom(seed: 7)
        var refused = 0
        let rounds = 60_000
        for _ in 0..<rounds {
            var damaged = file
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<min(headerEnd, damaged.count), using: &generator)
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                case 1: damaged[place] = UInt8.random(in: 0...255, using: &generator)
                case 2: damaged[place] = Array("{}[]\",:0129\\u".utf8).randomElement(using: &generator) ?? 0
                case 3: damaged.remove(at: place)
                default:
                    let from = Int.random(in: 0..<headerEnd, using: &generator)
                    damaged.insert(contentsOf: file[min(from, place)..<max(from, place)], at: place)
                }
            }
            do {
                let header = try Self.parse(damaged)
                var end = 0
                for entry in header.entries {
                    #expect(
                        entry.bytes.lowerBound == end
                            && entry.elementCount * entry.type.size == entry.bytes.count)
                    end = entry.bytes.upperBound
                }
                #expect(header.dataOffset + end == damaged.count)
            } catch {
                refused += 1
            }
        }
        #expect(refused > rounds / 2)
    }
}
