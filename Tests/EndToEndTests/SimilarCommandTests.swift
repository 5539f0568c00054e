import Foundation
import TestSupport
import Testing

/// `embed`, `index` and `similar` of the built program: from films to scenes that are alike.
@Suite struct SimilarCommandTests {
    /// The demo film, five scenes in 73 s; the same smaller, darker, cropped and at another frame rate; and a
    /// clip with pictures of the same kind.
    private static let films: [String: String] = {
        var films: [String: String] = [:]
        films["film"] = (try? Films.scenes())?.path
        films["twin"] =
            (try? Fixtures.film(
                "similar_twin.mp4",
                "ffmpeg -nostdin -v error -i \"$demo\" -vf 'crop=iw*0.9:ih*0.9,scale=320:-2,eq=brightness=-0.05,fps=20' "
                    + "-c:v libx264 -preset veryfast -crf 30 \"$1\""))?.path
        films["clip"] = Fixtures.path("cuts.mp4")
        return films
    }()

    /// Each film's embeddings; made once.
    private static let embeddings: [String: String] = films.mapValues { film in
        let name = films.first { $0.value == film }?.key ?? "film"
        let folder = (try? Scratch.emptyFolder().path) ?? ""
        _ = try? Program.run(["embed", film, "--quiet", "--output", "\(folder)/\(name).npz"])
        return "\(folder)/\(name).npz"
    }

