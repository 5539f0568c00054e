import TestSupport
import Foundation
import JSONText
import SceneFormats
import Testing
import Timeline

/// Each format read back by a program that others use for it.
@Suite struct ReaderTests {
    static let samples: [SampleStream] = [
        SampleStream(), .dropFrame, .variableRate, .withGap, .oneScene, .tagged,
    ]
    static let awkwardTitle = "a=b; c#d \\ \"e\", é --> f\n[CHAPTER]"

    private func chapters(_ file: String) throws -> [Chapters.Chapter] {
        let result = try ExternalTool.run(["ffprobe", "-v", "error", "-of", "json", "-show_chapters", file])
        try #require(result.status == 0, "\(result.errors)")
        return try JSONDecoder().decode(Chapters.self, from: Data(result.output.utf8)).chapters
    }

    /// FFmpeg reads the chapters as they are, and the title with all its special characters.
    @Test(.enabled(if: ExternalTool.hasFFmpeg, "ffmpeg and ffprobe are not installed"), arguments: samples)
    func ffmetadata(sample: SampleStream) throws {
        let folder = try Files.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let log = try EventLog(reading: sample.lines)
        let file = folder.appending(path: "chapters.ffmeta")
        try Data(try ExportFormat.ffmetadata.text(log, title: Self.awkwardTitle).utf8).write(to: file)
        let read = try chapters(file.path)
        #expect(read.map(\.time_base) == log.scenes.map { _ in "1/1000" })
        func milliseconds(_ ticks: Int64) -> Int64 { log.timeBase.ceiling(ticks, perSecond: 1000) }
        #expect(read.map(\.start) == log.scenes.map { milliseconds($0.start.ticks) })
        #expect(read.map(\.end) == log.scenes.map { milliseconds($0.end.ticks) })
        #expect(read.map(\.tags.title) == log.scenes.indices.map { "Scene \($0 + 1)" })
        let format = try ExternalTool.run([
            "ffprobe", "-v", "error", "-of", "json", "-show_format", file.path,
        ])
        let tags = try JSONDecoder().decode(Format.self, from: Data(format.output.utf8)).format.tags
        #expect(tags.title == Self.awkwardTitle)
    }

