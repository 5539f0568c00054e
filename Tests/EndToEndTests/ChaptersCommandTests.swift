import Foundation
import TestSupport
import Testing
import Timeline

/// `scened chapters`: chapters that others read, and a film that is otherwise the same.
@Suite struct ChaptersCommandTests {
    private static let titles = ["Scene 1", "Scene 2", "Scene 3"]

    private func written(_ clip: String, _ name: String, _ more: [String] = []) throws -> String {
        let output = Scratch.path(name).path
        let outcome = try Program.run(
            ["chapters", Fixtures.path(clip), try CutFilm.events(clip), "--output", output] + more)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return output
    }

    @Test(arguments: [
        ("cuts.mp4", "a.mov"), ("cuts.mkv", "a.mp4"),
        ("cuts.webm", "a.webm"), ("cuts_hevc.mp4", "a.mp4"), ("groups_open.ts", "a.mp4"),
        ("cuts_mpeg2.ts", "a.mkv"), ("cuts.avi", "a.mkv"),
    ])
    func scenesAreChapters(_ clip: String, _ name: String) throws {
        let output = try written(clip, name)
        defer { try? FileManager.default.removeItem(atPath: output) }
        #expect(try CutFilm.pictures(output) == CutFilm.pictures(Fixtures.path(clip)))
        let chapters = try CutFilm.chapters(output)
        #expect(chapters.map(\.title) == Self.titles)
        #expect(chapters.map(\.start) == ["0.000000", "6.600000", "11.600000"])
        #expect(chapters.map(\.end) == ["6.600000", "11.600000", "16.000000"])
    }

    /// A chapter's time is where the new film shows the scene's first picture.
    @Test(arguments: [
        ("delayed.mp4", "a.mp4"), ("delayed.mkv", "a.mkv"), ("delayed.ts", "a.mp4"), ("offset.mkv", "a.mkv"),
        ("wrap.ts", "a.mp4"), ("edit_list.mp4", "a.mp4"), ("groups_edit_list.mp4", "a.mkv"),
        ("vfr.mp4", "a.mkv"), ("sparse.m2v", "a.mkv"), ("sparse.m2v", "a.mp4"), ("sparse.mxf", "a.mkv"),
    ])
    func chaptersBeginWithTheirPicture(_ clip: String, _ name: String) throws {
        if SplitCommandTests.sparseFilms[clip] != nil { _ = try SplitCommandTests.sparse(clip) }
        let output = try written(clip, name, ["--title", "{number}"])
        defer { try? FileManager.default.removeItem(atPath: output) }
        let again = try Program.run(["segment", output, "--quiet", "--min-scene", "1"])
        let events = again.events
        let scenes = events.filter { $0.type == "scene" }
        let offset = events.first?.fields["start_offset"] as? Double ?? 0
        // Sound that begins a second or more before the pictures leaves a gap.
        let chapters = try CutFilm.chapters(output).filter { $0.title != "Gap" }
        #expect(scenes.count == chapters.count && !scenes.isEmpty)
        for (scene, chapter) in zip(scenes, chapters).dropFirst(scenes.count > 1 ? 1 : 0) {
            let start = try #require(Double(chapter.start))
            let shown = try #require(scene.seconds("start")) + offset
            // Rounded up to the container's millisecond.
            #expect(start >= shown - 0.0005 && start < shown + 0.0015, "\(start) for \(shown)")
        }
    }

    /// Times that the container does not state follow from the order of decoding, and rise in the order of
    /// display.
    @Test(arguments: [
        ("sparse.mpg", "a.mp4"), ("sparse.mpg", "a.mkv"), ("sparse.vob", "a.mkv"), ("sparse.avi", "a.mp4"),
    ])
    func picturesWithoutTimesGetTheirOwn(_ clip: String, _ name: String) throws {
        let film = try SplitCommandTests.sparse(clip)
        let output = try written(clip, name)
        defer { try? FileManager.default.removeItem(atPath: output) }
        #expect(try CutFilm.pictures(output) == CutFilm.pictures(film))
        #expect(try CutFilm.chapters(output).filter { $0.title != "Gap" }.map(\.title) == Self.titles)
        let probe = try ExternalTool.run([
            "ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "frame=pts_time", "-of",
            "csv=p=0", output,
        ])
        let times = probe.output.split(whereSeparator: { ",\n".contains($0) }).compactMap { Double($0) }
        #expect(times.count == 400)
        // 25 a second; Matroska rounds to milliseconds.
        for (time, next) in zip(times, times.dropFirst()) {
            #expect(abs(next - time - 0.04) < 0.0015, "\(time), then \(next)")
        }
    }

