import Foundation
import TestSupport
import Testing

/// Programs, adverts and scenes on one timeline, as a user sees them: on the invented channel of
/// `fixtures/channel`, whose truth is known.
@Suite(.enabled(if: ExternalTool.hasPython, "python3 is not installed"))
struct BlockEventTests {
    static func channel() throws -> String {
        try Fixtures.film("channel.ts", "python3 fixtures/channel \"$1\"; rm \"$1.json\"").path
    }

    private static func blocks(_ run: Program.Outcome) -> [Event] { run.events.filter { $0.type == "block" } }

    private static func without(_ fields: String..., from line: String) throws -> String {
        try fields.reduce(line) { $0.replacing(try Regex(",\"\($1)\":[^,}]*"), with: "") }
    }

    /// The kinds, and edges at the black between items.
    @Test func segmentFindsThem() throws {
        let path = try Self.channel()
        let run = try Program.run(["segment", "--quiet", "--blocks", path])
        #expect(run.status == 0, "\(run.errors)")
        try Schema.check(run)
        let blocks = Self.blocks(run)
        #expect(blocks.compactMap { $0.fields["kind"] as? String } == ["program", "adverts", "program"])
        #expect(blocks.map { $0.fields["next"] as? String } == ["adverts", "program", nil])
        let edges = blocks.dropLast().compactMap { $0.seconds("end") }
        try #require(edges.count == 2)
        #expect((150.0...150.3).contains(edges[0]) && (211.2...211.5).contains(edges[1]), "\(edges)")
        for block in blocks { #expect(block.fields["probability"] as? Double ?? 0 > 0.8) }
        let start = try #require(run.events.first)
        let bound = try #require(start.fields["block_delay_bound"] as? Double)
        #expect(blocks.allSatisfy { $0.fields["delay"] as? Double ?? .infinity <= bound })
        #expect((start.fields["options"] as? [String: Any])?["blocks"] as? Int == 90)
        // Scenes of the break say so, and those far from it say that they are of the program.
        let scenes = run.events.filter { $0.type == "scene" }
        for scene in scenes {
            let middle = ((scene.seconds("start") ?? 0) + (scene.seconds("end") ?? 0)) / 2
            let kind = (150.0...211.5).contains(middle) ? "adverts" : "program"
            #expect(scene.fields["block"] as? String == kind, "\(scene.line)")
        }
        #expect(scenes.contains { $0.fields["block"] as? String == "adverts" })
        let saved = try Scratch.file("blocks.jsonl")
        try run.output.write(to: saved, atomically: true, encoding: .utf8)
        let check = try Program.run(["events", "check", saved.path])
        #expect(check.status == 0, "\(check.output)\(check.errors)")
    }

    /// All but blocks is what it is without them.
    @Test func theRestStaysAsItWas() throws {
        let path = try Self.channel()
        func rest(_ run: Program.Outcome) throws -> [String] {
            try Events.stable(
                run.events.filter { $0.type != "block" && $0.type != "stream_start" }.map(\.line)
            ).map {
                try Self.without("seq", "block", from: $0)
            }
        }
        let with = try Program.run(["segment", "--quiet", "--blocks", path])
        let plain = try Program.run(["segment", "--quiet", path])
        #expect(try rest(with) == rest(plain) && Self.blocks(plain).isEmpty)
        #expect(!plain.output.contains("\"block"))
    }

    /// Reasons are added to blocks, of a file and of a feed, and nothing else changes.
    @Test(arguments: ["segment", "watch"]) func reasons(command: String) throws {
        let path = try Self.channel()
        let arguments = [command, "--quiet", "--json", "--blocks", path]
        let (plain, told) = try (Program.run(arguments), Program.run(arguments + ["--reasons"]))
        let (before, after) = (Self.blocks(plain), Self.blocks(told))
        #expect(told.status == 0 && before.count == after.count && before.count > 1, "\(told.errors)")
        for (plain, block) in zip(before, after) {
            let reasons = try #require(block.fields["reasons"] as? [String: Any], "\(block.line)")
            let kind = try #require(reasons["kind"] as? [String: Double])
            #expect(kind.count == 6 && kind.values.contains { $0 != 0 })
            #expect(reasons["against"] as? String != block.fields["kind"] as? String)
            let rest = block.fields.filter { $0.key != "reasons" } as NSDictionary
            #expect(rest == plain.fields as NSDictionary)
        }
        #expect(after[0].fields["reasons"].flatMap { ($0 as? [String: Any])?["start"] } is NSNull)
        let alone = try Program.run([command, "--quiet", "--reasons", path])
        #expect(alone.status == 64 && alone.errors.contains("--blocks"), "\(alone.errors)")
    }

    @Test(arguments: [["--threads", "1"], ["--threads", "3"], []])
    func transportMakesNoDifference(options: [String]) throws {
        let path = try Self.channel()
        let file = try Program.run(["segment", "--quiet", "--blocks", "--block-delay", "40s", path])
        #expect(Self.blocks(file).count == 3)
        let piped = try Program.shell(
            "cat '\(path)' | scened segment --quiet --blocks --block-delay 40 \(options.joined(separator: " ")) -"
        )
        // The first line tells the number of threads, and what depends on it.
        #expect(Events.stable(piped.lines).dropFirst() == Events.stable(file.lines).dropFirst())
    }

    /// Through a worker process, blocks and the names of scenes are the same.
    @Test func watchFindsThem() throws {
        let path = try Self.channel()
        func stable(_ run: Program.Outcome) throws -> [String] {
            try run.events.filter { ["block", "scene"].contains($0.type) }.map {
                try Self.without("seq", from: $0.line)
            }
        }
        let expected = try stable(Program.run(["segment", "--quiet", "--split", "ticks", "--blocks", path]))
        let watched = try Program.run(["watch", "--quiet", "--blocks", path])
        #expect(try watched.status == 0 && stable(watched) == expected && expected.count > 4)
        try Schema.check(watched)
    }

    /// Contract 17 for blocks: each is there before the picture at its end + bound + decoder delay is
    /// written.
    @Test(arguments: [["--split", "ticks"], ["--split", "thirds", "--split-after", "4"]])
    func blocksComeInTime(options: [String]) throws {
        let film = URL(fileURLWithPath: try Self.channel())
        let arguments = options + ["--blocks", "--block-delay", "30", "--quiet"]
        let reference = try Program.run(["segment", film.path] + arguments)
        let start = try #require(reference.events.first)
        let bound = try #require(start.fields["block_delay_bound"] as? Double)
        let decoderDelay = try #require(start.fields["decoder_delay"] as? Int)
        let pictures = try PacketMap(film)
        let bytes = try Data(contentsOf: film)
        let run = try LiveRun(["segment", "-"] + arguments)
        var (written, proven) = (0, 0)
        for block in Self.blocks(reference) {
            let end = try #require(block.seconds("end"))
            guard let limit = pictures.offset(ofPictureAt: end + bound, plus: decoderDelay) else { continue }
            if limit > written {
                try run.write(bytes[written..<limit])
                written = limit
            }
            let answer = run.event { $0.type == "block" && $0.id == block.id }
            #expect(answer?.line != nil, "\(block.id) was not there before its bound")
            if answer == nil { break }
            proven += 1
        }
        if written < bytes.count { try? run.write(bytes[written...]) }
        try run.closeInput()
        #expect(try run.finish().status == 0 && proven >= 2)
    }

    /// Each kind of evidence can be left out, and what is left still finds the break.
    @Test(arguments: [
        "mark", "black,silence", "loudness,music", "bars,recurrence,cues", "mark,loudness,music",
    ])
    func evidenceCanBeLeftOut(kinds: String) throws {
        let run = try Program.run([
            "segment", "--quiet", "--blocks", "--blocks-without", kinds, try Self.channel(),
        ])
        #expect(run.status == 0, "\(run.errors)")
        #expect(
            Self.blocks(run).compactMap { $0.fields["kind"] as? String } == ["program", "adverts", "program"])
        let options = run.events.first?.fields["options"] as? [String: Any]
        #expect(options?["blocks_without"] as? String == kinds)
    }

