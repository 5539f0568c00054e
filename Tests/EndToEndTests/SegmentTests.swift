import Foundation
import TestSupport
import Testing

/// What `segment` finds, writes and says.
@Suite struct SegmentTests {
    /// Cuts exact to the picture, shots and scenes that tile: against the truth that the clip was made with.
    @Test(arguments: ["cuts.mp4", "cuts.webm", "cuts_mpeg2.ts", "cuts_hevc.mp4", "vfr.mkv", "ntsc.mp4"])
    func cutsAreExact(_ clip: String) throws {
        let outcome = try Program.run(["segment", Fixtures.path(clip), "--quiet"])
        #expect(outcome.status == 0)
        try Schema.check(outcome)
        let truth = try Fixtures.truth(clip)
        let starts = outcome.events.filter { $0.type == "shot" }.compactMap { $0.frame("start") }
        #expect(starts == [0] + truth.cuts)
        #expect(outcome.events.filter { $0.type == "shot" }.last?.frame("end") == truth.frames)
    }

    /// A plan changes neither cuts nor their numbers, and `stream_start` says which it was.
    @Test(arguments: ["exact", "fast"])
    func speedKeepsTheCuts(_ speed: String) throws {
        let outcome = try Program.run(["segment", Fixtures.path("cuts.mp4"), "--quiet", "--speed", speed])
        #expect(outcome.status == 0)
        try Schema.check(outcome)
        let options = try #require(outcome.events.first?.fields["options"] as? [String: Any])
        #expect(options["speed"] as? String == speed)
        let truth = try Fixtures.truth("cuts.mp4")
        let starts = outcome.events.filter { $0.type == "shot" }.compactMap { $0.frame("start") }
        #expect(starts == [0] + truth.cuts)
    }

