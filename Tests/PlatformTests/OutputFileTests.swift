import Platform
import Foundation
import Testing

/// Files have their names once they are whole, and what they replace passes on what it is.
@Suite struct OutputFileTests {
    private func facts(_ path: String) throws -> stat {
        var status = stat()
        try #require(lstat(path, &status) == 0)
        return status
    }

    @Test func aFileHasItsNameOnceItIsWhole() throws {
        let folder = try Folder()
        var file = try OutputFile(path: folder.path("a.txt"))
        try file.write("one\n")
        #expect(folder.names.count == 1 && folder.text("a.txt") == nil)
        #expect(folder.names[0].hasPrefix("a.txt.") && folder.names[0].hasSuffix(".partial"))
        try file.write([0x74, 0x77, 0x6f])
        try file.finish()
        #expect(folder.names == ["a.txt"] && folder.text("a.txt") == "one\ntwo")
    }

    /// What is given up leaves the older file, and nothing beside it.
    @Test func aFileThatIsGivenUpGoes() throws {
        let folder = try Folder()
        try folder.write("older", to: "a.txt")
        func giveUp() throws {
            let file = try OutputFile(path: folder.path("a.txt"))
            try file.write("newer")
            #expect(folder.names.count == 2)
        }
        try giveUp()
        #expect(folder.names == ["a.txt"] && folder.text("a.txt") == "older")
    }

    @Test(arguments: [0o600, 0o640, 0o755] as [mode_t])
    func theModeOfAReplacedFileStays(mode: mode_t) throws {
        let folder = try Folder()
        try folder.write("older", to: "a.txt")
        try #require(chmod(folder.path("a.txt"), mode) == 0)
        var file = try OutputFile(path: folder.path("a.txt"))
        try file.write("newer")
        try file.finish()
        #expect(try facts(folder.path("a.txt")).st_mode & 0o7777 == mode)
        #expect(folder.text("a.txt") == "newer")
    }

    /// Only root may give files away; others meet files of their own alone.
    @Test(.enabled(if: geteuid() == 0, "needs root"))
    func theOwnerOfAReplacedFileStays() throws {
        let folder = try Folder()
        try folder.write("older", to: "a.txt")
        try #require(chown(folder.path("a.txt"), 1234, 5678) == 0)
        var file = try OutputFile(path: folder.path("a.txt"))
        try file.finish()
        let status = try facts(folder.path("a.txt"))
        #expect(status.st_uid == 1234 && status.st_gid == 5678)
    }

    /// The link stays a link; what it leads to is replaced, or made.
    @Test(arguments: [true, false])
    func linksKeepLeading(isThere: Bool) throws {
        let folder = try Folder()
        try FileManager.default.createDirectory(
            atPath: folder.path("inner"), withIntermediateDirectories: true)
        if isThere { try folder.write("older", to: "inner/a.txt") }
        try #require(symlink("inner/a.txt", folder.path("link1")) == 0)
        try #require(symlink(folder.path("link1"), folder.path("link2")) == 0)
        var file = try OutputFile(path: folder.path("link2"))
        try file.write("newer")
        try file.finish()
        #expect(try facts(folder.path("link2")).st_mode & S_IFMT == S_IFLNK)
        #expect(folder.text("inner/a.txt") == "newer" && folder.names == ["inner", "link1", "link2"])
    }

    /// Names as long as the system allows leave no room for what is put behind them.
    @Test func longNames() throws {
        let folder = try Folder()
        for name in [String(repeating: "x", count: 255), String(repeating: "é", count: 127)] {
            var file = try OutputFile(path: folder.path(name))
            try file.write("text")
            try file.finish()
            #expect(folder.text(name) == "text")
        }
    }

    @Test func devicesAndDescriptorsAreWrittenAsTheyStand() throws {
        let folder = try Folder()
        var null = try OutputFile(path: "/dev/null")
        try null.write("gone")
        try null.finish()
        #expect(try facts("/dev/null").st_mode & S_IFMT == S_IFCHR)
        let descriptor = open(folder.path("a.txt"), O_WRONLY | O_CREAT, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        for name in ["/dev/fd/\(descriptor)", "/proc/self/fd/\(descriptor)"] {
            var file = try OutputFile(path: name)
            #expect(!file.isFile && file.currentPath == nil)
            try file.write(name + "\n")
            try file.finish()
        }
        // One behind the other, and the descriptor is still open.
        #expect(folder.text("a.txt") == "/dev/fd/\(descriptor)\n/proc/self/fd/\(descriptor)\n")
        #expect(fcntl(descriptor, F_GETFD) >= 0)
    }

    @Test func filesThatGrowCanBeRead() throws {
        let folder = try Folder()
        try folder.write("older", to: "a.txt")
        let file = try OutputFile(path: folder.path("a.txt"), .inPlace)
        #expect(folder.text("a.txt") == "")
        try file.write("one\n")
        #expect(folder.names == ["a.txt"] && folder.text("a.txt") == "one\n")
        let more = try OutputFile(path: folder.path("a.txt"), .appended)
        try more.write("two\n")
        #expect(folder.text("a.txt") == "one\ntwo\n")
    }

    @Test func whatCannotBeWritten() throws {
        let folder = try Folder()
        try folder.write("", to: "file")
        try #require(symlink("loop", folder.path("loop")) == 0)
        for (path, text) in [
            ("/nowhere/a.txt", "No such file"), (folder.url.path, "is a folder"),
            (folder.path("."), "is a folder"),
            (folder.path("file/a.txt"), "Not a directory"), (folder.path("loop"), "levels of symbolic links"),
            ("/dev/fd/1000000000", "Bad file descriptor"), ("", "folder"), ("a\n/b", "No such file"),
        ] {
            let error = #expect(throws: OutputError.self) {
                let file = try OutputFile(path: path)
                try file.write("")
            }
            #expect(error?.reason.contains(text) == true, "\(path): \(String(describing: error))")
        }
    }

    /// A write that fails says which file, and the file goes.
    @Test func fullDevices() throws {
        let file = try OutputFile(path: "/dev/full")
        let error = #expect(throws: OutputError.self) { try file.write("text") }
        #expect(error?.path == "/dev/full" && error?.number == ENOSPC)
    }
}
