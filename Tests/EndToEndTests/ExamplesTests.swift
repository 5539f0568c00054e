import Foundation
import TestSupport
import Testing

/// What stands in `examples` does what its readmes say.
@Suite struct ExamplesTests {
    private static let examples = Program.repository.appending(path: "examples")
    private static let film = [(name: "film.mp4", path: Fixtures.path("cuts.mp4"))]

    /// Runs a shell line in a folder with `film.mp4`; the examples are `$examples`, the Python package can be
    /// imported.
    private func run(_ lines: String, files: [(name: String, path: String)] = film) throws -> (
        outcome: Program.Outcome, folder: URL
    ) {
        let start = """
            examples='\(Self.examples.path)'
            export PYTHONPATH='\(Program.repository.path)/clients/python/src' PYTHONDONTWRITEBYTECODE=1

            """
        return try Documentation.paste(start + lines, files: files)
    }

    private func text(_ folder: URL, _ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    @Test func everyExampleIsListed() throws {
        let list = try text(Self.examples, "README.md")
        var count = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: Self.examples.path)
        where !name.contains(".") {
            count += 1
            #expect(list.contains("[\(name)](\(name))"), "examples/README.md does not name \(name)")
            #expect(
                FileManager.default.fileExists(
                    atPath: Self.examples.appending(path: "\(name)/README.md").path))
        }
        #expect(count > 3)
    }

    /// Markers where scenes begin, as players count: sound may begin before the first picture. A list that
    /// is somebody else's stays.
    @Test(.enabled(if: ExternalTool.isThere("python3"), "python3 is not installed"))
    func kodiSidecar() throws {
        let (outcome, folder) = try run(
            """
            ffmpeg -nostdin -v error -f lavfi -i sine=d=18 -itsoffset 1.5 -i film.mp4 -map 1:v -map 0:a -c:v copy late.mkv
            cp film.mp4 foreign.mp4; echo '1 2 0' > foreign.edl; echo text > text.mp4
            "$examples"/kodi-sidecar/kodi-sidecar film.mp4 late.mkv -- --min-scene 1
            scened segment --quiet --min-scene 1 late.mkv | scened export - --to webvtt > late.vtt
            cp film.edl first.edl
            "$examples"/kodi-sidecar/kodi-sidecar film.mp4 -- --min-scene 1
            cmp film.edl first.edl
            for types in boundary scene; do
                ! "$examples"/kodi-sidecar/kodi-sidecar film.mp4 -- --events $types
            done
            ! "$examples"/kodi-sidecar/kodi-sidecar film.mp4 -- --output film.jsonl
            cmp film.edl first.edl
            ! "$examples"/kodi-sidecar/kodi-sidecar text.mp4 foreign.mp4
            ! "$examples"/kodi-sidecar/kodi-sidecar --farce film.mp4
            """)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let mark = "## Scene markers by scened\n"
        #expect(try text(folder, "film.edl") == mark + "6.600 6.600 2\n11.600 11.600 2\n")
        let chapters = try text(folder, "late.vtt").matches(of: /00:00:(\d\d\.\d{3}) -->/).dropFirst()
        let times = chapters.compactMap { Double($0.1) }
        #expect(times.count == 2 && times[0] > 8.09 && times[1] > 13.09)
        let lines = times.map { String(format: "%.3f %.3f 2\n", $0, $0) }
        #expect(try text(folder, "late.edl") == mark + lines.joined())
        #expect(try text(folder, "foreign.edl") == "1 2 0\n")
        #expect(outcome.errors.contains("foreign.edl is not ours") && outcome.errors.contains("text.mp4: "))
        #expect(!outcome.errors.contains("Traceback"))
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(!names.contains { $0.hasSuffix(".new") } && !names.contains("text.edl"), "\(names)")
    }

    /// A folder of films gets chapters and keeps all else; once more changes nothing.
    @Test func ffmpegChapters() throws {
        let made = """
            mkdir -p 'films/a b'
            printf ';FFMETADATA1\\n[CHAPTER]\\nTIMEBASE=1/1\\nSTART=0\\nEND=9\\ntitle=own\\n' > own.txt
            tags='-metadata title=T -metadata artist=A -metadata date=2020 -metadata comment=C'
            ffmpeg -nostdin -v error -i film.mp4 -f lavfi -i sine=d=16 -map 0 -map 1 -c:v copy $tags 'films/a b/-x.mp4'
            ffmpeg -nostdin -v error -i 'films/a b/-x.mp4' -c copy films/film.mkv
            ffmpeg -nostdin -v error -i film.mp4 -i own.txt -map_chapters 1 -c copy films/own.mp4
            echo text > films/text.mov
            chmod 640 films/film.mkv; touch -d 2020-01-01 films/film.mkv; cp films/own.mp4 own.mp4

            """
        let (outcome, folder) = try run(
            made + """
                ! "$examples"/ffmpeg-chapters/add-chapters films -- --min-scene 1
                cp -a films once
                ! "$examples"/ffmpeg-chapters/add-chapters films
                diff -r films once
                cmp films/own.mp4 own.mp4
                stat -c '%a %y' films/film.mkv
                for film in films/*/*.mp4 films/film.mkv; do ffprobe -v error -show_chapters -show_format -of csv "$film"; done
                for film in films/*/*.mp4 films/film.mkv; do ffmpeg -v error -i "$film" -map v -f md5 -; done
                ffmpeg -v error -i film.mp4 -map v -f md5 -
                """)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("text.mov stays as it was"))
        #expect(outcome.lines.contains { $0.hasSuffix("-x.mp4: 3 chapters") }, "\(outcome.output)")
        #expect(outcome.lines.filter { $0.hasSuffix(": has chapters") }.count == 4, "\(outcome.output)")
        #expect(outcome.output.contains("640 2020-01-01"))
        let chapters = outcome.lines.filter { $0.hasPrefix("chapter,") }
        let titles = chapters.compactMap { $0.split(separator: ",").last.map(String.init) }
        #expect(titles == ["Scene 1", "Scene 2", "Scene 3", "Scene 1", "Scene 2", "Scene 3"])
        let formats = outcome.lines.filter { $0.hasPrefix("format,") }
        for tag in [",T,", ",A,", ",2020,", ",C,"] {
            #expect(formats.count == 2 && formats.allSatisfy { ($0 + ",").contains(tag) }, "\(formats)")
        }
        let digests = outcome.lines.filter { $0.hasPrefix("MD5=") }
        #expect(digests.count == 3 && Set(digests).count == 1)
        let left = try FileManager.default.subpathsOfDirectory(atPath: folder.appending(path: "films").path)
        #expect(left.count == 5, "\(left)")
    }

    /// A track of timecode is neither copied nor made anew, and Matroska may count from anywhere.
    @Test func ffmpegChaptersOfOddFilms() throws {
        let (outcome, _) = try run(
            """
            mkdir films
            ffmpeg -nostdin -v error -i film.mp4 -timecode 01:00:00:00 -c copy films/timecode.mp4
            ffmpeg -nostdin -v error -i film.mp4 -timecode 01:00:00:00 -c copy films/timecode.mov
            ffmpeg -nostdin -v error -i film.mp4 -output_ts_offset 100 -c copy films/late.mkv
            "$examples"/ffmpeg-chapters/add-chapters films -- --min-scene 1
            for film in films/*; do ffprobe -v error -show_streams -show_chapters -of compact "$film"; done
            """)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.lines.filter { $0.hasSuffix(": 3 chapters") }.count == 3, "\(outcome.output)")
        let streams = outcome.lines.filter { $0.hasPrefix("stream|") }
        #expect(streams.filter { $0.contains("codec_type=video") }.count == 3)
        #expect(!streams.contains { $0.contains("codec_type=subtitle") || $0.contains("tmcd") }, "\(streams)")
        let starts = outcome.lines.filter { $0.hasPrefix("chapter|") }
            .compactMap { $0.firstMatch(of: /start_time=([0-9.]+)/).flatMap { Double($0.1) } }
        #expect(starts == [0, 6.6, 11.6, 0, 6.6, 11.6, 0, 6.6, 11.6])
    }

    /// What is not there, and what is no film of these kinds, is not done: the others are.
    @Test func ffmpegChaptersRefuseOtherPlaces() throws {
        let (outcome, _) = try run(
            """
            mkdir films empty; cp film.mp4 films/; cp film.mp4 film.ts
            "$examples"/ffmpeg-chapters/add-chapters nowhere films -- --min-scene 1 && exit 9
            "$examples"/ffmpeg-chapters/add-chapters film.ts && exit 9
            "$examples"/ffmpeg-chapters/add-chapters empty films
            """)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("nowhere: no such file") && outcome.errors.contains("film.ts: "))
        #expect(outcome.lines.count == 2, "\(outcome.output)")
        #expect(outcome.lines.first?.hasSuffix("film.mp4: 3 chapters") == true, "\(outcome.output)")
    }

    /// FFmpeg breaks off, or makes too little: the film stays, and nothing lies beside it.
    @Test(arguments: ["echo half > \"$last\"; exit 1", "cp '%' \"$last\""])
    func ffmpegChaptersReplaceNothingEarly(fault: String) throws {
        let fault = fault.replacingOccurrences(of: "%", with: Fixtures.path("cuts.mp4"))
        let (outcome, _) = try run(
            """
            mkdir films bin; cp film.mp4 films/
            cat > bin/ffmpeg <<'END'
            #!/bin/bash
            last=${*: -1}; last=${last#file:}
            \(fault)
            END
            chmod +x bin/ffmpeg
            ! PATH="$PWD/bin:$PATH" "$examples"/ffmpeg-chapters/add-chapters films
            cmp film.mp4 films/film.mp4
            ls -A films
            """)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output == "film.mp4\n")
    }

    /// MediaMTX starts the hook with these variables and ends it with SIGINT.
    @Test(.enabled(if: FeedTransportTests.hasCamera, "GStreamer's RTSP server for Python is missing"))
    func mediaMTXHook() throws {
        let port = LoopbackListener.freePort()
        let peer = try FeedTransportTests.serve(FeedTransportTests.camera, port, options: "")
        let folder = Scratch.path("hook")
        let file = folder.appending(path: "live.jsonl")
        let run = try LiveRun(
            [
                "PATH=\(Program.folder.path):/usr/bin:/bin", "MTX_PATH=live", "RTSP_PORT=\(port)",
                "SCENED_EVENTS=\(folder.path)", "SCENED_OPTIONS=--deadline 6 --reconnect-cap 0.25",
                Self.examples.appending(path: "mediamtx-hook/scened-hook").path,
            ], executable: URL(fileURLWithPath: "/usr/bin/env"), limit: 60)
        func events() -> [Event] {
            ((try? String(contentsOf: file, encoding: .utf8)) ?? "").split(separator: "\n")
                .compactMap { Event(String($0)) }
        }
        for _ in 0..<2000 where events().isEmpty { poll(nil, 0, 20) }
        run.send(signal: SIGINT)
        let outcome = try run.finish()
        peer.end()
        #expect(outcome.status == 130, "\(outcome.errors)")
        let types = events().map(\.type)
        #expect(types.first == "stream_start" && types.last == "stream_end" && types.contains("scene"))
        #expect(events().first?.fields["feed"] as? String == "live")
    }

    /// Whatever a stream's path holds, the feed and the file have a name.
    @Test func mediaMTXHookNamesFeeds() throws {
        let (outcome, _) = try run(
            """
            mkdir bin; printf '#!/bin/sh\\necho "$@"\\n' > bin/scened; chmod +x bin/scened
            PATH="$PWD/bin:$PATH"; export RTSP_PORT=8554 SCENED_EVENTS=out
            for path in live studio/one '../ü b'; do MTX_PATH=$path "$examples"/mediamtx-hook/scened-hook; done
            ! MTX_PATH= "$examples"/mediamtx-hook/scened-hook
            MTX_PATH=own SCENED_OPTIONS='--min-scene 9' "$examples"/mediamtx-hook/scened-hook
            ls -A out; cat out/own.jsonl out/studio_one.jsonl
            """)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.lines.contains("live.jsonl"))
        #expect(outcome.lines.filter { $0.hasSuffix(".jsonl") }.count == 4, "\(outcome.output)")
        // Options of one's own leave the deadline as it is; a later one counts.
        #expect(outcome.lines.contains { $0.hasSuffix(" --deadline 30 --min-scene 9") }, "\(outcome.output)")
        #expect(
            outcome.lines.last
                == "watch rtsp://127.0.0.1:8554/studio/one --feed studio_one --quiet --events "
                + "stream_start,boundary,scene,gap,stream_end --deadline 30")
        #expect(outcome.errors.contains("MediaMTX runs this as runOnReady"))
    }

    /// The cells of the notebook in their order. It is kept without outputs.
    @Test(.enabled(if: EmbedScoreTests.hasNumPy, "python3 with NumPy is absent"))
    func embeddingsNotebook() throws {
        let (outcome, _) = try run(
            """
            scened embed film.mp4 --quiet --output film.npz
            python3 - "$examples"/embeddings-notebook/similar-shots.ipynb <<'END'
            import json, sys
            notebook, names = json.load(open(sys.argv[1])), {}
            assert notebook["nbformat"] == 4
            for cell in notebook["cells"]:
                if cell["cell_type"] == "code":
                    assert cell["outputs"] == [] and cell["execution_count"] is None
                    exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
            print([names["similar"](shot, 1)[0][0] for shot in range(10)])
            END
            """)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.lines.first?.hasPrefix("10 shots, ") == true, "\(outcome.output)")
        // The film's shots are w1 w2 w1 w2 c1 c2 c1 g2 g1 g2: each finds the other take of its camera.
        let found = outcome.lines.last?.matches(of: /\d+/).compactMap { Int($0.0) } ?? []
        for (shot, other) in [(0, 2), (1, 3), (2, 0), (3, 1), (4, 6), (6, 4), (7, 9), (9, 7)] {
            #expect(found.count == 10 && found[shot] == other, "\(found)")
        }
    }
}