    /// Where the input chooses, the lines are those of the plan that it chose, and say that it did.
    @Test(arguments: [("cuts.mp4", "exact"), ("cuts_large.mp4", "scout")])
    func theInputChoosesThePlan(_ clip: String, _ plan: String) throws {
        _ = try Fixtures.film(
            "cuts_large.mp4",
            "ffmpeg -nostdin -v error -i .build/fixtures/cuts.mp4 -vf scale=640:360 -preset ultrafast -g 25 "
                + "-bitexact \"$1\"")
        func lines(_ speed: String) throws -> (options: [String: Any], rest: [String]) {
            let outcome = try Program.run(["segment", Fixtures.path(clip), "--quiet", "--speed", speed])
            #expect(outcome.status == 0, "\(outcome.errors)")
            try Schema.check(outcome)
            let rest = outcome.lines.dropFirst().filter { !$0.contains(#""type":"stream_end""#) }
            return (outcome.events.first?.fields["options"] as? [String: Any] ?? [:], Array(rest))
        }
        let (chosen, asked) = (try lines("auto"), try lines(plan))
        #expect(chosen.rest == asked.rest && chosen.rest.count > 10)
        #expect(chosen.options["speed"] as? String == plan && asked.options["speed_choice"] == nil)
        #expect(chosen.options["speed_choice"] as? String == "auto")
        let watched = try Program.run(["watch", Fixtures.path(clip), "--speed", "auto"])
        #expect(watched.status == 64 && watched.errors.contains("choose fastest or scout"))
    }

    /// The bound that is stated holds for places inside shots, which are known later than a short deadline.
    @Test func theBoundHoldsInsideShots() throws {
        let list = try Scratch.file("cuts.txt")
        let cuts = try Fixtures.truth("cuts.mp4").cuts
        try Data(cuts.map { "\($0)\n" }.joined().utf8).write(to: list)
        let outcome = try Program.run([
            "segment", Fixtures.path("cuts.mp4"), "--quiet", "--shots", list.path, "--split", "ticks",
            "--split-after", "1.5", "--min-shot", "0.5", "--deadline", "0.1", "--intra-shot", "--min-scene",
            "0", "--peak", "0", "--threshold", "0",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.events.first?.fields["delay_bound"] as? Double == 1)
        let delays = outcome.events.filter { $0.fields["kind"] as? String == "intra_shot" }
            .compactMap { $0.fields["delay"] as? Double }
        #expect(delays.count > 5 && delays.allSatisfy { 0.5...1.04 ~= $0 }, "\(delays)")
    }

    /// The three scenes of the main film.
    @Test func scenesAreFound() throws {
        let outcome = try Program.run(["segment", Fixtures.path("cuts.mp4"), "--quiet", "--min-scene", "1"])
        let truth = try Fixtures.truth("cuts.mp4")
        let boundaries = outcome.events.filter { $0.type == "boundary" }.compactMap { $0.frame("at") }
        #expect(boundaries == (truth.scenes ?? []).filter { $0 > 0 })
    }

    @Test func flashIsNoCut() throws {
        let outcome = try Program.run(["segment", Fixtures.path("flash.mp4"), "--quiet"])
        #expect(outcome.events.filter { $0.type == "shot" }.count == 1)
    }

    @Test(arguments: ["fade.mp4", "dissolve.mp4"])
    func gradualTransitionsCarryTheirRange(_ clip: String) throws {
        let outcome = try Program.run(["segment", Fixtures.path(clip), "--quiet"])
        let shots = outcome.events.filter { $0.type == "shot" }
        try #require(shots.count == 2)
        let transition = try #require(shots[1].fields["transition"] as? [String: Any])
        #expect(transition["kind"] as? String == (clip == "fade.mp4" ? "fade_black" : "dissolve"))
        #expect(transition["range"] is [String: Any])
    }

    @Test func selectionQuietsTheRest() throws {
        let outcome = try Program.run(
            [
                "segment", Fixtures.path("cuts.mp4"), "--quiet", "--min-scene", "1", "--events",
                "boundary,scene",
            ])
        #expect(Set(outcome.events.map(\.type)) == ["boundary", "scene"])
        #expect(outcome.events.compactMap { $0.fields["seq"] as? Int } == Array(1...outcome.events.count))
    }

    @Test func tableGoesToStandardErrorAndOutputToItsFile() throws {
        let file = Scratch.path("out.jsonl")
        let outcome = try Program.run(["segment", Fixtures.path("cuts.mp4"), "--output", file.path])
        #expect(outcome.output.isEmpty)
        #expect(outcome.errorLines.first?.hasPrefix("scene ") == true)
        let written = try String(contentsOf: file, encoding: .utf8)
        try Schema.check(lines: written.split(separator: "\n").map(String.init))
    }

    /// The first boundary is written while most of the input is still to come.
    @Test func answersWhileReading() throws {
        let film = try Films.scenes()
        let bytes = try Data(contentsOf: film)
        let run = try LiveRun(["segment", "-", "--quiet", "--neighbors", "2"])
        try run.write(bytes.prefix(bytes.count / 2))
        let first = run.event { $0.type == "boundary" }
        #expect(first != nil)
        try run.write(bytes.dropFirst(bytes.count / 2))
        try run.closeInput()
        #expect(try run.finish().status == 0)
    }

    /// A playlist of segments gives the events of the stream it was cut from.
    @Test func playlist() throws {
        let film = try Films.scenes()
        let folder = Scratch.path("hls")
        _ = try Program.shell(
            "mkdir '\(folder.path)'; ffmpeg -nostdin -v error -i '\(film.path)' -c copy -f hls -hls_time 4 "
                + "-hls_list_size 0 '\(folder.path)/list.m3u8'")
        let listed = try Program.run(["segment", folder.path + "/list.m3u8", "--quiet"])
        let whole = try Program.run(["segment", film.path, "--quiet"])
        #expect(listed.status == 0, "\(listed.errors)")
        func instants(_ outcome: Program.Outcome) -> [Int?] {
            outcome.events.filter { ["shot", "boundary"].contains($0.type) }.map {
                $0.frame("start") ?? $0.frame("at")
            }
        }
        #expect(instants(listed) == instants(whole))
    }

    /// A playlist or a manifest may be named from another folder.
    @Test(arguments: ["list.m3u8", "list.mpd"]) func playlistElsewhere(list: String) throws {
        let film = Fixtures.path("cuts.mp4")
        let folder = Scratch.path("elsewhere")
        let format = list.hasSuffix("mpd") ? "dash" : "hls -hls_list_size 0"
        let made = try Program.shell(
            "mkdir -p '\(folder.path)/in' && cd '\(folder.path)/in' && ffmpeg -nostdin -v error -i '\(film)' -map 0:v "
                + "-c copy -f \(format) \(list)")
        #expect(made.status == 0, "\(made.errors)")
        let outcome = try Program.shell("cd '\(folder.path)' && scened segment 'in/\(list)' --quiet --json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        func cuts(_ outcome: Program.Outcome) -> [Int?] {
            outcome.events.filter { $0.type == "shot" }.map { $0.frame("start") }
        }
        #expect(
            cuts(outcome) == cuts(try Program.run(["segment", film, "--quiet"])) && cuts(outcome).count > 5)
    }

    /// Golden events of a committed clip, per FFmpeg major.
    @Test(arguments: ["cuts.mp4", "dissolve.mp4", "vfr.mkv", "restart.ts"])
    func goldenEvents(_ clip: String) throws {
        let path = Program.repository.appendingPathComponent("fixtures/clips/\(clip)").path
        let outcome = try Program.run(["segment", path, "--quiet", "--min-scene", "1", "--threads", "1"])
        #expect(outcome.status == 0)
        try Schema.check(outcome)
        let lines = Events.stable(outcome.lines).map(Events.withoutBuild)
        try Golden.compare(lines.joined(separator: "\n") + "\n", with: "events/\(clip).jsonl")
    }

    /// A model from a file takes the place of the default scorer, and the stream names it.
    @Test func modelGivesTheScores() throws {
        let model = Program.repository.appendingPathComponent("fixtures/crn/descriptor_k2.safetensors")
        let outcome = try Program.run([
            "segment", Fixtures.path("cuts.mp4"), "--quiet", "--model", model.path,
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        try Schema.check(outcome)
        let named = outcome.events.first?.fields["model"] as? [String: Any]
        #expect(named?["scorer"] as? String == "crn")
        #expect(named?["k"] as? Int == 2)
        #expect((named?["digest"] as? String)?.count == 64)
    }

    /// Three hours without a cut: memory stays what it was after minutes, in every mode.
    @Test(
        .enabled(
            if: ProcessInfo.processInfo.environment["SCENED_SANITIZER"] == nil,
            "the sanitizers keep freed memory, so nothing can be said about its bound"),
        arguments: ["thirds", "ticks", "none"])
    func oneShotForThreeHoursInBoundedMemory(_ rule: String) throws {
        let long = try Films.oneShot(minutes: 180)
        // Long enough for each of the eight decoders to have had a group of pictures: five minutes here.
        let short = try Films.oneShot(minutes: 45)
        func peak(_ film: URL) throws -> Int {
            let outcome = try Program.shell(
                "python3 -c 'import resource,subprocess,sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, "
                    + "check=True); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "
                    + "scened segment '\(film.path)' --quiet --split \(rule)")
            return try #require(Int(outcome.output.split(separator: "\n").last ?? ""))
        }
        let growth = try peak(long) - peak(short)
        #expect(growth < 8 * 1024, "grew by \(growth) KiB over three hours")
    }

    /// What moved a score adds up to it, and changes nothing else.
    @Test(arguments: [[], ["--model", "builtin:relational"]])
    func reasonsAddUp(model: [String]) throws {
        let arguments =
            ["segment", Fixtures.path("cuts.mp4"), "--quiet", "--scores", "--min-scene", "1"] + model
        let run = try Program.run(arguments + ["--reasons"])
        try Schema.check(run)
        let scores = run.events.filter { $0.type == "score" }
        var told = 0
        for score in scores {
            guard let reasons = score.fields["reasons"] as? [String: Any] else { continue }
            told += 1
            guard model.isEmpty else {
                #expect(reasons["logits"] is NSNull && reasons["alike"] is [String: Any])
                continue
            }
            let logits = try #require(reasons["logits"] as? [String: Double])
            let value = try #require(score.fields["score"] as? Double)
            #expect(abs(1 / (1 + exp(-logits.values.reduce(0, +))) - value) < 2e-6, "\(score.line)")
        }
        #expect(told >= scores.count - 1 && told > 4)
        func plain(_ run: Program.Outcome) -> [String] {
            Events.stable(run.lines).dropFirst().map { $0.replacing(#/,"reasons":\{.*\}\}/#, with: "}") }
        }
        #expect(try plain(run) == plain(Program.run(arguments)))
        let alone = try Program.run(["segment", Fixtures.path("cuts.mp4"), "--reasons"])
        #expect(alone.status == 64 && alone.errors.contains("--scores"), "\(alone.errors)")
    }
}