    private static func embedding(_ name: String) throws -> String { try #require(embeddings[name]) }

    /// An index of all three.
    private static func index(_ names: [String] = ["film", "twin", "clip"]) throws -> String {
        let index = Scratch.path("index").path
        let outcome = try Program.run(["index", "add", index] + names.map(embedding))
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        #expect(outcome.lines.count == names.count && outcome.lines.allSatisfy { $0.hasSuffix("added") })
        return index
    }

    private struct Match: Decodable, Equatable {
        struct Asked: Decodable, Equatable {
            var recording: String
            var scene: Int
            var start: Double
            var end: Double
        }
        var asked: Asked
        var rank: Int
        var score: Double
        var recording: String
        var scene: Int
        var start: Double
        var end: Double
        var aired: String?
    }

    private func matches(_ arguments: [String]) throws -> [Match] {
        let outcome = try Program.run(["similar"] + arguments)
        try #require(outcome.status == 0, "\(outcome.errors)")
        return try outcome.lines.map { try JSONDecoder().decode(Match.self, from: Data($0.utf8)) }
    }

    /// The scenes of an index are those of `score`, and each scene of the film finds its twin first.
    @Test func twinsAreFound() throws {
        let index = try Self.index(["film", "twin"])
        let scored = try Program.run(["score", try Self.embedding("film"), "--quiet", "--events", "scene"])
        let scenes = scored.events.filter { $0.type == "scene" }
        let found = try matches(["--each", "film", "--index", index, "--exclude-same", "--top", "3"])
        #expect(Set(found.map(\.asked.scene)) == Set(1...scenes.count) && scenes.count >= 4)
        for (place, scene) in scenes.enumerated() {
            let (start, end) = try (#require(scene.seconds("start")), #require(scene.seconds("end")))
            let best = try #require(found.first { $0.asked.scene == place + 1 })
            #expect(best.asked.start == start && best.asked.end == end && best.rank == 1)
            #expect(best.recording == "twin" && best.start < end && best.end > start, "\(best)")
            #expect(best.score > 0.8 && best.score <= 1)
        }
        #expect(!found.contains { $0.recording == "film" })
        // Each way of asking gives the same: by file, by recording, by number, by film.
        let asked = try #require(found.first { $0.asked.scene == 2 }).asked
        let time = String((asked.start + asked.end) / 2)
        let wanted = found.filter { $0.asked.scene == 2 }
        let common = ["--index", index, "--exclude-same", "--top", "3"]
        #expect(try matches(["\(try Self.embedding("film"))@\(time)"] + common) == wanted)
        #expect(try matches(["film@\(time)"] + common) == wanted)
        #expect(try matches(["--scene", "film#2"] + common) == wanted)
        #expect(try matches(["--scene", "film#2", "--threads", "3"] + common) == wanted)
        let film = try #require(Self.films["film"])
        let named = Scratch.path("folder").path + "/film.ts"
        try FileManager.default.createDirectory(
            atPath: String(named.dropLast(8)), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: named, withDestinationPath: film)
        #expect(try matches(["\(named)@\(time)"] + common) == wanted)
    }

    /// Its own scene is no answer; others of its recording are, unless they are not wanted.
    @Test func sameRecording() throws {
        let index = try Self.index()
        let all = try matches(["--scene", "film#1", "--index", index, "--top", "100"])
        #expect(!all.contains { $0.recording == "film" && $0.scene == 1 })
        #expect(all.contains { $0.recording == "film" })
        let others = try matches(["--scene", "film#1", "--index", index, "--top", "100", "--exclude-same"])
        #expect(
            others
                == all.filter { $0.recording != "film" }.enumerated().map { place, match in
                    var match = match
                    match.rank = place + 1
                    return match
                })
        #expect(all.map(\.score) == all.map(\.score).sorted(by: >))
        let few = try matches(["--scene", "film#1", "--index", index, "--top", "2"])
        #expect(few == Array(all.prefix(2)))
        let bar = all[1].score - 1e-4
        let good = try matches(["--scene", "film#1", "--index", index, "--minimum-score", "\(bar)"])
        #expect(good.count >= 2 && good == all.filter { $0.score >= bar })
    }

    /// A film is known by its scenes, whatever the index and its own file are called.
    @Test func aFilmIsNoAnswerToItself() throws {
        let folder = try Scratch.emptyFolder().path
        let (index, copy) = ("\(folder)/index", "\(folder)/embeddings.npz")
        try FileManager.default.copyItem(atPath: Self.embedding("film"), toPath: copy)
        for (name, film) in [("monday.mp4", copy), ("clip", try Self.embedding("clip"))] {
            #expect(try Program.run(["index", "add", index, film, "--name", name]).status == 0)
        }
        let common = ["--index", index, "--top", "100", "--minimum-score", "-1"]
        let wanted = try matches(["--each", "monday.mp4"] + common)
        for film in [copy, try Self.embedding("film"), try #require(Self.films["film"])] {
            let found = try matches(["--each", film] + common)
            func answers(_ matches: [Match]) -> [String] {
                matches.map { "\($0.asked.scene) \($0.rank) \($0.score) \($0.recording) \($0.scene)" }
            }
            #expect(answers(found) == answers(wanted), "\(film)")
            let own = found.filter { $0.recording == "monday.mp4" }
            #expect(!own.isEmpty && own.allSatisfy { $0.scene != $0.asked.scene })
            #expect(
                try !matches(["--each", film, "--exclude-same"] + common).contains {
                    $0.recording == "monday.mp4"
                })
        }
    }

    /// Another film whose file has the name of a recording is not that recording.
    @Test func aNameIsNoFilm() throws {
        let index = try Self.index(["film", "clip"])
        let other = try Scratch.emptyFolder().path + "/film.npz"
        try FileManager.default.copyItem(atPath: Self.embedding("twin"), toPath: other)
        for options in [[], ["--exclude-same"]] {
            let found = try matches(["--each", other, "--index", index, "--top", "1"] + options)
            #expect(found.count >= 4 && found.allSatisfy { $0.recording == "film" && $0.score > 0.9 })
        }
    }

