import Platform
import Foundation
import Glibc
import MediaInput
import TestSupport
import Testing
import Timeline

/// What stands out of order, or at the end of a file.
@Suite struct ReachTests {
    /// The demuxer of GIF steps back to the start of each frame.
    @Test func largeFramesAreReadWhole() throws {
        let file = try Recording(clip: "big.gif")
        #expect(file.pictures.count == 30)
        #expect(file.ending == .end)
        let pipe = PipeSource(try Fixtures.bytes("big.gif"), chunks: [4099])
        #expect(try Recording(.descriptor(pipe.readEnd, name: "pipe")).lines == file.lines)
    }

    @Test func aTimecodeInTagsAtTheEndIsFound() throws {
        let moved = try withTagsAtTheEnd(Fixtures.bytes("timecode.mkv"))
        let path = FileManager.default.temporaryDirectory.appending(path: "scened-\(UUID().uuidString).mkv")
            .path
        defer { unlink(path) }
        try Data(moved).write(to: URL(filePath: path))
        let recording = try Recording(.url(path))
        let whole = try Recording(clip: "timecode.mkv")
        #expect(recording.pictures.map(\.at) == whole.pictures.map(\.at))
        #expect(recording.pictures.first?.at.timecode == 109_682)
        // Standard input may be the file itself.
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        #expect(try Recording(.descriptor(descriptor, name: "file")) == recording)
        // A pipe has no end to look at: the timecode begins at 0, all else is as it was.
        let pipe = PipeSource(moved, chunks: [4096])
        let piped = try Recording(.descriptor(pipe.readEnd, name: "pipe"))
        #expect(piped.pictures.map(\.at.pts) == whole.pictures.map(\.at.pts))
        #expect(piped.pictures.first?.at.timecode == 0)
    }

    /// Chunks out of order are read whole.
    @Test func chunksOutOfOrderAreReadFromAFile() throws {
        let swapped = try withAChunkAtTheEnd(Fixtures.bytes("delayed.mp4"))
        let path = FileManager.default.temporaryDirectory.appending(path: "scened-\(UUID().uuidString).mp4")
            .path
        defer { unlink(path) }
        try Data(swapped).write(to: URL(filePath: path))
        #expect(try Recording(.url(path)) == Recording(clip: "delayed.mp4"))
        // Within four megabytes a pipe can go back, too.
        let pipe = PipeSource(swapped, chunks: [4096])
        #expect(try Recording(.descriptor(pipe.readEnd, name: "tape")) == Recording(clip: "delayed.mp4"))
    }