    @Test func withoutSoundTheyRestOnPictures() throws {
        let run = try Program.run(["segment", "--quiet", "--blocks", "--no-audio", try Self.channel()])
        #expect(
            Self.blocks(run).compactMap { $0.fields["kind"] as? String } == ["program", "adverts", "program"])
    }

    /// A column of a table, chapters of blocks, breaks that a player skips, pieces.
    @Test func exportsNameThem() throws {
        let events = Scratch.path("channel.jsonl").path
        let path = try Self.channel()
        let run = try Program.run(["segment", "--quiet", "--blocks", path, "--output", events])
        #expect(run.status == 0)
        let table = try Program.run(["export", events, "--to", "csv"]).output.split(separator: "\r\n")
        #expect(table.first?.hasSuffix(",shots,block") == true)
        #expect(table.dropFirst().allSatisfy { $0.hasSuffix(",program") || $0.hasSuffix(",adverts") })
        let kodi = try Program.run(["export", events, "--to", "kodi", "--of", "blocks"]).output
        let fields = kodi.split(whereSeparator: \.isWhitespace).map(String.init)
        #expect(fields.count == 3 && fields.last == "3", "\(kodi)")
        let chapters = try Program.run(["export", events, "--to", "webvtt", "--of", "blocks"]).output
        #expect(
            chapters.matches(of: #/\n(Program|Adverts)\n/#).map { String($0.1) } == [
                "Program", "Adverts", "Program",
            ])
        let none = try Program.run([
            "split", Fixtures.path("cuts.mp4"), try CutFilm.events("cuts.mp4"), "--of", "blocks", "--list",
        ])
        #expect(none.status != 0 && none.errors.contains("--blocks"), "\(none.errors)")
        let plain = try Program.run([
            "export", try CutFilm.events("cuts.mp4"), "--to", "webvtt", "--of", "blocks",
        ])
        #expect(plain.status == 65 && plain.errors.contains("--blocks"), "\(plain.errors)")
    }

    @Test(arguments: [
        (["--events", "block"], "--blocks"), (["--block-delay", "60"], "--blocks"),
        (["--blocks", "--block-delay", "10"], "15 to 600"),
        (["--blocks", "--block-delay", "20.5"], "15 to 600"),
        (["--blocks", "--blocks-without", "mark,logo"], "'logo'"),
        (["--blocks-without", "mark"], "--blocks"),
    ])
    func wrongOptionsAreRefused(options: [String], says: String) throws {
        let run = try Program.run(["segment"] + options + [Fixtures.path("cuts.mp4")])
        #expect(run.status == 64 && run.errors.contains(says), "\(run.errors)")
    }
}