    /// The order in which recordings come does not show, nor does what is taken out and put back.
    @Test func orderOfAdding() throws {
        let first = try Self.index(["film", "twin", "clip"])
        let second = try Self.index(["clip", "film", "twin"])
        #expect(try Program.run(["index", "remove", second, "film"]).status == 0)
        #expect(
            try !matches(["--each", "twin", "--index", second, "--top", "50"]).contains {
                $0.recording == "film"
            })
        let again = try Program.run(["index", "add", second, try Self.embedding("film")])
        #expect(again.status == 0 && again.output == "film: 5 scenes added\n", "\(again.output)")
        for name in ["film", "twin", "clip"] {
            let arguments = ["--each", name, "--top", "50", "--index"]
            #expect(try matches(arguments + [first]) == matches(arguments + [second]))
        }
        #expect(try Program.run(["index", "info", second, "--verify"]).status == 0)
    }

    @Test func addingAgain() throws {
        let index = try Self.index(["film"])
        let film = try Self.embedding("film")
        let same = try Program.run(["index", "add", index, film])
        #expect(same.status == 0 && same.output == "film: already in the index, 5 scenes\n")
        // The same name with other scenes.
        let events = Scratch.path("coarse.jsonl").path
        _ = try Program.run(["score", film, "--threshold", "0.9", "--quiet", "--output", events])
        let other = ["index", "add", index, film, "--events", events]
        let refused = try Program.run(other)
        #expect(refused.status == 73 && refused.errorLines.count == 1 && refused.errors.contains("--replace"))
        let replaced = try Program.run(other + ["--replace", "--aired", "2026-01-02T21:15:00+01:00"])
        #expect(replaced.status == 0 && replaced.output.contains("which replace"), "\(replaced.errors)")
        let found = try matches(["\(film)@1", "--index", index, "--top", "1"])
        #expect(
            found.first?.recording == "film" && found.first?.aired?.hasPrefix("2026-01-02T20:15:") == true)
        let info = try Program.run(["index", "info", index, "--json"])
        #expect(info.output.hasPrefix("{\"recordings\":1,\"scenes\":"))
        #expect(
            info.output.contains("\"encoder\":\"descriptor-1\",\"digest\":null,\"scene_encoder\":\"mean-1\""))
        #expect(try Program.run(["index", "info", index]).output.contains(", and 5 that were removed"))
        let list = try Program.run(["index", "info", index, "--recordings", "--json"])
        #expect(list.output.hasPrefix("{\"recording\":\"film\",\"scenes\":"))
        #expect(
            list.output.contains("\"first_row\":5,")
                && list.output.contains("\"aired\":\"2026-01-02T20:15:00.000Z\""))
    }

    @Test(.enabled(if: EmbedScoreTests.hasNumPy, "python3 with NumPy is absent"))
    func numPyOpensIt() throws {
        let index = try Self.index()
        let outcome = try Program.shell(
            """
            python3 - '\(index)' <<'END'
            import json, numpy, sys, zlib
            info = json.load(open(sys.argv[1] + "/index.json"))
            vectors = numpy.load(sys.argv[1] + "/vectors-0000.npy", mmap_mode="r")
            scenes = numpy.load(sys.argv[1] + "/scenes-0000.npy")
            assert vectors.dtype == numpy.float16 and vectors.shape == (len(scenes), info["dimension"])
            units = vectors.astype(numpy.float32)
            units /= numpy.linalg.norm(units, axis=1, keepdims=True)
            names = []
            for line in open(sys.argv[1] + "/recordings.log"):
                assert int(line[:8], 16) == zlib.crc32(line[9:-1].encode())
                names.append(json.loads(line[9:])["added"])
            asked = numpy.flatnonzero((scenes["recording"] == names.index("film")) & (scenes["scene"] == 2))[0]
            scores = units @ units[asked]
            scores[asked] = -1
            best = numpy.argmax(scores)
            print(names[scenes["recording"][best]], scenes["scene"][best], scenes["start"][best], round(float(scores[best]), 4))
            END
            """)
        #expect(outcome.errors.isEmpty)
        let best = try #require(try matches(["--scene", "film#2", "--index", index, "--top", "1"]).first)
        let words = outcome.output.split(whereSeparator: \.isWhitespace).map(String.init)
        try #require(words.count == 4)
        #expect(words[0] == best.recording && Int(words[1]) == best.scene)
        #expect(
            Double(words[2]) == (best.start * 1e6).rounded()
                && abs((Double(words[3]) ?? 0) - best.score) < 1e-3)
    }

    /// Embeddings go together whose encoders have the same weights, whatever else their files hold.
    @Test func weightsMustAgree() throws {
        // The same encoder with a context network and alone; and with one bit changed.
        var models = try [ImageModelTests.both, ImageModelTests.encoder()]
        var bytes = try Data(contentsOf: URL(filePath: models[1]))
        bytes[bytes.count - 4] ^= 1
        let changed = try Scratch.file("changed.safetensors")
        try bytes.write(to: changed)
        models.append(changed.path)
        let folder = try Scratch.emptyFolder().path
        func embed(_ name: String, _ model: String) throws -> String {
            let file = "\(folder)/\(name).npz"
            let outcome = try Program.run(
                ["embed", Fixtures.path("cuts.mp4"), "--quiet", "--model", model, "--output", file])
            #expect(outcome.status == 0, "\(outcome.errors)")
            return file
        }
        let index = "\(folder)/index"
        let added = try Program.run(
            ["index", "add", index, embed("one", models[0]), embed("other", models[1])])
        #expect(added.status == 0 && added.lines.count == 2, "\(added.errors)")
        let manifest = try String(contentsOf: URL(filePath: index + "/index.json"), encoding: .utf8)
        #expect(manifest.contains(#/"encoder":"resnet","digest":"[0-9a-f]{64}"/#), "\(manifest)")
        // A film is embedded with the model that is named.
        let film = [Fixtures.path("cuts.mp4") + "@3", "--index", index, "--quiet"]
        #expect(try matches(film + ["--model", models[1]]).first?.score == 1)
        for asked in [["\(folder)/one.npz@3"], ["one@3"], ["--scene", "one#1"]] {
            let run = try Program.run(["similar"] + asked + ["--index", index, "--model", models[0]])
            #expect(run.status == 64 && run.errors.contains("leave"), "\(run.errors)")
        }
        for refused in [
            try Program.run(["similar"] + film),
            try Program.run(["index", "add", index, embed("third", models[2])]),
            try Program.run(["index", "add", index, Self.embedding("clip")]),
        ] {
            #expect(refused.status == 65 && refused.errorLines.count == 1, "\(refused.errors)")
            #expect(refused.errors.contains("use another index") && refused.output.isEmpty)
        }
    }

    /// A table for people, on a terminal.
    @Test(.enabled(if: ExternalTool.isThere("script"), "script is absent"))
    func tables() throws {
        let index = try Self.index()
        let outcome = try Program.shell(
            "script -qec 'scened similar --each film --index \(index) --top 2' /dev/null")
        let lines = outcome.output.split(whereSeparator: \.isNewline).map(String.init)
        #expect(lines.first == "   score  scene         start        length  recording", "\(lines)")
        #expect(lines.count == 1 + 5 * 3 && lines.contains { $0.hasPrefix("scene 2 of film, at 0:00:") })
    }

    /// One line that says what to do, and the status that the pages name.
    @Test func badInput() throws {
        let index = try Self.index(["film"])
        let film = try Self.embedding("film")
        let folder = try Scratch.emptyFolder().path
        try Data("x".utf8).write(to: URL(filePath: folder + "/x.txt"))
        let other = Scratch.path("other.npz").path
        let image = Program.repository.appending(path: "fixtures/crn/descriptor_k2.safetensors").path
        _ = try Program.shell(
            """
            python3 - '\(film)' '\(other)' <<'END'
            import json, numpy, sys
            arrays = dict(numpy.load(sys.argv[1]))
            info = json.loads(str(arrays["info"]))
            info["encoder"] = "another"
            arrays["info"] = numpy.array(json.dumps(info))
            numpy.savez(sys.argv[2], **arrays)
            END
            """)
        let torn = Scratch.path("torn").path
        try FileManager.default.copyItem(atPath: index, toPath: torn)
        let vectors = try FileHandle(forWritingTo: URL(filePath: torn + "/vectors-0000.npy"))
        try vectors.truncate(atOffset: 300)
        let events = Scratch.path("clip.jsonl").path
        _ = try Program.run(["segment", Fixtures.path("cuts.mp4"), "--quiet", "--output", events])
        var cases: [([String], Int32, String)] = [
            (["similar", "film@1", "--index", "/nowhere"], 66, "No such file"),
            (["similar", "film@1", "--index", folder], 65, "is not an index"),
            (["similar", "film@1", "--index", torn], 65, "is damaged"),
            (["similar", "film@100", "--index", index], 64, "it ends at 0:01:1"),
            (["similar", "\(film)@100", "--index", index], 64, "name a time within a scene"),
            (["similar", "nobody@1", "--index", index], 66, "neither a file nor a recording"),
            (["similar", "--scene", "nobody#1", "--index", index], 65, "holds no recording 'nobody'"),
            (["similar", "--scene", "film#9", "--index", index], 64, "it has 5, numbered from 1"),
            (["similar", "\(image)@1", "--index", index], 65, "scened embed"),
            (["index", "add", folder, film], 65, "holds other files"),
            (["index", "add", index, image], 65, "scened embed"),
            (["index", "add", index, "/nowhere.npz"], 66, "No such file"),
            (
                ["index", "add", index, film, "--name", "b", "--events", events], 65,
                "of the video that was embedded"
            ),
            (["index", "add", "/proc/nowhere/index", film], 73, "/proc"),
            (["index", "add", torn, film, "--name", "c"], 65, "is damaged"),
            (["index", "remove", index, "nobody"], 65, "holds no recording 'nobody'"),
            (["index", "info", folder], 65, "is not an index"),
        ]
        if EmbedScoreTests.hasNumPy {
            cases.append((["index", "add", index, other], 65, "its encoder is another"))
            cases.append((["similar", "\(other)@1", "--index", index], 65, "its encoder is another"))
        }
        for (arguments, status, text) in cases {
            let outcome = try Program.run(arguments)
            #expect(
                outcome.status == status && outcome.errors.contains(text),
                "\(arguments): \(outcome.status) \(outcome.errors)")
            #expect(
                outcome.errorLines.count == 1 && outcome.output.isEmpty, "\(arguments): \(outcome.errors)")
        }
        for arguments in [
            ["similar", "film", "--index", index], ["similar", "--index", index], ["similar", "film@1"],
            ["similar", "--scene", "film#0", "--index", index], ["similar", "film@1:70", "--index", index],
            ["similar", "film@1", "--each", "film", "--index", index], ["index", "add", index],
            ["index", "add", index, film, film], ["index", "add", index, film, "--aired", "today"],
            ["index", "add", index, film, "--events", events, events],
            ["similar", "film@1", "--index", index, "--top", "0"],
        ] {
            #expect(try Program.run(arguments).status == 64, "\(arguments)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["x.txt"])
        #expect(try Program.run(["index", "info", index, "--verify"]).status == 0)
    }

    /// A second writer is told to wait, and a limit on the size of files loses nothing.
    @Test func busyAndFull() throws {
        let index = try Self.index(["film"])
        let clip = try Self.embedding("clip")
        let held = try Program.shell(
            "exec 9<>'\(index)/lock'; flock 9; scened index add '\(index)' '\(clip)'")
        #expect(
            held.status == 73 && held.errorLines.count == 1 && held.errors.contains("wait until it is done"))
        let full = try Program.shell("ulimit -f 1; scened index add '\(index)' '\(clip)'")
        #expect(full.status == 73 && full.errorLines.count == 1 && full.output.isEmpty, "\(full.errors)")
        let info = try Program.run(["index", "info", index, "--verify", "--json"])
        #expect(info.status == 0 && info.output.hasPrefix("{\"recordings\":1,\"scenes\":5,"))
        #expect(try Program.run(["index", "add", index, clip]).status == 0)
        #expect(try Program.run(["index", "info", index, "--verify"]).status == 0)
    }
}
