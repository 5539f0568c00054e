import Foundation
import TensorFiles
import Testing

@Suite struct NPZFileTests {
    static let grid: [Float] = [0, 0.5, 1, 1.5, 2, 2.5]

    static let arrays: [(String, NPYArray)] = [
        ("grid", NPYArray(shape: [2, 3], .float32(grid))),
        ("columns", NPYArray(shape: [2, 3], .float32(grid))),
        ("double", NPYArray(shape: [2, 3], .float64(grid.map(Double.init)))),
        ("half", NPYArray(shape: [2, 3], .float32(grid))),
        ("long", NPYArray(.int64([1, -(1 << 40)]))),
        ("byte", NPYArray(.int64([0, 1, 2]))),
        ("flags", NPYArray(.bool([true, false]))),
        ("names", NPYArray(.strings(["", "shot 1", "é🎬"]))),
        ("scalar", NPYArray(shape: [], .float32([2.5]))),
        ("empty", NPYArray(shape: [0, 4], .float32([]))),
        ("cube", NPYArray(shape: [2, 3, 4], .int64(Array(0..<24)))),
    ]

    @Test func arraysOfNumPyAreRead() throws {
        let file = try NPZFile(path: Fixture.path("arrays.npz"))
        #expect(file.names == Self.arrays.map(\.0))
        for (name, array) in Self.arrays { #expect(try file.array(name) == array, "\(name)") }
        let compressed = try NPZFile(path: Fixture.path("arrays_compressed.npz"))
        #expect(try compressed.array("grid") == Self.arrays[0].1)
    }

    @Test func whatIsWrittenIsRead() throws {
        let bytes = try NPZFile.encode(Self.arrays.map { (name: $0.0, array: $0.1) })
        #expect(try NPZFile.encode(Self.arrays.map { (name: $0.0, array: $0.1) }) == bytes)
        let file = try NPZFile(FileBytes(bytes))
        #expect(file.names == Self.arrays.map(\.0))
        for (name, array) in Self.arrays { #expect(try file.array(name) == array, "\(name)") }
    }

    /// The header NumPy itself would write, padded to a multiple of 64 bytes.
    @Test func headersAreNumPysOwn() throws {
        let archive = try ZipArchive(FileBytes(path: Fixture.path("arrays.npz")))
        for name in ["grid", "double", "long", "flags", "names", "scalar", "empty"] {
            let original = try archive.read(try #require(archive.entry(named: name + ".npy")))
            let array = try #require(Self.arrays.first { $0.0 == name }?.1)
            let written = array.encoded()
            let header = original.firstIndex(of: 0x0a).map { original[...$0] }
            let length = Int(written[8]) | Int(written[9]) << 8
            #expect((10 + length).isMultiple(of: 64))
            #expect(Self.fields(written) == Self.fields(Array(original)), "\(name) \(header?.count ?? 0)")
            #expect(written.suffix(8) == original.suffix(8) || name == "empty")
        }
    }

    /// The dictionary of a header, without its padding.
    static func fields(_ bytes: [UInt8]) -> String {
        String(decoding: bytes[10...].prefix { $0 != UInt8(ascii: "}") }, as: UTF8.self)
    }

    @Test(.enabled(if: Fixture.hasNumPy, "python3 with NumPy is absent"))
    func numPyOpensWhatIsWritten() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "scened-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "written.npz").path
        try NPZFile.write(Self.arrays.map { (name: $0.0, array: $0.1) }, path: path)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["written.npz"])
        let printed = try Fixture.python(
            """
            import numpy, sys, zipfile
            archive = zipfile.ZipFile(sys.argv[2])
            assert archive.testzip() is None
            assert all(entry.date_time == (1980, 1, 1, 0, 0, 0) for entry in archive.infolist())
            ours, theirs = numpy.load(sys.argv[2]), numpy.load(sys.argv[1])
            assert ours.files == theirs.files
            for name in theirs.files:
                assert ours[name].shape == theirs[name].shape, name
                assert (ours[name] == theirs[name]).all(), name
            print([ours[name].dtype.str for name in ours.files])
            """, Fixture.path("arrays.npz"), path)
        #expect(
            printed
                == "['<f4', '<f4', '<f8', '<f4', '<i8', '<i8', '|b1', '<U6', '<f4', '<f4', '<i8']\n")
    }

