import Platform
import Foundation
import Testing

/// Two names of one file are known as such.
@Suite struct FileIdentityTests {
    @Test func namesOfOneFile() throws {
        let folder = try Folder()
        try folder.write("film", to: "film.mp4")
        try folder.write("film", to: "other.mp4")
        try #require(symlink("film.mp4", folder.path("link.mp4")) == 0)
        try #require(link(folder.path("film.mp4"), folder.path("hard.mp4")) == 0)
        try #require(symlink(folder.url.path, folder.path("itself")) == 0)
        let descriptor = open(folder.path("film.mp4"), O_RDONLY)
        defer { close(descriptor) }
        let film = try #require(FileIdentity(path: folder.path("film.mp4")))
        for name in [
            "link.mp4", "hard.mp4", "itself/film.mp4", "./itself/../\(folder.url.lastPathComponent)/film.mp4",
        ] {
            #expect(FileIdentity(path: folder.path(name)) == film, "\(name)")
        }
        for path in [
            "/dev/fd/\(descriptor)", "/proc/self/fd/\(descriptor)", "/proc/\(getpid())/fd/\(descriptor)",
        ] {
            #expect(FileIdentity(path: path) == film, "\(path)")
        }
        #expect(FileIdentity(descriptor: descriptor) == film)
        #expect(FileIdentity(path: folder.path("other.mp4")) != film)
    }

    @Test func filesThatAreNotThereYet() throws {
        let folder = try Folder()
        try #require(symlink("new", folder.path("link")) == 0)
        try #require(symlink(".", folder.path("here")) == 0)
        let new = try #require(FileIdentity(path: folder.path("new")))
        for name in ["link", "here/new", "./new"] {
            #expect(FileIdentity(path: folder.path(name)) == new, "\(name)")
        }
        #expect(FileIdentity(path: folder.path("newer")) != new)
        #expect(
            FileIdentity(path: folder.path("absent/new")) == FileIdentity(path: folder.path("absent/new")))
        try folder.write("", to: "new")
        #expect(FileIdentity(path: folder.path("link")) == FileIdentity(path: folder.path("new")))
    }

    /// What may well be read and written: terminals, `/dev/null`, sockets, folders.
    @Test func whatIsNoFile() throws {
        #expect(FileIdentity(path: "/dev/null") == nil && FileIdentity(path: "/") == nil)
        var ends: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { for end in ends { close(end) } }
        #expect(FileIdentity(descriptor: ends[0]) == nil && FileIdentity(descriptor: .max) == nil)
    }
}
