import Foundation
import SceneKit
import TestSupport
import Testing

/// What tests of the library do again and again.
enum Segmenting {
    /// Programs and tests are built side by side.
    static let programs = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent()

    static func events(
        _ path: String, _ options: SegmenterOptions = SegmenterOptions()
    ) async throws -> [SceneEvent] {
        var events: [SceneEvent] = []
        for await event in try await SceneSegmenter(path: path, options: options).events {
            events.append(event)
        }
        return events
    }

    static func lines(_ events: [SceneEvent]) -> [String] { events.map { Canonical.line($0) } }

    /// What `scened segment` says of a file.
    static func programLines(_ path: String, _ arguments: [String]) throws -> [String] {
        let result = try ExternalTool.run(
            [programs.appending(path: "scened").path, "segment", path, "--quiet", "--scores"] + arguments)
        try #require(result.status == 0 || result.status == 74, "\(result.errors)")
        return try result.output.split(separator: "\n").compactMap { try Canonical.line(json: String($0)) }
    }
}

/// The pictures of a clip as the `ffmpeg` program decodes them, with the times that `ffprobe` reads.
struct DecodedClip {
    var bytes: [UInt8]
    var times: [Int64]
    var timeBase: TimeBase
    var width: Int
    var height: Int
    let format: VideoPicture.Format

    init(_ clip: String, as format: VideoPicture.Format = .yuv420) throws {
        let path = Fixtures.path(clip)
        self.format = format
        let entries = "stream=width,height,time_base:frame=pts"
        let probe = try ExternalTool.run(
            [
                "ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", entries, "-of", "json",
                path,
            ])
        let facts = try #require(
            try JSONSerialization.jsonObject(with: Data(probe.output.utf8)) as? [String: Any])
        let stream = try #require((facts["streams"] as? [[String: Any]])?.first)
        width = try #require(stream["width"] as? Int)
        height = try #require(stream["height"] as? Int)
        let base = try #require(stream["time_base"] as? String).split(separator: "/").compactMap { Int($0) }
        timeBase = TimeBase(numerator: base[0], denominator: base[1])
        times = (facts["frames"] as? [[String: Any]] ?? []).compactMap { $0["pts"] as? Int64 }
        let folder = try Files.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "raw")
        let name = format == .yuv420 ? "yuv420p" : format.rawValue
        let decoding = try ExternalTool.run(
            [
                "ffmpeg", "-nostdin", "-v", "error", "-i", path, "-vsync", "passthrough", "-f", "rawvideo",
                "-pix_fmt", name, file.path,
            ])
        try #require(decoding.status == 0, "\(decoding.errors)")
        bytes = [UInt8](try Data(contentsOf: file))
        try #require(bytes.count == times.count * size && !times.isEmpty)
    }

    private var size: Int {
        (try? VideoPicture.byteCount(format: format, width: width, height: height)) ?? 0
    }

    func picture(_ index: Int) throws -> VideoPicture {
        try VideoPicture(
            format: format, width: width, height: height,
            bytes: Array(bytes[index * size..<(index + 1) * size]), time: times[index])
    }

    /// All that a segmenter finds in the pictures.
    func events(_ options: SegmenterOptions = SegmenterOptions()) throws -> [SceneEvent] {
        let segmenter = try PictureSegmenter(timeBase: timeBase, options: options)
        return try times.indices.flatMap { try segmenter.push(try picture($0)) } + segmenter.finish()
    }
}
