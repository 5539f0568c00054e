import Foundation
import TestSupport
import Testing

/// `--similarity encoder,sound`: what parts sound like beside what they show, in training-free scores.
@Suite struct SoundSimilarityTests {
    static let cue = ["--similarity", "encoder,sound"]
    static let options = ["--quiet", "--scores", "--intra-shot", "--min-scene", "1", "--neighbors", "3"]

    /// Six shots of three seconds, no two pictures alike; a hum below the first three, hiss below the others.
    private static func film(_ name: String = "two-rooms.mkv", _ output: String = "-c:a flac") throws
        -> String
    {
        try Fixtures.film(
            name,
            """
            ffmpeg -nostdin -v error -f lavfi -i testsrc2=s=160x90:r=25:d=3 -f lavfi -i smptebars=s=160x90:r=25:d=3 \
                -f lavfi -i mandelbrot=s=160x90:r=25 -f lavfi -i rgbtestsrc=s=160x90:r=25:d=3 \
                -f lavfi -i cellauto=s=160x90:r=25 -f lavfi -i testsrc=s=160x90:r=25:d=3 -f lavfi -i \
                'aevalsrc=if(lt(t\\,9)\\,0.2*sin(2*PI*110*t)+0.1*sin(2*PI*220*t)\\,0.2*(random(0)-0.5)):s=48000:d=18' \
                -filter_complex '[2]trim=duration=3[c];[4]trim=duration=3[e];[0][1][c][3][e][5]concat=n=6[v]' \
                -map '[v]' -map 6:a -c:v libx264 -preset ultrafast -threads 1 \(output) -bitexact -y "$1"
            """
        ).path
    }

    private static func scores(_ outcome: Program.Outcome) -> [Double] {
        outcome.events.filter { $0.type == "score" }.compactMap { $0.fields["score"] as? Double }
    }

    /// Where the sound changes with the picture the score rises, and where it goes on it falls.
    @Test func soundCounts() throws {
        let film = try Self.film()
        let plain = try Program.run(["segment", film] + Self.options)
        let heard = try Program.run(["segment", film] + Self.options + Self.cue)
        #expect(heard.status == 0, "\(heard.errors)")
        try Schema.check(heard)
        #expect(ImageModelTests.model(heard)["similarity"] as? [String] == ["descriptor-1", "sound-1"])
        #expect(ImageModelTests.model(plain)["similarity"] == nil)
        let (without, with) = (Self.scores(plain), Self.scores(heard))
        // The last is the end of the film.
        try #require(without.count == 6 && with.count == 6)
        #expect(with[2] > without[2], "\(without) \(with)")
        #expect([0, 1, 3, 4].allSatisfy { with[$0] < with[2] }, "\(without) \(with)")
        // What parts sound like is told only where it was asked for.
        #expect(!heard.output.contains("\"coverage\""))
        let told = try Program.run(["segment", film, "--sound"] + Self.options + Self.cue)
        #expect(Self.scores(told) == with && told.output.contains("\"coverage\""))
    }

    /// A live feed hears what the file holds, and a film without sound is as without the cue.
    @Test func feedsAndSilentFilms() throws {
        let film = try Self.film("two-rooms.ts", "-c:a mp2")
        let watched = try Program.run(["watch", film] + Self.options + Self.cue)
        let ticks = try Program.run(["segment", film, "--split", "ticks"] + Self.options + Self.cue)
        #expect(watched.status == 0 && !Self.scores(ticks).isEmpty)
        #expect(Self.scores(watched) == Self.scores(ticks))
        let late = ["--split", "ticks", "--deadline", "6"]
        let deadline = try Program.run(["segment", film] + late + Self.options + Self.cue)
        let live = try Program.run(["watch", film, "--deadline", "6"] + Self.options + Self.cue)
        #expect(Self.scores(live) == Self.scores(deadline) && !Self.scores(live).isEmpty)
        let silent = Fixtures.path("cuts.mp4")
        let plain = try Program.run(["segment", silent] + Self.options)
        #expect(
            Self.scores(try Program.run(["segment", silent] + Self.options + Self.cue))
                == Self.scores(plain))
    }

    /// Beside an image encoder, with the descriptor or without it.
    @Test func threeCues() throws {
        let (film, encoder) = (try Self.film(), try ImageModelTests.encoder())
        let arguments = ["segment", film, "--model", encoder] + Self.options
        let two = try Program.run(arguments + Self.cue)
        let three = try Program.run(arguments + ["--similarity", "sound,descriptor,encoder"])
        #expect(ImageModelTests.model(two)["similarity"] as? [String] == ["resnet", "sound-1"])
        #expect(
            ImageModelTests.model(three)["similarity"] as? [String] == ["resnet", "descriptor-1", "sound-1"])
        #expect(Self.scores(two) != Self.scores(three) && Self.scores(three).count == 6)
    }

    @Test func whatDoesNotGoTogether() throws {
        let film = try Self.film()
        let cases: [([String], Int32, String)] = [
            (["segment", film, "--no-audio"] + Self.cue, 64, "--similarity compares sound that --no-audio"),
            (["watch", film, "--no-audio"] + Self.cue, 64, "leave one out"),
            (
                ["segment", film, "--model", "builtin:relational"] + Self.cue, 64,
                "encoder,sound does not go with a context network"
            ),
            (["segment", film, "--similarity", "sound"], 64, "takes encoder, and with it"),
            (
                ["segment", film, "--similarity", "encoder,sound,descriptor"], 64,
                "encoder,descriptor,sound needs a model with an image encoder: give one, or leave descriptor out"
            ),
        ]
        for (arguments, status, text) in cases {
            let outcome = try Program.run(arguments)
            #expect(
                outcome.status == status && outcome.errors.contains(text) && outcome.output.isEmpty,
                "\(arguments): \(outcome.status) \(outcome.errors)")
        }
        #expect(try Program.run(["segment", film, "--quiet", "--audio-stream", "1"] + Self.cue).status == 0)
        for (keys, status, text) in [
            ("similarity: [encoder, sound]", Int32(0), ""),
            ("similarity: [encoder, sound]\n    audio: false", 78, "compares sound that audio: false"),
        ] {
            let site = try RunSite([("one", film)])
            let written = try String(contentsOf: site.file, encoding: .utf8)
            try (written + "\n    \(keys)\n").write(to: site.file, atomically: true, encoding: .utf8)
            let outcome = try Program.run(["check-config", site.file.path])
            #expect(
                outcome.status == status
                    && (text.isEmpty || (outcome.errors + outcome.output).contains(text)),
                "\(keys): \(outcome.status) \(outcome.errors)")
        }
    }
}
