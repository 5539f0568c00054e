import Foundation
import Platform
import Testing

/// Names of files of any bytes, through every call that takes one.
@Suite struct FileNameTests {
    /// Two that are no UTF-8 (bytes 0xE9, and 0xFF 0xFE), one with the bytes of the scalars that stand for
    /// such bytes, and one that is text.
    private static let names =
        [
            [0x63, 0x61, 0x66, 0xe9, 0x2e, 0x6d, 0x70, 0x34], [0xff, 0xfe, 0x78],
            [0xf4, 0x8f, 0xbf, 0xa9], [0xc3, 0xa9, 0x2e, 0x74, 0x73],
        ] as [[UInt8]]

    @Test(arguments: names) func aNameKeepsItsBytes(bytes: [UInt8]) {
        #expect(FileName.bytes(FileName.text(bytes)) == bytes)
    }

    /// What was shown of a name, and is given back, leads to the name.
    @Test(arguments: names) func aShownNameComesBack(bytes: [UInt8]) {
        let name = FileName.text(bytes)
        #expect(FileName.literal(FileName.text(Array(name.utf8))) == name)
    }

    @Test(arguments: names) func filesAndFoldersOfAnyName(bytes: [UInt8]) throws {
        let temporary = try Folder()
        let name = FileName.text(bytes)
        let files = PosixFiles()
        let folder = "\(temporary.url.path)/\(name)"
        try files.createDirectory(folder)
        #expect(try files.names(in: temporary.url.path) == [name])
        #expect(try files.entries(in: temporary.url.path).folders == [name])
        let path = "\(folder)/\(name)"
        try files.replace(path, with: [1, 2])
        try files.patch(path, at: 1, with: [3])
        let handle = try files.openForAppending(path)
        try files.append([4], to: handle)
        #expect(files.isOpen(handle, at: path))
        files.close(handle)
        try files.syncFile(path)
        #expect(try files.read(path, from: 0, count: 9) == [1, 3, 4])
        #expect(try files.facts(of: path)?.size == 3)
        #expect(FileKind(path: path) == .file && FileKind(path: folder) == .folder)
        let lock = try files.lock("\(path).lock")
        files.unlock(lock)
        try files.rename("\(path).lock", to: "\(path).other")
        #expect(try files.entries(in: folder).files == [name, "\(name).other"])
        try files.remove(path)
        try files.remove("\(path).other")
        try files.removeDirectory(folder)
        #expect(FileKind(path: folder) == nil)
    }

    /// What a person reads holds no scalar that stands for a byte.
    @Test func messagesShowNames() {
        let error = #expect(throws: DurableFileError.self) {
            _ = try PosixFiles().read("/nowhere/\(FileName.text([0xe9]))", from: 0, count: 1)
        }
        #expect(error?.description.contains("'/nowhere/\u{fffd}'") == true)
    }
}
