import Foundation
import TestSupport
import Testing

/// `scened split`: what stands in a file beside its pictures is true of that file, and what is not in it is
/// named.
@Suite struct PieceContentTests {
    private func folder() throws -> String { try Scratch.emptyFolder().path }

    /// One subtitle runs over three cuts, another over one; in MP4 the pause between them is a packet, too.
    @Test(arguments: [("mkv", "srt"), ("mp4", "mov_text")])
    func subtitlesEndWithTheirFile(_ container: String, _ codec: String) throws {
        let outcome = try Program.shell(
            """
            cd '\(try folder())'
            printf '1\\n00:00:01,000 --> 00:00:06,000\\nLong\\n\\n2\\n00:00:11,000 --> 00:00:12,000\\nLate\\n' > words.srt
            ffmpeg -nostdin -v error -i '\(Fixtures.path("cuts." + container))' -i words.srt -map 0:v -map 1 \
                -c:v copy -c:s \(codec) film.\(container)
            scened segment film.\(container) --quiet --min-scene 1 --output film.jsonl
            scened split film.\(container) film.jsonl --of shots --quiet --output out
            for file in out/*; do ffprobe -v error -show_entries format=duration -of csv=p=0 $file; done
            scened split film.\(container) film.jsonl --of shots --list
            """)
        let lengths = outcome.lines.compactMap { Double($0) }
        let rows = try SplitCommandTests.rows(outcome.lines.dropFirst(10).joined(separator: "\n"))
        #expect(lengths.count == 10 && rows.count == 10, "\(outcome.output)\(outcome.errors)")
        for (row, length) in zip(rows, lengths) {
            #expect(abs(length - (row.end - row.start)) < 0.041, "\(row.file): \(length)")
        }
    }

    /// Labels that are dropped lie between the cuts.
    @Test(arguments: [("timecode.mp4", "mp4"), ("timecode.mp4", "mov"), ("timecode.mkv", "mkv")])
    func filesHaveTheirOwnTimecode(_ clip: String, _ container: String) throws {
        let folder = try self.folder()
        let events = try CutFilm.events(clip)
        let outcome = try Program.run([
            "split", Fixtures.path(clip), events, "--of", "shots", "--to", container, "--output", folder,
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        func labels(_ text: String) -> [String] {
            text.split(separator: "\n").compactMap { Event(String($0)) }.filter { $0.type == "shot" }
                .compactMap { ($0.fields["start"] as? [String: Any])?["timecode"] as? String }
        }
        var found: [String] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            let piece = try Program.run(["segment", folder + "/" + name, "--quiet"])
            found += labels(piece.output)
        }
        #expect(found == ["01:00:59;20", "01:01:00;22"])
        #expect(try found == labels(String(contentsOfFile: events, encoding: .utf8)))
    }

    /// The cut moves six pictures forward, over the labels that are dropped: tag and name go with it.
    @Test func movedFilesCountFromTheirFirstPicture() throws {
        let outcome = try Program.shell(
            """
            cd '\(try folder())'
            ffmpeg -nostdin -v error -i '\(Fixtures.path("timecode.mp4"))' -c:v libx264 -preset ultrafast -g 24 \
                -sc_threshold 0 -bf 0 -pix_fmt yuv420p -timecode '01:00:59;20' film.mov
            scened segment film.mov --quiet --min-scene 1 --output film.jsonl
            scened split film.mov film.jsonl --of shots --name '{number} {timecode}' --quiet --output out
            ls out
            ffprobe -v error -select_streams v -show_entries stream_tags=timecode -of csv=p=0 out/002*
            """)
        #expect(
            outcome.lines == ["001 01.00.59.20.mov", "002 01.01.00.16.mov", "01:01:00;16"],
            "\(outcome.output)\(outcome.errors)")
    }

