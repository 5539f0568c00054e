import Foundation
import TestSupport
import Testing

/// `--index`, `--repeats` and `index threshold` of the built program: what was on before.
@Suite struct SeenBeforeTests {
    private struct Sighting {
        var score: Double
        var recording: String?
        var scene: Int
        var start: Double

        init?(_ value: Any?) {
            guard let fields = value as? [String: Any], let score = fields["score"] as? Double,
                let scene = fields["scene"] as? Int, let start = fields["start"] as? Double
            else { return nil }
            (self.score, self.scene, self.start) = (score, scene, start)
            recording = fields["recording"] as? String
        }
    }

    private static let film = (try? Films.scenes())?.path ?? ""

    /// An index of the demo film and of the same, smaller and darker.
    private static let index: String = {
        let folder = (try? Scratch.emptyFolder().path) ?? ""
        for (name, film) in [("film", film), ("clip", Fixtures.path("cuts.mp4"))] {
            _ = try? Program.run(["embed", film, "--quiet", "--output", "\(folder)/\(name).npz"])
        }
        _ = try? Program.run(
            ["index", "add", "\(folder)/index", "\(folder)/film.npz", "--aired", "2026-01-02T20:00:00Z"])
        _ = try? Program.run(["index", "add", "\(folder)/index", "\(folder)/clip.npz"])
        return "\(folder)/index"
    }()

    private static func scenes(_ arguments: [String]) throws -> [Event] {
        let run = try Program.run(["segment"] + arguments + ["--quiet"])
        try #require(run.status == 0, "\(run.errors)")
        return run.events.filter { $0.type == "scene" }
    }

    private static func seen(_ scene: Event) -> [String: Any]? {
        scene.fields["seen"] as? [String: Any]
    }

    /// A film that is in the index: each scene is found there, at the time that it has, with cosine 1.
    @Test(arguments: [[], ["--threads", "1"], ["--deadline", "30", "--split", "thirds"]])
    func aFilmFindsItself(options: [String]) throws {
        let scenes = try Self.scenes([Self.film, "--index", Self.index] + options)
        #expect(scenes.count == 5)
        for (place, scene) in scenes.enumerated() {
            let seen = try #require(Self.seen(scene), "\(scene.line)")
            let best = try #require(Sighting(seen["best"]))
            #expect(best.recording == "film" && best.scene == place + 1 && best.score > 0.9999)
            #expect(best.start == scene.seconds("start"))
            let aired = (seen["best"] as? [String: Any])?["aired"] as? String
            #expect(aired?.hasPrefix("2026-01-02T20:0") == true)
        }
    }

    /// Without `--repeats` a film is not its own past; with it, only scenes before count, and the same film
    /// twice in one stream is seen once more.
    @Test func repeats() throws {
        let twice = try Fixtures.film(
            "seen_twice.ts",
            "ffmpeg -nostdin -v error -stream_loop 1 -i \"$demo\" -c:v libx264 -preset ultrafast -g 24 \"$1\""
        ).path
        let scenes = try Self.scenes([twice, "--repeats", "--seen-threshold", "0.995"])
        try #require(scenes.count == 10, "\(scenes.map(\.line))")
        for (place, scene) in scenes.enumerated() {
            let seen = try #require(Self.seen(scene))
            let times = try #require(seen["times"] as? Int)
            guard place >= 5 else {
                #expect(times == 0 && seen["best"] is NSNull && seen["last"] is NSNull, "\(scene.line)")
                continue
            }
            let best = try #require(Sighting(seen["best"]), "\(scene.line)")
            #expect(times == 1 && best.recording == nil && best.scene == place - 4, "\(scene.line)")
        }
        let both = try Self.scenes(
            [twice, "--repeats", "--index", Self.index, "--seen-threshold", "0.995"])
        for (place, scene) in both.enumerated() {
            let seen = try #require(Self.seen(scene))
            let last = try #require(Sighting(seen["last"]))
            #expect(seen["times"] as? Int == (place < 5 ? 1 : 2), "\(scene.line)")
            #expect(last.recording == (place < 5 ? "film" : nil))
        }
    }