    @Test(arguments: [
        ("delayed.mkv", 1_610_000), ("delayed.ts", 1_610_000), ("delayed.mp4", 1_610_000), ("cuts.mp4", 0),
        ("cuts.ts", 0), ("offset.mkv", 0), ("vfr.mkv", 0), ("edit_list.mp4", 0), ("cuts.webm", 0),
    ])
    func theOffsetToTheStartOfTheFileIsKnown(clip: String, microseconds: Int64) throws {
        let recording = try Recording(clip: clip)
        #expect(recording.summary.startOffset == microseconds)
        let pipe = PipeSource(try Fixtures.bytes(clip), chunks: [4099])
        #expect(
            try Recording(.descriptor(pipe.readEnd, name: "pipe")).summary.startOffset == microseconds)
    }

    @Test func aNameThatIsNoTextIsOpened() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "scened-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let name = Array(folder.path.utf8) + [0x2f, 0x63, 0x61, 0x66, 0xe9, 0x2e, 0x6d, 0x70, 0x34]
        let path = FileName.text(name)
        let bytes = try Fixtures.bytes("upright.mp4")
        let descriptor = FileName.withBytes(path) { open($0, O_WRONLY | O_CREAT, 0o600) }
        #expect(bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == bytes.count)
        close(descriptor)
        #expect(try Recording(.url(path)) == Recording(clip: "upright.mp4"))
        #expect(MediaSource.url(path).displayName.hasSuffix("/caf\u{fffd}.mp4"))
        _ = FileName.withBytes(path) { unlink($0) }
    }

    @Test(arguments: [
        Array("film.mp4".utf8), [0x63, 0xe9], [0xff, 0xfe, 0x41], Array("\u{10fff0}x\u{e9}".utf8),
        [0xf4, 0x8f, 0xbf], Array(UInt8(1)...255),
    ])
    func namesAndTextsGoTogether(bytes: [UInt8]) {
        #expect(FileName.bytes(FileName.text(bytes)) == bytes)
    }

    // MARK: - Files put together anew

    /// A Matroska file whose Tags element stands behind everything else, and is found through the seek head
    /// alone.
    private func withTagsAtTheEnd(_ bytes: [UInt8]) throws -> [UInt8] {
        var file = bytes
        let tagsName: [UInt8] = [0x12, 0x54, 0xc3, 0x67]
        let segment = try #require(file.firstRange(of: [0x18, 0x53, 0x80, 0x67])?.lowerBound)
        let content = segment + 12
        #expect(file[segment + 4] == 0x01, "FFmpeg writes the segment's size in 8 bytes")
        // The seek head's entry: SeekID with the name, then SeekPosition of 8 bytes.
        let entry = try #require(file.firstRange(of: [0x53, 0xab, 0x84] + tagsName)?.upperBound)
        #expect(Array(file[entry..<entry + 2]) == [0x53, 0xac])
        let width = Int(file[entry + 2] & 0x7f)
        let position = file[entry + 3..<entry + 3 + width].reduce(0) { $0 << 8 | Int($1) }
        let start = content + position
        #expect(Array(file[start..<start + 4]) == tagsName)
        let sizeLength = file[start + 4].leadingZeroBitCount + 1
        let mask = (1 << (7 * sizeLength)) - 1
        let size = file[start + 4..<start + 4 + sizeLength].reduce(0) { $0 << 8 | Int($1) } & mask
        let end = start + 4 + sizeLength + size
        let tags = Array(file[start..<end])
        // In its place a Void element of the same length.
        let rest = tags.count - 9
        file[start] = 0xec
        for (place, shift) in stride(from: 48, through: 0, by: -8).enumerated() {
            file[start + 2 + place] = UInt8(truncatingIfNeeded: rest >> shift)
        }
        file[start + 1] = 0x01
        let new = file.count - content
        for place in 0..<width {
            file[entry + 3 + place] = UInt8(truncatingIfNeeded: new >> (8 * (width - 1 - place)))
        }
        file += tags
        let whole = file.count - content
        for (place, shift) in stride(from: 48, through: 0, by: -8).enumerated() {
            file[segment + 5 + place] = UInt8(truncatingIfNeeded: whole >> shift)
        }
        return file
    }

    /// An MP4 whose second chunk stands behind all others.
    private func withAChunkAtTheEnd(_ bytes: [UInt8]) throws -> [UInt8] {
        var file = bytes
        let table = try #require(file.firstRange(of: Array("stco".utf8))?.upperBound)
        func number(_ place: Int) -> Int { file[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
        let count = number(table + 4)
        try #require(count >= 3)
        let first = table + 8
        let (begin, end) = (number(first + 4), number(first + 8))
        let moved = Array(file[begin..<end])
        // The media box holds what is appended, too.
        let box = try #require(file.firstRange(of: Array("mdat".utf8))?.lowerBound) - 4
        let size = number(box) + moved.count
        func put(_ value: Int, at place: Int) {
            for byte in 0..<4 { file[place + byte] = UInt8(truncatingIfNeeded: value >> (24 - 8 * byte)) }
        }
        try #require(box + number(box) == file.count)
        put(file.count, at: first + 4)
        put(size, at: box)
        return file + moved
    }
}