    /// mkvmerge counts the whole film; other tags stay.
    @Test func statisticsOfTheFilmGo() throws {
        let outcome = try Program.shell(
            """
            cd '\(try folder())'
            ffmpeg -nostdin -v error -i '\(Fixtures.path("cuts.mkv"))' -c copy -metadata:s:v NUMBER_OF_FRAMES=400 \
                -metadata:s:v BPS-eng=5 -metadata:s:v _STATISTICS_TAGS=BPS -metadata:s:v keeps=me film.mkv
            scened split film.mkv '\(try CutFilm.events("cuts.mkv"))' --quiet --output out
            for file in out/*; do
                ffprobe -v error -show_entries stream_tags -of default=nk=0:nw=1 $file | grep -Ei 'FRAMES|BPS|STAT|keeps'
            done
            """)
        #expect(
            outcome.lines.map { $0.uppercased() } == ["TAG:KEEPS=ME", "TAG:KEEPS=ME", "TAG:KEEPS=ME"],
            "\(outcome.output)\(outcome.errors)")
    }

    /// Covers and attached files are in each file whose container keeps them.
    @Test(arguments: [
        ("mkv", "mjpeg,1\nunknown,0", ""),
        ("mp4", "mjpeg,1", "left out: stream 2 (attachment, none); --to mkv takes it"),
        ("mov", "", "left out: stream 1 (cover, mjpeg), stream 2 (attachment, none); --to mkv takes them"),
    ])
    func coversAreInEachFile(_ container: String, _ kept: String, _ message: String) throws {
        let outcome = try Program.shell(
            """
            cd '\(try folder())'
            echo words > words.txt
            ffmpeg -nostdin -v error -i '\(Fixtures.path("cuts.mkv"))' -c copy -attach '\(Fixtures.path("cover.jpg"))' \
                -metadata:s:t:0 mimetype=image/jpeg -attach words.txt -metadata:s:t:1 mimetype=text/plain film.mkv
            scened split film.mkv '\(try CutFilm.events("cuts.mkv"))' --to \(container) --output out || exit
            for file in out/*; do
                ffprobe -v error -show_entries stream=codec_name:stream_disposition=attached_pic -of csv=p=0 $file |
                    grep -v h264 || true
            done
            """)
        let expected = [String](repeating: kept, count: 3).filter { !$0.isEmpty }
        #expect(
            outcome.output == expected.map { $0 + "\n" }.joined(), "\(outcome.output)\(outcome.errors)")
        #expect(outcome.status == 0 && outcome.errorLines.count == (message.isEmpty ? 1 : 2))
        #expect(message.isEmpty || outcome.errors.contains(message), "\(outcome.errors)")
    }

    /// A container that takes what is left out is named where there is one.
    @Test func whatIsLeftOutHasAKeeper() throws {
        let outcome = try Program.shell(
            """
            cd '\(try folder())'
            printf '1\\n00:00:01,000 --> 00:00:02,000\\nWords\\n' > words.srt
            ffmpeg -nostdin -v error -i '\(Fixtures.path("cuts.mkv"))' -map 0:v -map 0:v -c copy two.mkv
            scened split two.mkv '\(try CutFilm.events("cuts.mkv"))' --output a || exit
            ffmpeg -nostdin -v error -i '\(Fixtures.path("cuts.mp4"))' -i words.srt -map 0:v -map 1 -c:v copy \
                -c:s mov_text film.mp4
            scened split film.mp4 '\(try CutFilm.events("cuts.mp4"))' --to mkv --output b || exit
            scened chapters film.mp4 '\(try CutFilm.events("cuts.mp4"))' --output c.mkv
            """)
        let lines = outcome.errorLines
        #expect(outcome.status == 0 && lines.count == 5, "\(outcome.errors)")
        guard lines.count == 5 else { return }
        #expect(lines[0].hasSuffix("left out: stream 1 (video, h264)"))
        #expect(lines[2].hasSuffix("left out: stream 1 (subtitle, mov_text); --to mp4 takes it"))
        #expect(
            lines[4].hasSuffix(
                "Matroska does not take stream 1 (subtitle, mov_text): left out; MP4 (.mp4) takes it"))
    }

    /// Muxers refuse some sound that their formats list: it is left out and named, or it is in the file.
    @Test(arguments: ["mp4", "mov"])
    func soundIsKeptOrNamed(_ container: String) throws {
        let outcome = try Program.shell(
            """
            cd '\(try folder())'
            ffmpeg -nostdin -v error -i '\(Fixtures.path("cuts.mkv"))' -f lavfi -i sine=d=16:r=48000 -map 0 -map 1 \
                -map 1 -map 1 -map 1 -c:v copy -ac 2 -strict -2 -c:a:0 aac -c:a:1 flac -c:a:2 truehd -c:a:3 opus film.mkv
            scened chapters film.mkv '\(try CutFilm.events("cuts.mkv"))' --output new.\(container); echo $?
            scened split film.mkv '\(try CutFilm.events("cuts.mkv"))' --to \(container) --output out; echo $?
            for file in new.\(container) out/*-001.\(container); do
                ffprobe -v error -select_streams a -show_entries stream=index -of csv=p=0 $file | wc -l
            done
            """)
        let lines = outcome.errorLines
        #expect(outcome.lines.prefix(2) == ["0", "0"] && outcome.lines.count == 4, "\(outcome.errors)")
        #expect(lines.count == 3, "\(outcome.errors)")
        guard outcome.lines.count == 4, lines.count == 3 else { return }
        for (kept, line) in zip(outcome.lines.suffix(2), lines.prefix(2)) {
            let named = line.matches(of: #/stream \d+ \(audio, \w+\)/#).count
            let there = try #require(Int(kept))
            #expect(there + named == 4 && named > 0, "\(kept): \(line)")
        }
        #expect(lines[0].contains(": left out; Matroska (.mkv) takes "), "\(lines[0])")
        #expect(lines[1].contains("; --to mkv takes "), "\(lines[1])")
    }

    /// Nothing is shown in a gap behind a file's last picture.
    @Test func gapsArePartOfNoFile() throws {
        let listed = try Program.run([
            "split", Fixtures.path("jump.ts"), try CutFilm.events("jump.ts"), "--of", "shots", "--list",
            "--name", "{number} {end} {length}",
        ])
        let rows = try SplitCommandTests.rows(listed.output)
        #expect(rows.map(\.start) == [0, 1.2, 22.4, 23.6], "\(listed.errors)")
        #expect(rows.map(\.end) == [1.2, 2.4, 23.6, 24.8])
        #expect(
            rows.map(\.file) == [
                "001 0.00.01.200 1.2.ts", "002 0.00.02.400 1.2.ts", "003 0.00.23.600 1.2.ts",
                "004 0.00.24.800 1.2.ts",
            ])
    }
}