    /// Everything else is as without; the lines name the threshold.
    @Test func nothingElseChanges() throws {
        let plain = try Program.run(["segment", Self.film, "--quiet", "--json"])
        let known = try Program.run(
            ["segment", Self.film, "--quiet", "--json", "--index", Self.index, "--repeats"])
        func without(_ run: Program.Outcome) throws -> [NSDictionary] {
            run.events.filter { $0.type != "stream_start" && $0.type != "stream_end" }.map { event in
                var fields = event.fields
                fields["seen"] = nil
                return fields as NSDictionary
            }
        }
        #expect(try without(plain) == without(known))
        #expect(!plain.output.contains("\"seen"))
        let start = try #require(known.events.first { $0.type == "stream_start" })
        let options = try #require(start.fields["options"] as? [String: Any])
        #expect(options["seen_threshold"] as? Double == 0.98 && options["repeats"] as? Bool == true)
        #expect(options["index"] as? String == "index")
        let check = Scratch.path("seen.jsonl").path
        try known.output.write(toFile: check, atomically: true, encoding: .utf8)
        let checked = try Program.run(["events", "check", check])
        #expect(checked.status == 0, "\(checked.output)\(checked.errors)")
    }

    /// A threshold that was set counts for later runs.
    @Test func thresholdsAreMeasuredAndKept() throws {
        let folder = try Scratch.emptyFolder().path
        try FileManager.default.copyItem(atPath: Self.index, toPath: folder + "/index")
        let index = folder + "/index"
        let measured = try Program.run(["index", "threshold", index, "--per-day", "3000", "--json"])
        #expect(measured.status == 0 && measured.errors.isEmpty, "\(measured.errors)")
        let fields = try #require(
            JSONSerialization.jsonObject(with: Data(measured.output.utf8)) as? [String: Any])
        let (threshold, perDay) = (fields["threshold"] as? Double, fields["matches_per_day"] as? Double)
        let value = try #require(threshold)
        #expect(0..<1 ~= value && (perDay ?? 1e9) <= 3000 && fields["recordings"] as? Int == 2)
        // Less than these hours can tell of.
        let strict = try Program.run(["index", "threshold", index, "--per-day", "1"])
        #expect(strict.status == 0 && strict.errors.contains("add recordings"), "\(strict.errors)")
        #expect(strict.lines.count == 9 && strict.lines[2].hasSuffix("  <"))
        // Pairs that are known to be repeats do not count.
        let list = try Program.run(["index", "threshold", index, "--list", "1"])
        #expect(list.lines.count == 2 && list.lines[0].hasPrefix("scene\tlike\tscore"))
        let pairs = Scratch.path("pairs.tsv").path
        try list.output.write(toFile: pairs, atomically: true, encoding: .utf8)
        let less = try Program.run(["index", "threshold", index, "--known", pairs, "--json"])
        let top = try #require(
            list.lines.last?.split(separator: "\t").dropFirst(2).first.flatMap { Double($0) })
        let left = try #require(
            JSONSerialization.jsonObject(with: Data(less.output.utf8)) as? [String: Any])
        #expect((left["threshold"] as? Double ?? 1) <= top && left["measured"] as? Bool == false)
        #expect(try Program.run(["index", "threshold", index, "--per-day", "3000", "--set"]).status == 0)
        let start = try Program.run(["segment", Self.film, "--json", "--quiet", "--index", index]).events[0]
        #expect((start.fields["options"] as? [String: Any])?["seen_threshold"] as? Double == value)
        #expect(try Program.run(["index", "info", index, "--verify"]).status == 0)
    }

    /// A column for people.
    @Test(.enabled(if: ExternalTool.isThere("script"), "script is absent"))
    func tables() throws {
        let outcome = try Program.shell(
            "script -qec 'scened segment \(Self.film) --quiet --index \(Self.index)' /dev/null")
        let lines = outcome.output.split(whereSeparator: \.isNewline).map(String.init)
        #expect(lines.first?.hasSuffix("score  seen") == true, "\(lines)")
        #expect(
            lines.dropFirst().allSatisfy { $0.contains(#/  (once, film|2 times, last (film|clip)) 0:00:/#) },
            "\(lines)")
    }

    /// One line that says what to do, and the status that the pages name.
    @Test func badInput() throws {
        let folder = try Scratch.emptyFolder().path
        try FileManager.default.copyItem(atPath: Self.index, toPath: folder + "/broken")
        try "{}".write(toFile: folder + "/broken/threshold.json", atomically: true, encoding: .utf8)
        let alone = folder + "/alone"
        let clip = folder + "/clip.npz"
        _ = try Program.run(["embed", Fixtures.path("cuts.mp4"), "--quiet", "--output", clip])
        _ = try Program.run(["index", "add", alone, clip])
        let pairs = folder + "/pairs.tsv"
        try "scene\tlike\nfilm#1\tnobody#2\n".write(toFile: pairs, atomically: true, encoding: .utf8)
        let image = try ImageModelTests.encoder()
        let cases: [([String], Int32, String)] = [
            (["segment", Self.film, "--index", "/nowhere"], 66, "No such file"),
            (["segment", Self.film, "--index", folder], 65, "is not an index"),
            (["segment", Self.film, "--index", folder + "/broken"], 65, "set it again"),
            (["segment", Self.film, "--index", Self.index, "--model", image], 65, "use another index"),
            (["watch", Self.film, "--index", "/nowhere"], 66, "No such file"),
            (["index", "threshold", "/nowhere"], 66, "No such file"),
            (["index", "threshold", alone], 65, "add more"),
            (["index", "threshold", Self.index, "--known", pairs], 65, "line 2: 'nobody#2' is not a scene"),
            (["index", "threshold", Self.index, "--known", "/nowhere"], 66, "No such file"),
        ]
        for (arguments, status, text) in cases {
            let outcome = try Program.run(arguments)
            #expect(
                outcome.status == status && outcome.errors.contains(text),
                "\(arguments): \(outcome.status) \(outcome.errors)")
            #expect(
                outcome.errorLines.count == 1 && outcome.output.isEmpty, "\(arguments): \(outcome.errors)")
        }
        for arguments in [
            ["segment", Self.film, "--seen-threshold", "0.9"],
            ["segment", Self.film, "--repeats", "--seen-threshold", "1.5"],
            ["segment", Self.film, "--repeats", "--events", "boundary"],
            ["index", "threshold", Self.index, "--per-day", "0"],
            ["index", "threshold", Self.index, "--list", "3", "--set"],
        ] {
            #expect(try Program.run(arguments).status == 64, "\(arguments)")
        }
    }

    /// On a feed, and as keys of a service: the second time round, scenes have been on.
    @Test func feeds() throws {
        let watched = try Program.run(
            ["watch", Self.film, "--index", Self.index, "--min-scene", "1", "--json", "--quiet"])
        let scenes = watched.events.filter { $0.type == "scene" }
        #expect(watched.status == 0 && scenes.count >= 4, "\(watched.errors)")
        #expect(scenes.allSatisfy { Self.seen($0)?["times"] is Int }, "\(watched.output)")
        #expect(scenes.contains { Sighting(Self.seen($0)?["best"])?.recording == "film" })
    }

    /// Events with vectors make the same index as embeddings, but for names; reading them again changes
    /// nothing, and a pipe that breaks off keeps what was told.
    @Test func anIndexOfAFeed() throws {
        let folder = try Scratch.emptyFolder().path
        let events = folder + "/events.jsonl"
        let run = try Program.run(
            ["segment", Self.film, "--vectors", "--feed", "news", "--quiet", "--output", events])
        #expect(run.status == 0, "\(run.errors)")
        let index = folder + "/index"
        let first = try Program.run(["index", "follow", index, events])
        #expect(first.status == 0 && first.errors.isEmpty && first.lines.count == 5, "\(first.errors)")
        #expect(first.lines.allSatisfy { $0.contains(#/^news@20[0-9-]+T[0-9:.]+Z$/#) }, "\(first.lines)")
        let again = try Program.shell("scened index follow '\(index)' < '\(events)'")
        #expect(again.status == 0 && again.output.isEmpty)
        #expect(try Program.run(["index", "info", index, "--verify"]).status == 0)
        func vectors(_ index: String) throws -> Data {
            try Data(contentsOf: URL(filePath: index + "/vectors-0000.npy")).dropFirst(256)
        }
        let (followed, added) = try (vectors(index), vectors(Self.index))
        #expect(!followed.isEmpty && added.prefix(followed.count) == followed)
        let seen = try Self.scenes([Self.film, "--index", index])
        #expect(seen.allSatisfy { Sighting(Self.seen($0)?["best"])?.recording?.hasPrefix("news@") == true })
        #expect(seen.map { Sighting(Self.seen($0)?["best"])?.scene } == [1, 2, 3, 4, 5])
        // Broken off within a line.
        let torn = folder + "/torn"
        let cut = try Program.shell(
            "head -c \(try Data(contentsOf: URL(filePath: events)).count - 700) '\(events)' | scened index follow '\(torn)' -"
        )
        #expect(cut.lines.count >= 3 && cut.lines.count <= 5, "\(cut.output)\(cut.errors)")
        #expect(try Program.run(["index", "info", torn, "--verify"]).status == 0)
        // What cannot be used says so in one line.
        let plain = folder + "/plain.jsonl"
        _ = try Program.run(["segment", Self.film, "--quiet", "--output", plain])
        let late = folder + "/late.jsonl"
        _ = try Program.shell("grep '\"type\":\"scene\"' '\(events)' > '\(late)'")
        let bad = folder + "/bad.jsonl"
        _ = try Program.shell("sed 's/\"vector\":\"..../\"vector\":\"/' '\(events)' > '\(bad)'")
        let short = folder + "/short.jsonl"
        _ = try Program.shell(
            "sed 's/\"vector\":\"[^\"]*\"/\"vector\":\"ADw=\"/' '\(events)' > '\(short)'")
        let beyond = folder + "/beyond.jsonl"
        _ = try Program.shell(
            "sed '/\"type\":\"scene\"/s/\"index\":[0-9]*/\"index\":9007199254740991/' '\(events)' > '\(beyond)'"
        )
        let named = folder + "/named.jsonl"
        _ = try Program.shell(
            "sed 's/\"feed\":\"news\"/\"feed\":\"'\"$(printf 'n%.0s' $(seq 2000))\"'\"/' '\(events)' > '\(named)'"
        )
        let image = folder + "/image"
        _ = try Program.shell(
            "scened embed '\(Fixtures.path("cuts.mp4"))' --quiet --model '\(ImageModelTests.encoder())' --output '\(folder)/image.npz'; "
                + "scened index add '\(image)' '\(folder)/image.npz'")
        for (arguments, status, text) in [
            ([index, plain], 65, "--vectors"), ([index, late], 65, "--after start"),
            ([index, bad], 65, "base64"), ([index, short], 65, "as scened wrote them"),
            ([index, beyond], 65, "no scene has the number"), ([index, named], 65, "longer than 900 bytes"),
            ([index, "/nowhere"], 66, "No such file"),
            ([index, "/dev/null"], 65, "no events"), ([index, Fixtures.path("cuts.mp4")], 65, "line 1"),
            ([image, events], 65, "use another index"), ([folder, events], 65, "holds other files"),
        ] as [([String], Int32, String)] {
            let outcome = try Program.run(["index", "follow"] + arguments)
            #expect(
                outcome.status == status && outcome.errors.contains(text) && outcome.errorLines.count == 1,
                "\(arguments): \(outcome.status) \(outcome.errors)")
        }
    }
}
