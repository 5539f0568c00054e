import Foundation
import TestSupport
import Testing

/// What `--sound` tells of a film.
@Suite struct SoundTests {
    /// Three shots of three seconds. The first two share a noise, the third has a tone behind a pause.
    private static func film(_ name: String = "sound-shots.mkv", _ output: String = "-c:a flac") throws -> URL
    {
        try Fixtures.film(
            name,
            """
            ffmpeg -v error -f lavfi -i testsrc2=s=160x90:r=25:d=3 -f lavfi -i smptebars=s=160x90:r=25:d=3 \
                -f lavfi -i mandelbrot=s=160x90:r=25 \
                -f lavfi -i 'aevalsrc=if(lt(t\\,5.7)\\,0.2*(random(0)-0.5)\\,0.3*sin(2*PI*440*t)*gt(t\\,6)):s=48000:d=9' \
                -filter_complex '[2]trim=duration=3[c];[0][1][c]concat=n=3[v]' -map '[v]' -map 3:a \
                -c:v libx264 -preset ultrafast -threads 1 \(output) -bitexact -y "$1"
            """)
    }

    private static func sounds(_ outcome: Program.Outcome) -> [[String: Any]] {
        outcome.events.filter { $0.type == "shot" }
            .flatMap { $0.fields["parts"] as? [[String: Any]] ?? [] }
            .compactMap { $0["sound"] as? [String: Any] }
    }

    private static func number(_ object: [String: Any]?, _ key: String) -> Double {
        object?[key] as? Double ?? .nan
    }

    @Test func soundIsToldOnRequest() throws {
        let film = try Self.film().path
        let outcome = try Program.run(["segment", film, "--sound", "--json", "--quiet"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let sounds = Self.sounds(outcome)
        try #require(sounds.count == 3)
        let entries = sounds.map { $0["entry"] as? [String: Any] }
        #expect(entries[0] == nil)
        // Nothing happens at the first cut; at the second there is a pause, and then another sound.
        #expect(Self.number(entries[1], "change") < 1 && Self.number(entries[1], "dip") < 1)
        #expect(entries[1]?["silent"] as? Bool == false && entries[2]?["silent"] as? Bool == true)
        #expect(Self.number(entries[2], "change") > 10 && Self.number(entries[2], "dip") > 30)
        #expect(Self.number(sounds[0], "coverage") > 0.9 && Self.number(sounds[0], "silence") == 0)
        #expect(abs(Self.number(sounds[2], "level") + 13.5) < 0.3)
        #expect(Self.number(sounds[2], "steadiness") > 0.9 && (sounds[2]["bands"] as? [Any])?.count == 24)
        let options = outcome.events.first?.fields["options"] as? [String: Any]
        #expect(options?["sound"] as? String == "default")
        // Without it the events are as they always were.
        let plain = try Program.run(["segment", film, "--json", "--quiet"])
        #expect(Self.sounds(plain).isEmpty && !plain.output.contains("\"sound\""))
        func boundaries(_ outcome: Program.Outcome) -> [String] {
            outcome.lines.filter { $0.contains("\"type\":\"boundary\"") || $0.contains("\"type\":\"scene\"") }
        }
        #expect(boundaries(plain) == boundaries(outcome) && !boundaries(plain).isEmpty)
    }

    /// Shots, and what a worker reads of a live feed, sound as scenes do; so does what comes through a pipe.
    @Test func everyCommandHearsTheSame() throws {
        let film = try Self.film("sound-shots.ts", "-c:a mp2").path
        let arguments = ["--sound", "--json", "--quiet"]
        let segment = try Program.run(["segment", film, "--threads", "1"] + arguments)
        #expect(Self.sounds(segment).count == 3)
        func sounds(_ outcome: Program.Outcome) -> String { "\(Self.sounds(outcome).map(canonical))" }
        func canonical(_ object: [String: Any]) -> String {
            (try? JSONSerialization.data(withJSONObject: object, options: .sortedKeys))
                .map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        let expected = sounds(segment)
        for arguments in [
            ["shots", film] + arguments, ["watch", film] + arguments,
            ["segment", film, "--threads", "4"] + arguments,
        ] {
            let outcome = try Program.run(arguments)
            #expect(outcome.status == 0 && sounds(outcome) == expected, "\(arguments): \(outcome.errors)")
        }
        let piped = try Program.run(
            ["segment", "-"] + arguments, input: try FileHandle(forReadingFrom: URL(filePath: film)))
        #expect(sounds(piped) == expected)
    }

    @Test(arguments: [
        (["--sound", "--no-audio"], "leave one out"), (["--audio-stream", "1"], "add --sound"),
        (["--sound", "--audio-stream", "0"], "choose from stream 1 (flac)"),
    ])
    func misuse(arguments: [String], remedy: String) throws {
        let outcome = try Program.run(["segment", Self.film().path] + arguments)
        #expect(outcome.status == 64 && outcome.errors.contains(remedy), "\(outcome.errors)")
    }

    /// The sound of a recording may have a playlist of its own, and is about that of one file; it is read by
    /// itself, and where it is named.
    @Test func aRenditionIsRead() throws {
        let film = try Self.film().path
        let folder = Scratch.path("renditions")
        _ = try Program.shell(
            "mkdir '\(folder.path)'; cd '\(folder.path)'; ffmpeg -nostdin -v error -i '\(film)' -map 0 -c:v copy "
                + "-c:a aac -f hls -hls_time 3 -hls_list_size 0 -var_stream_map 'v:0,agroup:a a:0,agroup:a' "
                + "-master_pl_name all.m3u8 list%v.m3u8")
        let arguments = ["shots", folder.path + "/all.m3u8", "--sound", "--json", "--quiet"]
        let wrong = try Program.run(arguments + ["--audio-stream", "7"])
        let index = try #require(wrong.errors.firstMatch(of: /choose from stream ([0-9])/)?.1)
        let chosen = try Program.run(arguments + ["--audio-stream", String(index)])
        let named = Self.sounds(chosen)
        func shots(_ outcome: Program.Outcome) -> [String] {
            Events.stable(outcome.lines).filter { $0.contains("\"type\":\"shot\"") }
        }
        #expect(try shots(Program.run(arguments)) == shots(chosen))
        let whole = Self.sounds(try Program.run(["shots", film, "--sound", "--json", "--quiet"]))
        #expect(named.count == whole.count && whole.count > 2)
        for (found, expected) in zip(named, whole).dropLast() {
            #expect(Self.number(found, "coverage") > 0.9)
            let (level, other) = (Self.number(found, "level"), Self.number(expected, "level"))
            #expect(level == other || abs(level - other) < 1)
        }
    }

    @Test func noSound() throws {
        let silent = try Program.run(["segment", Fixtures.path("cuts.mp4"), "--sound", "--json", "--quiet"])
        #expect(silent.status == 0 && Self.sounds(silent).isEmpty && silent.output.contains("\"shot\""))
        let off = try Program.run(["segment", Self.film().path, "--no-audio", "--json", "--quiet"])
        #expect(off.status == 0 && Self.sounds(off).isEmpty)
    }
}