    /// A film's chapters are a list of scenes to every command that takes one, also where its pictures begin
    /// after its sound.
    @Test(arguments: [("0", "a.mkv"), ("0", "a.mp4"), ("0.7", "a.mkv"), ("0.7", "a.mp4")])
    func chaptersOfAFilmAreRead(_ delay: String, _ name: String) throws {
        let outcome = try Program.shell(
            """
            cd '\(try Scratch.emptyFolder().path)'
            ffmpeg -nostdin -v error -itsoffset \(delay) -i '\(Fixtures.path("cuts.mkv"))' -f lavfi -i sine=d=17 \
                -map 0 -map 1 -c:v copy -c:a aac film.mkv
            scened segment film.mkv --quiet --min-scene 1 --output film.jsonl
            scened chapters film.mkv film.jsonl --output \(name) --quiet
            scened correct film.jsonl \(name) --tolerance 0.002 | grep -c '"review":"confirmed"'
            scened evaluate scenes --truth \(name) --detected film.jsonl --json | grep -c '"report":"scenes"'
            scened shots film.mkv --shots \(name) --to csv --quiet | tail -n 2 | cut -d , -f 4
            """)
        #expect(outcome.output == "2\n1\n6.600\n11.600\n", "\(outcome.output)\(outcome.errors)")
        #expect(outcome.errors.isEmpty, "\(outcome.errors)")
    }

    /// Sound or subtitles that outlast the pictures do not make it another film, and sound that begins long
    /// before them does not hide them.
    @Test(arguments: [
        ("film.mp4", "0", "-f lavfi -i sine=d=40 -c:a aac"),
        ("film.mkv", "0", "-f lavfi -i sine=d=40 -c:a aac"),
        ("film.mkv", "0", "-i late.srt"), ("film.ts", "8", "-f lavfi -i sine=d=30 -c:a mp2"),
        ("film.mkv", "8", "-f lavfi -i sine=d=30 -c:a aac"),
    ])
    func otherStreamsMayBeLonger(_ film: String, _ delay: String, _ other: String) throws {
        let outcome = try Program.shell(
            """
            cd '\(try Scratch.emptyFolder().path)'
            printf '1\\n00:00:40,000 --> 00:00:50,000\\nEnd\\n' > late.srt
            ffmpeg -nostdin -v error -itsoffset \(delay) -i '\(Fixtures.path("cuts.mp4"))' \(other) \
                -map 0:v -map 1 -c:v copy \(film)
            scened segment \(film) --quiet --min-scene 1 --output film.jsonl
            scened chapters \(film) film.jsonl --output a.mkv; echo $?
            scened split \(film) film.jsonl --exact --list | wc -l
            """)
        #expect(outcome.lines == ["0", "3"] && outcome.errors.isEmpty, "\(outcome.output)\(outcome.errors)")
    }

    @Test(arguments: [
        (Data([0xff, 0xfe, 0x31, 0, 0x0a, 0]), "is neither text nor a film that FFmpeg reads"),
        (nil, "is a film without chapters; give one with chapters, or a list of scenes or cuts"),
    ])
    func whatHoldsNoListIsRefused(_ bytes: Data?, _ message: String) throws {
        var path = Fixtures.path("cuts.mp4")
        if let bytes {
            path = Scratch.path("list.txt").path
            try bytes.write(to: URL(fileURLWithPath: path))
        }
        for words in [
            ["shots", Fixtures.path("cuts.mkv"), "--shots", path],
            ["evaluate", "scenes", "--truth", path, "--detected", path],
            ["evaluate", "shots", "--truth", path, "--detected", path],
        ] {
            let outcome = try Program.run(words)
            #expect(outcome.status == 65 && outcome.errorLines.count == 1, "\(outcome.errors)")
            #expect(outcome.errors.contains(message), "\(outcome.errors)")
        }
    }