    /// Matroska keeps what chapters are tagged with, and FFmpeg reads it.
    @Test(.enabled(if: ExternalTool.hasFFmpeg, "ffmpeg and ffprobe are not installed"))
    func chaptersKeepTheirTags() throws {
        let folder = try Files.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let log = try EventLog(reading: SampleStream.tagged.lines)
        let file = folder.appending(path: "chapters.ffmeta")
        try Data(try ExportFormat.ffmetadata.text(log, title: "A film").utf8).write(to: file)
        let film = folder.appending(path: "film.mkv").path
        let made = try ExternalTool.run([
            "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=size=16x16:rate=24:duration=2", "-i",
            file.path, "-map", "0", "-map_chapters", "1", "-c:v", "mpeg4", film,
        ])
        try #require(made.status == 0, "\(made.errors)")
        let result = try ExternalTool.run([
            "ffprobe", "-v", "error", "-of", "default=nw=1:nk=1", "-show_entries", "chapter_tags=KEYWORDS",
            film,
        ])
        #expect(
            result.output.split(separator: "\n") == [
                "interview, news, studio", "a \"b\" <c> & d; e=f --> #g", "two lines, goal",
            ])
    }

    /// In films, whatever unit they keep chapters in: never before the picture, and less than a millisecond
    /// after it.
    @Test(
        .enabled(if: ExternalTool.hasFFmpeg, "ffmpeg and ffprobe are not installed"),
        arguments: ["mkv", "mp4"])
    func chaptersOfFilms(container: String) throws {
        let folder = try Files.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let sample = SampleStream(lengths: [7, 11, 30])
        let log = try EventLog(reading: sample.lines)
        let file = folder.appending(path: "chapters.ffmeta")
        try Data(try ExportFormat.ffmetadata.text(log, title: "A film").utf8).write(to: file)
        let film = folder.appending(path: "film.\(container)").path
        let made = try ExternalTool.run([
            "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=size=16x16:rate=24:duration=2", "-i",
            file.path,
            "-map", "0", "-map_metadata", "1", "-map_chapters", "1", "-c:v", "mpeg4", film,
        ])
        try #require(made.status == 0, "\(made.errors)")
        let read = try chapters(film)
        #expect(read.count == 3)
        for (chapter, scene) in zip(read, log.scenes) {
            for (stored, exact) in [(chapter.start, scene.start.ticks), (chapter.end, scene.end.ticks)] {
                let base = try #require(TimeBase(chapter.time_base))
                // Both in nanoseconds.
                let readTime =
                    Int128(stored) * Int128(base.numerator) * 1_000_000_000 / Int128(base.denominator)
                let time = Int128(exact) * 1_000_000_000 / 12288
                #expect((0..<1_000_000).contains(readTime - time), "\(readTime - time) ns late")
            }
            #expect(chapter.tags.title.hasPrefix("Scene "))
        }
    }

    /// FFmpeg's WebVTT reader finds one cue per scene, at its milliseconds.
    @Test(.enabled(if: ExternalTool.hasFFmpeg, "ffmpeg and ffprobe are not installed"), arguments: samples)
    func webvtt(sample: SampleStream) throws {
        let folder = try Files.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let log = try EventLog(reading: sample.lines)
        let file = folder.appending(path: "chapters.vtt")
        try Data(try ExportFormat.webvtt.text(log, title: Self.awkwardTitle).utf8).write(to: file)
        let result = try ExternalTool.run([
            "ffprobe", "-v", "error", "-of", "csv=p=0", "-show_entries", "packet=pts,duration", file.path,
        ])
        try #require(result.status == 0, "\(result.errors)")
        let cues = result.output.split(separator: "\n").map {
            $0.split(separator: ",").compactMap { Int64($0) }
        }
        let expected = log.scenes.map { scene -> [Int64] in
            let start = log.timeBase.ceiling(scene.start.ticks, perSecond: 1000)
            return [start, log.timeBase.ceiling(scene.end.ticks, perSecond: 1000) - start]
        }
        #expect(cues == expected)
        let text = try ExternalTool.run(["ffmpeg", "-v", "error", "-i", file.path, "-f", "srt", "-"])
        let titles = text.output.split(separator: "\n").filter { $0.hasPrefix("Scene") }
        #expect(titles == log.scenes.indices.map { "Scene \($0 + 1)" })
    }

    @Test(.enabled(if: ExternalTool.hasPython, "python3 is not installed"), arguments: samples)
    func csv(sample: SampleStream) throws {
        let log = try EventLog(reading: sample.lines)
        let program = """
            import csv, json, sys
            text = sys.stdin.buffer.read().decode()
            print(json.dumps(list(csv.DictReader(text.splitlines(keepends=True), strict=True))))
            """
        let result = try ExternalTool.run(
            ["python3", "-c", program], input: try ExportFormat.csv.text(log, title: Self.awkwardTitle))
        try #require(result.status == 0, "\(result.errors)")
        let rows = try JSONDecoder().decode([[String: String]].self, from: Data(result.output.utf8))
        #expect(rows.count == log.scenes.count)
        for (index, (row, scene)) in zip(rows, log.scenes).enumerated() {
            #expect(row["scene"] == "\(index + 1)")
            func seconds(_ instant: LoggedInstant) -> String {
                JSONLine.decimal(micro: log.timeBase.ceiling(instant.ticks, perSecond: 1_000_000))
            }
            #expect(row["start_seconds"] == seconds(scene.start))
            #expect(row["end_seconds"] == seconds(scene.end))
            #expect(row["start_frame"] == scene.start.frame.map(String.init) ?? "")
            #expect(row["end_frame"] == scene.end.frame.map(String.init) ?? "")
            #expect(row["start_timecode"] == scene.start.timecode?.description ?? "")
            #expect(row["end_timecode"] == scene.end.timecode?.description ?? "")
            #expect(row["end_reason"] == scene.endReason?.rawValue)
            #expect(row["score"].map { Double($0) } == scene.score?.value)
            #expect(row["first_shot"] == "\(scene.firstShot)")
            #expect(row["last_shot"] == "\(scene.lastShot)")
            #expect(row["shots"] == "\(scene.lastShot - scene.firstShot + 1)")
        }
    }

    /// OpenTimelineIO's CMX 3600 reader finds each scene where it is, in frames.
    @Test(
        .enabled(
            if: ExternalTool.hasOpenTimelineIO,
            "OpenTimelineIO is not in .build/venv; run scripts/setup --test"),
        arguments: [
            (SampleStream(), "24"), (SampleStream.dropFrame, "30000/1001"), (.withGap, "24"),
            (.oneScene, "24"),
            (SampleStream(lengths: Array(repeating: 30, count: 999)), "24"),
        ])
    func edl(sample: SampleStream, rate: String) throws {
        let log = try EventLog(reading: sample.lines)
        let program = """
            import fractions, json, sys
            import opentimelineio as otio
            rate = float(fractions.Fraction(sys.argv[1]))
            timeline = otio.adapters.read_from_string(sys.stdin.read(), "cmx_3600", rate=rate)
            timeline = timeline if isinstance(timeline, otio.schema.Timeline) else timeline[0]
            track, = timeline.video_tracks()
            clips = []
            for clip in track.find_clips():
                record = clip.range_in_parent()
                source = clip.source_range
                clips.append([clip.name, source.start_time.to_frames(), source.duration.to_frames(),
                              record.start_time.to_frames(), record.duration.to_frames()])
            print(json.dumps({"name": timeline.name, "clips": clips}))
            """
        let result = try ExternalTool.run(
            [ExternalTool.venvPython, "-c", program, rate],
            input: try ExportFormat.edl.text(log, title: "A film, é"))
        try #require(result.status == 0, "\(result.errors)")
        let decoded = try JSONDecoder().decode(EditList.self, from: Data(result.output.utf8))
        #expect(decoded.name == "A film, é")
        let first = try #require(log.scenes.first?.start.frame)
        #expect(
            decoded.clips
                == log.scenes.map { scene in
                    let start = scene.start.frame ?? -1
                    let length = (scene.end.frame ?? -1) - start
                    return Clip(
                        name: "film.mp4", start: sample.startTimecode + start, length: length,
                        record: start - first,
                        recordLength: length)
                })
    }
}