    @Test(arguments: [
        ("objects", TensorFileError.Reason.refused, "Python objects"), ("big", .unsupported, "big-endian"),
        ("records", .unsupported, "records"), ("complex", .unsupported, "c8"),
        ("nothing", .absent, "no array"),
    ])
    func otherArraysAreRefused(name: String, reason: TensorFileError.Reason, text: String) throws {
        let file = try NPZFile(path: Fixture.path("hostile/objects.npz"))
        let error = try #require(failure { _ = try file.array(name) })
        #expect(error.reason == reason && error.description.contains(text) && isOneLine(error), "\(error)")
    }

    @Test(arguments: [
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", true),
        ("{\"shape\":(2,),\"descr\":\"<f4\",\"fortran_order\":True}", true),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (2L,), }", true),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (2), }", false),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }", false),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", false),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296, 4294967296), }", false),
        ("{'descr': '<f4', 'fortran_order': 0, 'shape': (2,), }", false),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", false),
        ("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", false),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'x': 1}", false),
        ("{'descr': '<f4', 'fortran_order': False}", false),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), } x", false),
        ("{'descr': '\\x3cf4', 'fortran_order': False, 'shape': (2,), }", false),
        ("{'descr': '<U99999999999', 'fortran_order': False, 'shape': (2,), }", false),
        ("{'descr': '<U0', 'fortran_order': False, 'shape': (99999999999,), }", false),
        ("__import__('os').system('true')", false),
    ])
    func headersAreParsedStrictly(text: String, isRead: Bool) {
        let bytes: [UInt8] =
            [0x93] + [UInt8]("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + [UInt8](text.utf8)
            + [UInt8](repeating: 0, count: 8)
        let error = failure {
            let array = try NPYArray(bytes)
            #expect(array == NPYArray(.float32([0, 0])))
        }
        #expect((error == nil) == isRead, "\(String(describing: error))")
    }

    /// A side of 0 leaves no element, but steps between elements are made of the other sides: their product
    /// stays within integers.
    @Test(arguments: ["False", "True"])
    func emptyArraysHaveBoundedSides(isColumnMajor: String) throws {
        func file(_ shape: [Int]) -> [UInt8] {
            let sides = shape.map(String.init).joined(separator: ", ")
            let text = "{'descr': '<i8', 'fortran_order': \(isColumnMajor), 'shape': (\(sides)), }"
            return [0x93] + [UInt8]("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + [UInt8](text.utf8)
        }
        #expect(try NPYArray(file([3, 0, 1 << 40])) == NPYArray(shape: [3, 0, 1 << 40], .int64([])))
        for shape in [[1 << 62, 4, 0], [0, 1 << 62, 4], [1 << 60, 0, 8]] {
            let error = failure { _ = try NPYArray(file(shape)) }
            #expect(error?.reason == .damaged && error?.description.contains("absurd") == true, "\(shape)")
        }
    }

    /// Strings without characters take no bytes, so that the file's size does not bound their number.
    @Test func emptyStringsAreBounded() throws {
        func file(count: Int) -> [UInt8] {
            let text = "{'descr': '<U0', 'fortran_order': False, 'shape': (\(count),), }"
            return [0x93] + [UInt8]("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + [UInt8](text.utf8)
        }
        #expect(try NPYArray(file(count: 2)) == NPYArray(.strings(["", ""])))
        #expect(failure { _ = try NPYArray(file(count: 20_000_000)) }?.reason == .damaged)
    }

    @Test func aFailedWriteLeavesNothing() {
        let path = "/nonexistent folder/file.npz"
        let error = failure { try NPZFile.write([("a", NPYArray(.int64([1])))], path: path) }
        #expect(error?.reason == .unreadable && error.map(isOneLine) == true)
    }
}