    /// Streams, tags, dispositions and attached files stay; chapters that were there go.
    @Test func everythingElseStays() throws {
        let outcome = try Program.shell(
            """
            cd '\(try Scratch.emptyFolder().path)'
            printf ';FFMETADATA1\\ntitle=My = film\\n[CHAPTER]\\nTIMEBASE=1/1\\nSTART=0\\nEND=3\\ntitle=Old\\n' > old.txt
            printf '1\\n00:00:01,000 --> 00:00:02,000\\nHallo\\n' > words.srt
            ffmpeg -nostdin -v error -i '\(Fixtures.path("cuts.mkv"))' -f lavfi -i sine=d=16 -i words.srt -i old.txt \
                -map 0 -map 1 -map 2 -map_metadata 3 -map_chapters 3 -c copy -c:a aac -c:s srt \
                -metadata:s:a language=ger -disposition:a 0 -disposition:s forced \
                -attach words.srt -metadata:s:t mimetype=text/plain film.mkv
            scened chapters film.mkv '\(try CutFilm.events("cuts.mkv"))' --output new.mkv
            scened chapters film.mkv '\(try CutFilm.events("cuts.mkv"))' --output new.mp4
            for film in film.mkv new.mkv; do
                ffprobe -v error -of compact -show_entries format_tags=title:stream=codec_name,codec_type:stream_tags=language,filename,mimetype:stream_disposition=default,forced \
                    $film > $film.txt
                for stream in v a s; do ffmpeg -nostdin -v error -i $film -map 0:$stream -c copy -f md5 - >> $film.txt; done
            done
            diff film.mkv.txt new.mkv.txt && echo same
            ffprobe -v error -show_entries chapter_tags=title -of csv=p=0 new.mkv
            """)
        #expect(outcome.output == "same\nScene 1\nScene 2\nScene 3\n", "\(outcome.output)")
        // MP4 takes neither SRT nor attachments.
        #expect(outcome.errorLines.count == 1 && outcome.errors.contains("left out"), "\(outcome.errors)")
        #expect(
            outcome.errors.contains("subrip") && outcome.errors.contains("attachment"), "\(outcome.errors)")
    }

    /// Whatever a title holds, it comes back, on one line.
    @Test(arguments: ["a.mp4", "a.mkv"])
    func hostileTitles(_ name: String) throws {
        let title = "= ; # \\ < & > \" --> \u{1f3ac} {number}\n%s"
        let output = try written("cuts.mp4", name, ["--title", title])
        defer { try? FileManager.default.removeItem(atPath: output) }
        let expected = (1...3).map { "= ; # \\ < & > \" --> \u{1f3ac} \($0) %s" }
        #expect(try CutFilm.chapters(output).map(\.title) == expected)
        let long = try written(
            "cuts.mp4", name, ["--title", String(repeating: "\u{1f3ac}", count: 100) + "{number}"])
        defer { try? FileManager.default.removeItem(atPath: long) }
        for title in try CutFilm.chapters(long).map(\.title) {
            #expect(title.hasPrefix("\u{1f3ac}") && !title.contains("\u{fffd}"))
        }
    }

    /// In MP4 a hole becomes a chapter, and more chapters than Nero's table holds are all there.
    @Test func gapsAndManyChapters() throws {
        func chapters(_ stream: SampleStream, _ name: String) throws -> (
            chapters: [CutFilm.Chapter], errors: String, file: String
        ) {
            try Files.temporary(["a.jsonl": stream.lines.joined()]) { folder in
                let output = Scratch.path(name).path
                let outcome = try Program.run([
                    "chapters", Fixtures.path("cuts.mp4"), folder + "/a.jsonl", "--output", output,
                ])
                #expect(outcome.status == 0, "\(outcome.errors)")
                return (try CutFilm.chapters(output), outcome.errors, output)
            }
        }
        var stream = SampleStream(
            lengths: [100, 100, 100], frameTicks: 512, timeBase: .init(numerator: 1, denominator: 12800),
            startPTS: 0, timecode: nil, gaps: [50, 10])
        let movie = try chapters(stream, "a.mp4").chapters
        #expect(movie.map(\.title) == ["Scene 1", "Gap", "Scene 2", "Scene 3"])
        #expect(movie.map(\.start) == ["0.000000", "4.000000", "6.000000", "10.400000"])
        #expect(movie.map(\.end).dropLast() == ["4.000000", "6.000000", "10.400000"])
        let matroska = try chapters(stream, "a.mkv").chapters
        #expect(matroska.map(\.end) == ["4.000000", "10.000000", "14.400000"])
        stream = SampleStream(
            lengths: [Int64](repeating: 1, count: 300), frameTicks: 512,
            timeBase: .init(numerator: 1, denominator: 12800), startPTS: 0, timecode: nil)
        let many = try chapters(stream, "a.mp4")
        #expect(many.chapters.count == 300 && many.chapters.last?.title == "Scene 300")
        #expect(many.errors.contains("Nero"))
        let bytes = try Data(contentsOf: URL(filePath: many.file))
        #expect(bytes.range(of: Data("chpl".utf8)) == nil)
        #expect(
            try Data(contentsOf: URL(filePath: chapters(.oneScene, "a.mp4").file)).range(
                of: Data("chpl".utf8)) != nil)
    }

    @Test(.enabled(if: ExternalTool.isThere("mkvextract"), "mkvtoolnix is not installed"))
    func mkvtoolnixReadsThem() throws {
        let output = try written("cuts.mp4", "a.mkv")
        defer { try? FileManager.default.removeItem(atPath: output) }
        let run = try ExternalTool.run(["mkvextract", output, "chapters", "-s", "-"])
        #expect(run.output.contains("CHAPTER02=00:00:06.600"), "\(run.output)\(run.errors)")
        #expect(run.output.contains("CHAPTER02NAME=Scene 2"))
    }

    @Test(.enabled(if: ExternalTool.isThere("mediainfo"), "mediainfo is not installed"))
    func mediainfoReadsThem() throws {
        for name in ["a.mp4", "a.mkv"] {
            let output = try written("cuts.mp4", name)
            defer { try? FileManager.default.removeItem(atPath: output) }
            let run = try ExternalTool.run(["mediainfo", output])
            #expect(run.output.contains("00:00:06.600"), "\(run.output)")
        }
    }

    static let refusals: [SplitCommandTests.Refusal] = [
        .init(line: "chapters nowhere.mp4 film.jsonl -o a.mp4", status: 66, message: "check the path"),
        .init(line: "chapters fifo film.jsonl -o a.mkv", status: 66, message: "save it to a file"),
        .init(line: "chapters film.mp4 film.jsonl -o film.mp4", status: 64, message: "would overwrite it"),
        .init(
            line: "chapters film.mp4 film.jsonl -o film.jsonl --force", status: 64,
            message: "would overwrite it"),
        .init(line: "chapters film.mp4 film.jsonl -o film.mkv", status: 73, message: "--force to replace it"),
        .init(line: "chapters film.mp4 film.jsonl -o /dev/full", status: 64, message: ".mkv"),
        .init(line: "chapters film.webm film.webm.jsonl -o /dev/full", status: 73, message: "free space"),
        .init(line: "chapters film.mp4 film.jsonl -o a.webm", status: 65, message: ".mkv"),
        .init(
            line: "chapters film.webm film.webm.jsonl -o a.mov", status: 65,
            message: "does not take vp9 video"),
        .init(line: "chapters film.mp4 film.jsonl -o a.ts", status: 64, message: "has no chapters"),
        .init(line: "chapters film.mp4 film.jsonl -o no/where.mp4", status: 73, message: "writable path"),
        .init(line: "chapters film.mp4 film.jsonl -o a.mp4 --title '{x}'", status: 64, message: "fields are"),
        .init(line: "chapters restart.ts restart.jsonl -o a.mkv", status: 65, message: "reset"),
    ]

    @Test(arguments: refusals)
    func refusesInOneLine(_ refusal: SplitCommandTests.Refusal) throws {
        let outcome = try Program.shell(
            try SplitCommandTests.setUp()
                + "scened \(refusal.line); status=$?; ls -A | grep -E 'partial|^a\\.' ; exit $status")
        #expect(outcome.status == refusal.status, "\(outcome.errors)")
        let lines = outcome.errorLines.filter { !$0.contains("; give the film that the events are of") }
        #expect(lines.count == 1 || outcome.errors.contains("Usage:"), "\(outcome.errors)")
        #expect(outcome.errors.contains(refusal.message), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    /// Events of another film are used all the same, and a line says that they do not fit.
    @Test func othersEventsAreNamed() throws {
        let outcome = try Program.run([
            "chapters", Fixtures.path("cuts.mp4"), try CutFilm.events("cuts.webm"), "--output",
            Scratch.path("a.mp4").path,
        ])
        #expect(outcome.status == 0 && outcome.errorLines.count == 1)
        #expect(outcome.errors.contains("vp9") && outcome.errors.contains("h264"), "\(outcome.errors)")
    }

    /// Matroska goes through a pipe, and stands in for MP4, which does not.
    @Test(arguments: [("film.webm film.webm.jsonl", "a.webm"), ("film.mp4 film.jsonl", "a.mkv")])
    func pipes(_ arguments: String, _ name: String) throws {
        let outcome = try Program.shell(
            try SplitCommandTests.setUp() + """
                scened chapters \(arguments) --output - | cat > \(name)
                ffprobe -v error -show_entries format=format_name:chapter_tags=title -of default=nk=1:nw=1 \
                    \(name)
                """)
        #expect(outcome.lines == Self.titles + ["matroska,webm"], "\(outcome.output)\(outcome.errors)")
    }

    /// A file of several films, or whose clock is set back, is refused for that: its length accuses nobody.
    @Test(arguments: ["two_segments.mkv", "chained.ogv", "two_inits.mp4", "restart.ts"])
    func filmsInAFileAreTold(_ clip: String) throws {
        let outcome = try Program.run([
            "chapters", Fixtures.path(clip), try CutFilm.events(clip), "--output", Scratch.path("a.mkv").path,
        ])
        #expect(outcome.status == 65 && outcome.errorLines.count == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains("its clock is reset in the middle"), "\(outcome.errors)")
        let pictures = try Program.run([
            "thumbnails", Fixtures.path(clip), try CutFilm.events(clip), "--output", Scratch.path("out").path,
        ])
        #expect(pictures.status == 0 && !pictures.errors.contains("give the film"), "\(pictures.errors)")
    }
}
