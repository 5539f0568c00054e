import Foundation
import MediaInput
import TestSupport
import Testing
import Timeline

/// Pictures for a channel's mark: once a second, of every format, the same whoever decodes.
@Suite final class MarkPictureTests {
    private let folder: URL

    init() throws { folder = try Files.temporaryFolder() }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private static let size = (width: MarkPicture.width, height: MarkPicture.height)

    private func marks(_ path: String, threads: Int = 1, wantsMarks: Bool = true) throws -> [(
        pts: Int64, MarkPicture
    )] {
        var options = MediaOptions()
        options.marks = wantsMarks
        options.threads = threads
        let reader = try MediaReader(.url(path), options: options, stop: StopFlag())
        var marks: [(Int64, MarkPicture)] = []
        while let item = reader.next() {
            if case .picture(let picture) = item, let mark = picture.mark {
                marks.append((picture.at.pts, mark))
            }
        }
        return marks
    }

    /// Three seconds of moving bars in a pixel format, at ten pictures a second.
    private func film(_ format: String) throws -> String {
        let path = folder.appending(path: "marks-\(format).nut").path
        let made = try ExternalTool.run(
            [
                "ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i",
                "testsrc2=size=640x360:rate=10:duration=3", "-pix_fmt", format, "-c:v", "rawvideo", path,
            ])
        #expect(made.status == 0, "\(made.errors)")
        return path
    }

    /// Against FFmpeg's own reduction of the same pictures.
    @Test(arguments: ["yuv420p", "yuv444p10le", "gray", "nv12", "rgb24", "pal8"])
    func lumaIsThatOfThePicture(format: String) throws {
        let path = try film(format)
        let marks = try marks(path)
        #expect(marks.count == 3)
        let plain = folder.appending(path: "marks-\(format).gray").path
        let made = try ExternalTool.run([
            "ffmpeg", "-nostdin", "-v", "error", "-y", "-i", path, "-vf",
            "select='not(mod(n,10))',scale=\(Self.size.width):\(Self.size.height):flags=area:out_range=full,format=gray",
            "-fps_mode", "passthrough", "-f", "rawvideo", plain,
        ])
        #expect(made.status == 0, "\(made.errors)")
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: plain)))
        let count = Self.size.width * Self.size.height
        try #require(bytes.count == 3 * count)
        for (index, mark) in marks.enumerated() {
            let expected = bytes[index * count..<(index + 1) * count]
            let differences = zip(mark.1.luma, expected).map { abs(Int($0) - Int($1)) }
            let mean = Double(differences.reduce(0, +)) / Double(count)
            #expect(mean < 2, "\(format), picture \(index): \(mean)")
        }
    }

    /// They stand in the first picture of each second, with one decoder and with several, and only on
    /// request.
    @Test func onceASecond() throws {
        let clip = Fixtures.path("cuts.mp4")
        let alone = try marks(clip)
        let seconds = Set(alone.map(\.pts))
        #expect(alone.count >= 15 && seconds.count == alone.count)
        for threads in [2, 4] {
            let team = try marks(clip, threads: threads)
            #expect(team.map(\.pts) == alone.map(\.pts) && team.map(\.1) == alone.map(\.1))
        }
        #expect(try marks(clip, wantsMarks: false).isEmpty)
    }

    /// A picture that is shown turned gives a turned picture.
    @Test func turnedPicturesStandUpright() throws {
        let plain = folder.appending(path: "upright.mp4").path
        let turned = folder.appending(path: "turned.mp4").path
        let source = ["ffmpeg", "-nostdin", "-v", "error", "-y"]
        let made = try ExternalTool.run(
            source + [
                "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=10:duration=1", "-c:v", "mpeg4", "-q:v", "2",
                plain,
            ])
        #expect(made.status == 0, "\(made.errors)")
        let marked = try ExternalTool.run(
            source + ["-display_rotation:v:0", "180", "-i", plain, "-c", "copy", turned])
        // FFmpeg before 6 sets the rotation by a tag.
        if marked.status != 0 {
            let tagged = try ExternalTool.run(
                source + ["-i", plain, "-c", "copy", "-metadata:s:v:0", "rotate=180", turned])
            #expect(tagged.status == 0, "\(tagged.errors)")
        }
        let (upright, other) = (try marks(plain), try marks(turned))
        try #require(upright.count == 1 && other.count == 1)
        #expect(other[0].1.luma == upright[0].1.luma.reversed())
    }
}
