import Foundation
import TestSupport
import Testing

/// What a stream says of itself, as a user sees it.
@Suite(.enabled(if: ExternalTool.hasPython, "python3 is not installed"))
struct CueEventTests {
    private static let cues = [
        "Cue(at=6.6, event=1, duration=5.0)", "Cue(at=11.6, event=1, out=False, repeats=2)",
        "Cue(at=12, kind='time_signal', segments=[Segment(0x30, 7, (3, b'AB'), 2.5), Segment(0x11, 8)])",
        "Cue(at=14, event=3, immediate=True)", "Cue(at=15, event=1, cancelled=True)",
    ]

    private func film() throws -> String {
        let path = Scratch.path("cues.ts").path
        _ = try Splices.inject(Self.cues, into: "cuts.ts", as: path)
        return path
    }

    private func cues(_ run: Program.Outcome) -> [Event] { run.events.filter { $0.type == "cue" } }

    @Test func segmentTellsThem() throws {
        let path = try film()
        let run = try Program.run(["segment", "--quiet", path])
        #expect(run.status == 0, "\(run.errors)")
        try Schema.check(run)
        let cues = cues(run)
        #expect(cues.map { $0.fields["event_id"] as? Int } == [1, 1, 7, 8, 3, 1])
        #expect(cues.compactMap { $0.seconds("at") }.prefix(4) == [6.6, 11.6, 12, 12])
        #expect(cues.map { $0.fields["direction"] as? String } == ["out", "in", "out", nil, "out", nil])
        #expect(cues.map { $0.fields["duration"] as? Double } == [5, nil, 2.5, nil, nil, nil])
        #expect(cues.map { $0.fields["immediate"] as? Bool } == [false, false, false, false, true, false])
        #expect(cues.map { $0.fields["cancelled"] as? Bool } == [false, false, false, false, false, true])
        let types = cues.map { ($0.fields["segmentation"] as? [String: Any])?["type"] as? String }
        #expect(types == [nil, nil, "provider_advertisement_start", "program_end", nil, nil])
        // The scenes are those of the film without messages.
        func scenes(_ run: Program.Outcome) -> [String] {
            run.events.filter { $0.type == "scene" }.map { $0.line.replacing(#/"seq":\d+/#, with: "") }
        }
        let plain = try Program.run(["segment", "--quiet", Fixtures.path("cuts.ts")])
        #expect(scenes(run) == scenes(plain) && self.cues(plain).isEmpty)
        for threads in ["1", "3", "8"] {
            let again = try Program.run(["segment", "--quiet", "--threads", threads, path])
            #expect(self.cues(again).map(\.line) == cues.map(\.line))
        }
        let piped = try Program.shell("cat '\(path)' | scened segment --quiet -")
        #expect(Events.stable(piped.lines) == Events.stable(run.lines))
        let saved = try Scratch.file("cues.jsonl")
        try run.output.write(to: saved, atomically: true, encoding: .utf8)
        let check = try Program.run(["events", "check", saved.path])
        #expect(check.status == 0, "\(check.output)\(check.errors)")
        for format in ["webvtt", "edl", "csv", "cloudevents"] {
            #expect(try Program.run(["export", saved.path, "--to", format]).status == 0)
        }
    }

    @Test func onRequestTheyAreLeftOut() throws {
        let path = try film()
        let run = try Program.run(["segment", "--quiet", "--no-cues", path])
        #expect(cues(run).isEmpty)
        let options = run.events.first?.fields["options"] as? [String: Any]
        #expect(options?["cues"] as? Bool == false)
        let only = try Program.run(["segment", "--quiet", "--events", "cue", path])
        #expect(only.events.map(\.type) == Array(repeating: "cue", count: 6))
        #expect(try cues(Program.run(["shots", "--quiet", path])).isEmpty)
    }

    /// Through a worker process, the messages are the same, in the same order.
    @Test func watchTellsThem() throws {
        let path = try film()
        func stable(_ run: Program.Outcome) -> [String] {
            cues(run).map { $0.line.replacing(#/"seq":\d+/#, with: "") }
        }
        let expected = stable(try Program.run(["segment", "--quiet", path]))
        let watched = try Program.run(["watch", "--quiet", path])
        #expect(watched.status == 0 && stable(watched) == expected && expected.count == 6)
        try Schema.check(watched)
        #expect(stable(try Program.run(["watch", "--quiet", "--no-cues", path])).isEmpty)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let server = WebSource(bytes, allowsRanges: false)
        defer { server.close() }
        let run = try LiveRun(["watch", "--quiet", "http://127.0.0.1:\(server.port)/live.ts"], limit: 60)
        #expect(run.event { $0.type == "cue" && $0.fields["cancelled"] as? Bool == true } != nil)
        run.send(signal: SIGTERM)
        _ = try run.finish()
        let told = run.events.filter { $0.type == "cue" }.prefix(6)
        #expect(told.map { $0.line.replacing(#/"seq":\d+/#, with: "") } == expected)
    }

    /// Chapters are told where they begin, in every container that has them.
    @Test(arguments: ["chapters.mp4", "chapters.mkv"])
    func chaptersAreTold(name: String) throws {
        let path = Scratch.path(name).path
        let made = try Program.run(
            [
                "chapters", Fixtures.path("cuts.mp4"), try CutFilm.events("cuts.mp4"), "--output", path,
                "--quiet",
            ])
        #expect(made.status == 0, "\(made.errors)")
        let run = try Program.run(["segment", "--quiet", path])
        try Schema.check(run)
        let cues = cues(run)
        #expect(cues.map { $0.fields["title"] as? String } == ["Scene 1", "Scene 2", "Scene 3"])
        #expect(cues.allSatisfy { $0.fields["kind"] as? String == "chapter" })
        #expect(cues.compactMap { $0.seconds("at") } == [0, 6.6, 11.6])
        #expect(cues.compactMap { $0.frame("received") } == [0, 165, 290])
        let piped = try Program.shell("cat '\(path)' | scened segment --quiet -")
        #expect(piped.events.filter { $0.type == "cue" }.map(\.line) == cues.map(\.line))
    }
}
