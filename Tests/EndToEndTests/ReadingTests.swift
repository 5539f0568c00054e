import Foundation
import TestSupport
import Testing

/// What of an input is read, as a user sees it.
@Suite struct ReadingTests {
    /// The same of `segment`, `shots` and `watch`, whatever the number of threads.
    @Test(arguments: ["pid_change.ts", "codec_change.ts", "chained.ogv", "two_inits.mp4"])
    func everyCommandReadsAllLinks(clip: String) throws {
        for command in ["segment", "shots", "watch"] {
            for threads in ["1", "2", "8"] {
                let run = try Program.run([command, "--quiet", "--threads", threads, Fixtures.path(clip)])
                #expect(run.status == 0, "\(command): \(run.errors)")
                try Schema.check(run)
                let end = try #require(run.events.last)
                let counts = try #require(end.fields["counts"] as? [String: Any])
                #expect(counts["pictures"] as? Int == 120, "\(command) --threads \(threads)")
                #expect(counts["gaps"] as? Int == 0)
                let changes = run.events.filter { $0.type == "stream_change" }
                let isOther = clip == "codec_change.ts" || clip == "two_inits.mp4"
                #expect(changes.compactMap { $0.seconds("at") } == (isOther ? [2.4] : []))
            }
        }
    }

    /// A recording of a camera ends with a boundary line; and a GIF with a byte; one that breaks off
    /// is damaged, whatever reads it.
    @Test(arguments: [("mpjpeg", 1, 0), ("mpjpeg", 0.6, 74), ("gif", 1, 0), ("gif", 0.6, 74)])
    func endsOfMotionPictures(format: String, share: Double, status: Int32) throws {
        let path = try Scratch.file("film.\(format)").path
        let made = try Program.shell(
            "ffmpeg -nostdin -v error -y -f lavfi -i testsrc=d=4:s=160x90:r=10 -f \(format) '\(path)'")
        #expect(made.status == 0)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try bytes.prefix(Int(share * Double(bytes.count))).write(to: URL(fileURLWithPath: path))
        for command in ["segment", "shots", "watch"] {
            let run = try Program.run([command, "--quiet", path])
            #expect(run.status == status, "\(command): \(run.errors)")
            #expect(run.events.last?.fields["reason"] as? String == (status == 0 ? "end" : "damaged"))
        }
    }

    /// A size that changes in mid-stream is told in files, too.
    @Test func segmentTellsOfAnotherSize() throws {
        let run = try Program.run(["segment", "--quiet", Fixtures.path("resize.ts")])
        let change = try #require(run.events.first { $0.type == "stream_change" })
        #expect(change.fields["width"] as? Int == 480)
        #expect(change.frame("at") == 60)
    }

    /// Frames of a GIF that are larger than what is read at once.
    @Test func largeFramesComeThroughAPipeToo() throws {
        let path = Fixtures.path("big.gif")
        let file = try Program.run(["shots", "--quiet", path])
        #expect(file.status == 0)
        let piped = try Program.shell("cat '\(path)' | scened shots --quiet -")
        #expect(Events.stable(piped.lines) == Events.stable(file.lines))
    }

    /// What breaks off names the input and says what to do.
    @Test func aTruncatedFileIsNamed() throws {
        let run = try Program.run(["shots", "--quiet", Fixtures.path("truncated.mp4")])
        #expect(run.status == 74)
        #expect(run.errorLines.count == 1)
        #expect(run.errors.contains("truncated.mp4: "))
        #expect(run.errors.hasSuffix(": copy the input again\n"))
        #expect(run.errors.matches(of: /truncated.mp4|copy/).count == 2, "named once, and one remedy")
    }

    /// The chapters stand where a player shows them.
    @Test func chaptersOfAFilmWhoseSoundBeginsFirst() throws {
        let events = Scratch.path("delayed.jsonl").path
        let run = try Program.run([
            "segment", "--quiet", "--min-scene", "1", "--threshold", "0.1", "--output", events,
            Fixtures.path("delayed.mkv"),
        ])
        #expect(run.status == 0)
        let vtt = try Program.run(["export", events, "--to", "webvtt"])
        #expect(vtt.output.contains("\n00:00:01.610 --> "))
        let chapters = try Program.run(["export", events, "--to", "ffmetadata"])
        #expect(chapters.output.contains("\nSTART=1610\n"))
    }

    /// Names that are not UTF-8: as input, list, output and events.
    @Test func namesNeedNotBeText() throws {
        let folder = Scratch.path("names").path
        let film = Fixtures.path("cuts.mp4")
        let script = """
            mkdir -p '\(folder)' && cd '\(folder)' && cp '\(film)' $'caf\\xe9.mp4' && echo 100 > $'l\\xff.txt' \
            && scened segment --quiet $'caf\\xe9.mp4' --shots $'l\\xff.txt' --output $'o\\xe9.jsonl' \
            && scened export $'o\\xe9.jsonl' --to csv --output $'o\\xfe.csv' && scened shots --quiet $'caf\\xe9.mp4' \
            && scened watch --quiet $'caf\\xe9.mp4' > /dev/null && test -s $'o\\xfe.csv'
            """
        let run = try Program.shell(script)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.events.first?.fields["input"] as? String == "caf\u{fffd}.mp4")
        let missing = try Program.shell("scened shots $'no\\xe9.mp4'")
        #expect(missing.status == 66)
        #expect(missing.errors.contains("no\u{fffd}.mp4"))
    }
}