/// Output of `ffprobe -show_chapters`.
private struct Chapters: Decodable {
    struct Chapter: Decodable {
        struct Tags: Decodable { var title: String }
        var time_base: String
        var start: Int64
        var end: Int64
        var tags: Tags
    }

    var chapters: [Chapter]
}

/// Output of `ffprobe -show_format`.
private struct Format: Decodable {
    struct Fields: Decodable {
        struct Tags: Decodable { var title: String }
        var tags: Tags
    }

    var format: Fields
}

/// Output of the program around OpenTimelineIO.
private struct EditList: Decodable {
    var name: String
    var clips: [Clip]
}

private struct Clip: Decodable, Equatable {
    var name: String
    var start: Int64
    var length: Int64
    var record: Int64
    var recordLength: Int64

    init(name: String, start: Int64, length: Int64, record: Int64, recordLength: Int64) {
        self.name = name
        self.start = start
        self.length = length
        self.record = record
        self.recordLength = recordLength
    }

    init(from decoder: any Decoder) throws {
        var fields = try decoder.unkeyedContainer()
        name = try fields.decode(String.self)
        start = try fields.decode(Int64.self)
        length = try fields.decode(Int64.self)
        record = try fields.decode(Int64.self)
        recordLength = try fields.decode(Int64.self)
    }
}

extension TimeBase {
    fileprivate init?(_ text: String) {
        let numbers = text.split(separator: "/").compactMap { Int64($0) }
        guard numbers.count == 2, numbers[0] > 0, numbers[1] > 0 else { return nil }
        self.init(numerator: numbers[0], denominator: numbers[1])
    }
}
