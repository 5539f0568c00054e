import Digests
import Foundation
import SceneModel
import Testing

@Suite struct SafetensorsFileTests {
    /// Writes bytes to a file, runs `body` on its path, removes it.
    static func withFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
        let path = CRNFixtures.temporaryPath()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(bytes).write(to: URL(filePath: path))
        return try body(path)
    }

    @Test func writtenIsRead() throws {
        var writer = SafetensorsWriter(metadata: ["b": "2", "a\"": "1\n"])
        writer.add("z", shape: [2, 2], floats: [1, -2, 3.5, .infinity])
        writer.add("weird \"\\\n\u{1}ä name", shape: [0, 3], floats: [])
        writer.add("ids", shape: [3], integers: [.min, -1, .max])
        let path = CRNFixtures.temporaryPath()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try writer.write(to: path)
        let file = try SafetensorsFile(path: path)
        #expect(file.metadata == ["b": "2", "a\"": "1\n"])
        #expect(file.header.entries.map(\.name) == ["ids", "weird \"\\\n\u{1}ä name", "z"])
        #expect(file.header.dataOffset % 64 == 0)
        #expect(try file.floats("z") == [1, -2, 3.5, .infinity])
        #expect(try file.floats("weird \"\\\n\u{1}ä name") == [])
        #expect(try file.integers("ids") == [.min, -1, .max])
        #expect(try file.withFloats("z") { span throws(ModelFileError) in span[2] } == 3.5)
        #expect(try Data(contentsOf: URL(filePath: path)) == Data(writer.bytes()))
        #expect(CRNFixtures.leftovers(beside: path) == [])
    }

    /// The order in which tensors were added leaves no trace.
    @Test func equalContentsGiveEqualBytes() {
        var (first, second) = (SafetensorsWriter(metadata: ["x": "1", "y": "2"]), SafetensorsWriter())
        first.add("a", shape: [1], floats: [1])
        first.add("b", shape: [1], integers: [2])
        second.add("b", shape: [1], integers: [2])
        second.add("a", shape: [1], floats: [1])
        second.metadata = ["y": "2", "x": "1"]
        #expect(first.bytes() == second.bytes())
    }

    static let conversions: [(type: String, bytes: [UInt8], values: [Float])] = [
        ("F16", [0x00, 0x3C, 0x00, 0xC0, 0x01, 0x00, 0x00, 0x7C], [1, -2, 5.960_464_5e-8, .infinity]),
        (
            "F16", [0xFF, 0x7B, 0x00, 0x80, 0xFF, 0x03, 0x00, 0x04],
            [65504, -0.0, 6.097_555e-5, 6.103_515_6e-5]
        ),
        ("BF16", [0x80, 0x3F, 0x49, 0xC0], [1, -3.140_625]),
        ("F64", [0, 0, 0, 0, 0, 0, 0xF0, 0x3F], [1]),
        ("F32", [0, 0, 0x80, 0x3F], [1]),
    ]

    /// Every floating type, aligned and not: headers of all lengths put the data at all offsets.
    @Test(arguments: conversions.indices, 0..<8)
    func floatingTypes(index: Int, padding: Int) throws {
        let (type, bytes, values) = Self.conversions[index]
        let header =
            #"{"w":{"dtype":"\#(type)","shape":[\#(values.count)],"data_offsets":[0,\#(bytes.count)]}}"#
            + String(repeating: " ", count: padding)
        try Self.withFile(SafetensorsHeaderTests.file(header) + bytes) { path in
            let file = try SafetensorsFile(path: path)
            #expect(try file.floats("w").map(\.bitPattern) == values.map(\.bitPattern))
            let error = #expect(throws: ModelFileError.self) { try file.integers("w") }
            #expect(error?.code == .unsuitableTensor)
        }
    }

    @Test(
        arguments: [
            ("U8", [0, 255], [0, 255]), ("I8", [0x80, 0x7F], [-128, 127]), ("BOOL", [0, 1], [0, 1]),
            ("I16", [0xFE, 0xFF, 1, 0], [-2, 1]), ("U16", [0xFE, 0xFF], [65534]),
            ("I32", [0xFF, 0xFF, 0xFF, 0xFF], [-1]),
            ("U32", [0xFF, 0xFF, 0xFF, 0xFF], [4_294_967_295]),
            ("U64", [1, 0, 0, 0, 0, 0, 0, 0x7F], [0x7F00_0000_0000_0001]),
        ] as [(String, [UInt8], [Int64])])
    func integerTypes(type: String, bytes: [UInt8], values: [Int64]) throws {
        let header =
            #"{"w":{"dtype":"\#(type)","shape":[\#(values.count)],"data_offsets":[0,\#(bytes.count)]}}"#
        try Self.withFile(SafetensorsHeaderTests.file(header) + bytes) { path in
            let file = try SafetensorsFile(path: path)
            #expect(try file.integers("w") == values)
            #expect(throws: ModelFileError.self) { try file.floats("w") }
        }
    }

    @Test func numbersAboveTheRange() throws {
        let header = #"{"w":{"dtype":"U64","shape":[1],"data_offsets":[0,8]}}"#
        try Self.withFile(SafetensorsHeaderTests.file(header) + [UInt8](repeating: 0xFF, count: 8)) { path in
            let file = try SafetensorsFile(path: path)
            #expect(throws: ModelFileError.self) { try file.integers("w") }
        }
    }

    /// One line, with the path and a remedy.
    @Test(
        arguments: [
            ([], ModelFileError.Code.malformedHeader, "empty"),
            ([1, 2, 3], .malformedHeader, "too few"),
            (Array("PK\u{3}\u{4}0000000000".utf8), .foreignFormat, "PyTorch"),
            ([0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9], .foreignFormat, "pickle"),
            (Array("GGUF0000000000000".utf8), .foreignFormat, "GGUF"),
            (Array("# A file of text\n".utf8), .foreignFormat, "not a model file"),
            ([0, 0, 0, 0x18] + Array("ftypisom".utf8), .foreignFormat, "not a model file"),
            ([9, 0, 0, 0, 0, 0, 0, 0] + Array("{\"a\":".utf8), .malformedHeader, "header claims 9 bytes"),
            ([0x89, 0x48, 0x44, 0x46, 0, 0, 0, 0, 0], .foreignFormat, "HDF5"),
        ] as [([UInt8], ModelFileError.Code, String)])
    func filesOfOtherKinds(bytes: [UInt8], code: ModelFileError.Code, text: String) throws {
        try Self.withFile(bytes) { path in
            let error = #expect(throws: ModelFileError.self) { try SafetensorsFile(path: path) }
            #expect(error?.code == code)
            let line = error?.description ?? ""
            #expect(line.contains(text) && line.hasPrefix(path + ": ") && !line.contains("\n"))
        }
    }

    @Test(arguments: ["/no/such/file", "/", "/dev/null", "/dev/zero", "", "a\nb"])
    func pathsThatAreNoFiles(path: String) {
        let error = #expect(throws: ModelFileError.self) { try SafetensorsFile(path: path) }
        #expect(error?.code == .unreadable)
        #expect(error?.description.contains("\n") == false)
    }

    /// Who forgets the prefix of a built-in model is told it.
    @Test func aBuiltInNameWithoutItsPrefix() {
        let error = #expect(throws: ModelFileError.self) { try SafetensorsFile(path: "relational") }
        #expect(error?.code == .unreadable)
        #expect(error?.remedy.contains("builtin:relational") == true)
    }

    @Test func foldersThatCannotBeWritten() {
        let error = #expect(throws: ModelFileError.self) {
            try SafetensorsWriter().write(to: "/no/such/folder/file")
        }
        #expect(error?.code == .unwritable)
    }

    /// FIPS 180-4 examples, as published by NIST, and lengths around the padding's edges.
    @Test(arguments: [
        ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ])
    func digests(text: String, repetitions: Int, expected: String) {
        let bytes = Array(String(repeating: text, count: repetitions).utf8)
        #expect(SHA256.digest(of: bytes.span) == expected)
    }

    @Test func digestOfNothing() {
        let empty: [UInt8] = []
        #expect(
            SHA256.digest(of: empty.span)
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }
}
