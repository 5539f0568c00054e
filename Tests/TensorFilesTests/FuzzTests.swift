import Platform
import TensorFiles
import TestSupport
import Testing

/// No bytes may crash the reader: a trap here ends the whole test run.
@Suite struct FuzzTests {
    static let files = [
        "flat.pt", "lightning.pt", "protocol4.pt", "deflated.pt", "legacy.pt", "script.pt", "nested.pt",
    ]

    /// Opens the bytes and reads every tensor. The error, if any, must be one line.
    static func read(_ bytes: [UInt8]) -> TensorFileError? {
        failure {
            let checkpoint = try TorchCheckpoint(FileBytes(bytes))
            for name in checkpoint.names { _ = try checkpoint.floats(name) }
        }
    }

    static func mutated(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var result = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let position = Int.random(in: 0..<result.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: result[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: result[position] = [0, 0x7f, 0x80, 0xff].randomElement(using: &random) ?? 0
            case 2: result.remove(at: position)
            case 3: result.insert(UInt8.random(in: 0...255, using: &random), at: position)
            default: result[position] = UInt8.random(in: 0...255, using: &random)
            }
            if result.isEmpty { result = [0] }
        }
        return result
    }

    @Test(arguments: files)
    func everyTruncationIsAnError(name: String) throws {
        let bytes = try Fixture.bytes(name)
        for count in 0..<bytes.count {
            let error = try #require(
                Self.read(Array(bytes[..<count])), "\(count) bytes of \(name) were accepted")
            #expect(isOneLine(error))
        }
    }

    @Test(arguments: files)
    func mutationsNeverCrash(name: String) throws {
        let bytes = try Fixture.bytes(name)
        var random = SeededGenerator(seed: 1)
        var refused = 0
        for _ in 0..<Fuzzing.rounds(4000) {
            guard let error = Self.read(Self.mutated(bytes, &random)) else { continue }
            refused += 1
            #expect(isOneLine(error), "\(error)")
        }
        // Bytes that matter to nobody are few.
        #expect(refused > 2000)
    }

    /// The pickle alone: mutations inside an archive mostly end at its checksum.
    @Test(arguments: files.filter { $0 != "legacy.pt" })
    func mutatedPicklesNeverCrash(name: String) throws {
        let archive = try ZipArchive(FileBytes(path: Fixture.path(name)))
        let entry = try #require(archive.entries.first { $0.name.hasSuffix("/data.pkl") })
        let bytes = try archive.read(entry)
        func read(_ bytes: [UInt8]) -> TensorFileError? {
            failure {
                var reader = PickleReader(bytes, isScript: true)
                _ = try reader.read()
            }
        }
        #expect(read(bytes) == nil)
        for count in 0..<bytes.count { #expect(read(Array(bytes[..<count])) != nil) }
        var random = SeededGenerator(seed: 2)
        var refused = 0
        for _ in 0..<Fuzzing.rounds(6_000) {
            guard let error = read(Self.mutated(bytes, &random)) else { continue }
            refused += 1
            #expect(isOneLine(error), "\(error)")
        }
        #expect(refused > 1500)
    }

    @Test func arraysNeverCrash() throws {
        let bytes = try Fixture.bytes("arrays.npz")
        func read(_ bytes: [UInt8]) -> TensorFileError? {
            failure {
                let file = try NPZFile(FileBytes(bytes))
                for name in file.names { _ = try file.array(name) }
            }
        }
        #expect(read(bytes) == nil)
        for count in 0..<bytes.count { #expect(read(Array(bytes[..<count])) != nil) }
        let archive = try ZipArchive(FileBytes(bytes))
        var random = SeededGenerator(seed: 3)
        for entry in archive.entries {
            let array = try archive.read(entry)
            for count in 0..<array.count {
                #expect(failure { _ = try NPYArray(Array(array[..<count])) } != nil)
            }
            for _ in 0..<Fuzzing.rounds(4000) {
                let error = failure { _ = try NPYArray(Self.mutated(array, &random)) }
                #expect(error.map(isOneLine) ?? true, "\(entry.name) \(String(describing: error))")
            }
        }
        for _ in 0..<Fuzzing.rounds(4000) {
            #expect(read(Self.mutated(bytes, &random)).map(isOneLine) ?? true)
        }
    }

    /// Opcodes in any order: the stack machine meets what no pickler writes.
    @Test func randomOpcodesNeverCrash() {
        var random = SeededGenerator(seed: 4)
        let opcodes = [UInt8]("(.012FIJKLMNPQRSTUVXabcdegh}ijlo]pqrstu)GBC".utf8) + Array(0x80...0x98)
        let operands: [[UInt8]] = [
            [], [1], [0, 0], [0], [0, 0, 0, 0], [UInt8]("torch\nFloatStorage\n".utf8),
            [UInt8]("collections\nOrderedDict\n".utf8), [UInt8]("torch._utils\n_rebuild_tensor_v2\n".utf8),
            [UInt8]("numpy\ndtype\n".utf8), [UInt8]("numpy.core.multiarray\nscalar\n".utf8),
            [UInt8]("1\n".utf8),
        ]
        for _ in 0..<Fuzzing.rounds(50_000) {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1..<40, using: &random) {
                bytes.append(opcodes.randomElement(using: &random) ?? 0)
                bytes += operands.randomElement(using: &random) ?? []
            }
            bytes.append(0x2e)
            let error = failure {
                var reader = PickleReader(bytes)
                _ = try reader.read()
            }
            #expect(error.map(isOneLine) ?? true)
        }
    }
}
