import Foundation
import TestSupport
import Testing

/// `embed` and then `score` gives what `segment` gives: shots, scores, boundaries, delays, scenes,
/// watermarks.
@Suite struct EmbedScoreTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var clip: String
        /// What both `segment` and `embed` are told.
        var parts: [String]
        /// What both `segment` and `score` are told.
        var decisions: [String]
        var testDescription: String { "\(clip) \((parts + decisions).joined(separator: " "))" }
    }

    static let model = Program.repository.appendingPathComponent("fixtures/crn/descriptor_k2.safetensors")
        .path
    static let clips = [
        "cuts.mp4", "vfr.mkv", "restart.ts", "jump.ts", "dissolve.mp4", "ntsc.mp4", "offset.mkv",
        "truncated.ts",
    ]
    static let parts = [
        [], ["--split", "ticks", "--split-after", "1"], ["--split", "none", "--deadline", "6"],
        ["--split-after", "1", "--deadline", "7"],
        ["--split", "ticks", "--split-after", "2", "--deadline", "5.2"],
        ["--split", "ticks", "--speed", "fastest"],
    ]
    static let decisions = [
        ["--min-scene", "1", "--threshold", "0.2", "--neighbors", "2"],
        ["--min-scene", "1", "--intra-shot", "--peak", "0", "--threshold", "0.1", "--neighbors", "1"],
        [
            "--model", model, "--scenes-per-hour", "900", "--min-scene", "0.5", "--intra-shot",
            "--provisional",
        ],
    ]

    /// Every clip with every way of splitting; the ways of deciding take turns.
    static let cases = clips.enumerated().flatMap { row, clip in
        parts.enumerated().map { column, parts in
            // Without parts there are no scores inside a shot, and asking for them is refused.
            let chosen = decisions[(row + column) % decisions.count]
            return Case(
                clip: clip, parts: parts,
                decisions: parts.contains("none") ? chosen.filter { $0 != "--intra-shot" } : chosen)
        }
    }

    @Test(arguments: cases)
    func scoreGivesTheEventsOfSegment(_ testCase: Case) throws {
        let path = Fixtures.path(testCase.clip)
        let common = ["--quiet", "--scores"]
        let kind = testCase.parts.count % 4 == 0 ? "npz" : "safetensors"
        let (file, beside) = (Scratch.path("record.\(kind)"), Scratch.path("beside.\(kind)"))
        let whole = try Program.run(
            ["segment", path, "--embeddings", beside.path] + testCase.parts + testCase.decisions + common)
        let embedded = try Program.run(["embed", path, "--quiet", "--output", file.path] + testCase.parts)
        #expect(embedded.status == whole.status, "\(embedded.errors)")
        // What `segment` writes beside its events is the file of `embed`.
        #expect(try Data(contentsOf: beside) == Data(contentsOf: file))
        let scored = try Program.run(["score", file.path] + testCase.decisions + common)
        #expect(scored.status == 0, "\(scored.errors)")
        #expect(whole.events.contains { $0.type == "score" } && whole.lines.count > 3)
        let differing = zip(Events.stable(scored.lines), Events.stable(whole.lines)).first { $0 != $1 }
        #expect(differing == nil && scored.lines.count == whole.lines.count)
    }

    /// A film of five scenes, with boundaries that come with a deadline and without one.
    @Test(arguments: [[], ["--deadline", "9", "--split", "ticks"]])
    func aWholeFilm(parts: [String]) throws {
        let film = try Films.scenes().path
        let decisions = ["--quiet", "--scores", "--neighbors", "3", "--min-scene", "2", "--threshold", "0.3"]
        let whole = try Program.run(["segment", film] + parts + decisions)
        #expect(whole.events.count { $0.type == "boundary" } >= 2)
        let file = Scratch.path("film.npz").path
        #expect(try Program.run(["embed", film, "--quiet", "--output", file] + parts).status == 0)
        let scored = try Program.run(["score", file] + decisions)
        #expect(Events.stable(scored.lines) == Events.stable(whole.lines))
        try Schema.check(scored)
    }

    /// `--scores` adds score events and changes nothing else; without it there are none.
    @Test func scoresAreAddedOnRequest() throws {
        let arguments = ["segment", Fixtures.path("cuts.mp4"), "--quiet", "--min-scene", "1"]
        let plain = try Program.run(arguments)
        let scored = try Program.run(arguments + ["--scores"])
        try Schema.check(scored)
        #expect(!plain.events.contains { $0.type == "score" })
        let shots = scored.events.count { $0.type == "shot" }
        #expect(
            scored.events.compactMap { $0.type == "score" ? $0.fields["shot"] as? Int : nil }
                == Array(0..<shots))
        func unnumbered(_ outcome: Program.Outcome) -> [String] {
            Events.stable(outcome.lines).filter { !$0.contains("\"type\":\"score\"") }.map {
                $0.replacingOccurrences(of: "\"seq\":[0-9]+", with: "", options: .regularExpression)
            }
        }
        #expect(unnumbered(scored) == unnumbered(plain))
        for boundary in scored.events where boundary.type == "boundary" {
            let score = scored.events.first {
                $0.type == "score" && $0.fields["shot"] as? Int == boundary.fields["left_shot"] as? Int
            }
            #expect(score?.fields["score"] as? Double == boundary.fields["score"] as? Double)
        }
    }

    static let hasNumPy = (try? Program.shell("python3 -c 'import numpy'").status) == 0

    @Test(.enabled(if: hasNumPy, "python3 with NumPy is absent"))
    func numPyOpensIt() throws {
        let file = Scratch.path("numpy.npz")
        _ = try Program.run(["embed", Fixtures.path("cuts.mp4"), "--quiet", "--output", file.path])
        let outcome = try Program.shell(
            """
            python3 - '\(file.path)' <<'END'
            import json, numpy, sys
            data = numpy.load(sys.argv[1])
            info = json.loads(str(data["info"]))
            count = len(data["part_start_pts"])
            assert data["embeddings"].shape == (count, info["dimension"]) and data["embeddings"].dtype == numpy.float32
            assert data["shot_start_pts"].dtype == numpy.int64 and len(data["picture_pts"]) == info["pictures"] == 400
            seconds = (data["shot_start_pts"] - info["media"]["start_pts"]) * info["media"]["time_base_numerator"]
            print(*data["shot_start_frame"])
            END
            """)
        #expect(outcome.errors.isEmpty)
        let frames = outcome.output.split { $0 == " " || $0 == "\n" }.compactMap { Int($0) }
        let whole = try Program.run(["segment", Fixtures.path("cuts.mp4"), "--quiet"])
        #expect(frames == whole.events.filter { $0.type == "shot" }.compactMap { $0.frame("start") })
        #expect(frames.count > 5)
    }

    /// The recipe of the how-to page: NumPy computes in float64 unless it is told otherwise.
    @Test(
        .enabled(if: hasNumPy, "python3 with NumPy is absent"),
        arguments: ["float64", "float32", "float16"])
    func numPyChoosesTheWidth(type: String) throws {
        let (file, other) = (Scratch.path("numpy.npz").path, Scratch.path("other.npz").path)
        _ = try Program.run(["embed", Fixtures.path("cuts.mp4"), "--quiet", "--output", file])
        let outcome = try Program.shell(
            """
            python3 - '\(file)' '\(other)' <<'END'
            import numpy, sys
            data = dict(numpy.load(sys.argv[1]))
            data["embeddings"] = data["embeddings"].astype(numpy.\(type))
            data["part_is_first"] = data["part_is_first"].astype(bool)
            numpy.savez(sys.argv[2], **data)
            END
            """)
        #expect(outcome.errors.isEmpty, "\(outcome.errors)")
        let scored = try Program.run(["score", other, "--quiet", "--scores"])
        #expect(scored.status == 0, "\(scored.errors)")
        guard type != "float16" else { return }
        let whole = try Program.run(["score", file, "--quiet", "--scores"])
        #expect(Events.stable(scored.lines) == Events.stable(whole.lines))
    }

    @Test func partsCannotBeChosenAnew() throws {
        let file = Scratch.path("parts.npz").path
        let embed = ["embed", Fixtures.path("cuts.mp4"), "--quiet", "--output", file, "--split-after", "5"]
        #expect(try Program.run(embed).status == 0)
        #expect(
            try Program.run(["score", file, "--quiet", "--split-after", "5", "--split", "thirds"]).status == 0
        )
        for flags in [
            ["--split", "ticks"], ["--split-after", "10"], ["--min-shot", "1"], ["--deadline", "20"],
        ] {
            let outcome = try Program.run(["score", file] + flags)
            #expect(outcome.status == 64 && outcome.output.isEmpty)
            #expect(outcome.errors.contains("embed again"))
        }
    }

    /// Damage anywhere is an error of one line, never a crash.
    @Test(arguments: ["npz", "safetensors"])
    func damagedFilesAreRefused(format: String) throws {
        let good = Scratch.path("good.\(format)")
        _ = try Program.run(["embed", Fixtures.path("restart.ts"), "--quiet", "--output", good.path])
        let bytes = try Data(contentsOf: good)
        var state: UInt64 = 7
        for round in 0..<40 {
            var damaged = bytes
            if round % 4 == 0 {
                damaged = damaged.prefix(bytes.count * (round + 1) / 41)
            } else {
                for _ in 0..<(round % 4) {
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    damaged[Int(state >> 33) % damaged.count] ^= UInt8(truncatingIfNeeded: state >> 20) | 1
                }
            }
            let file = try Scratch.file("damaged.\(format)")
            try damaged.write(to: file)
            let outcome = try Program.run(["score", file.path, "--quiet"])
            #expect([0, 65].contains(outcome.status), "round \(round): \(outcome.status) \(outcome.errors)")
            #expect(outcome.errorLines.count == (outcome.status == 0 ? 0 : 1), "\(outcome.errors)")
        }
    }

    /// An instant moved on its own contradicts the others; `restart.ts` has a gap, `cuts.mp4` open parts.
    @Test(arguments: [
        ("restart.ts", "part_start_pts", 1, -1), ("restart.ts", "part_end_pts", 0, -1),
        ("restart.ts", "shot_start_pts", 1, -1), ("restart.ts", "shot_end_pts", 0, 1),
        ("restart.ts", "key_frame_pts", 1, 900_000), ("restart.ts", "picture_horizon", 3, 900_000),
        ("restart.ts", "gap_start_pts", 0, -1), ("restart.ts", "gap_end_pts", 0, 1),
        ("restart.ts", "part_known", 0, -40), ("restart.ts", "end_pts", 0, 1),
        ("cuts.mp4", "open_start_pts", 0, -1), ("cuts.mp4", "open_end_pts", 0, 900_000),
    ])
    func timesThatContradictOneAnotherAreRefused(
        clip: String, array: String, row: Int, shift: Int64
    ) throws {
        let good = Scratch.path("times.safetensors")
        let embed = ["embed", Fixtures.path(clip), "--quiet", "--split", "none", "--deadline", "6"]
        _ = try Program.run(embed + ["--output", good.path])
        #expect(try Program.run(["score", good.path, "--quiet"]).status == 0)
        var bytes = try Data(contentsOf: good)
        let length = (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
        let header = try #require(
            try JSONSerialization.jsonObject(with: bytes[8..<8 + length]) as? [String: [String: Any]])
        let entry = try #require(header[array])
        let offsets = try #require(entry["data_offsets"] as? [Int])
        let place = 8 + length + offsets[0] + 8 * row
        try #require(place + 8 <= 8 + length + offsets[1], "\(array) has no row \(row)")
        let old = (0..<8).reduce(Int64(0)) { $0 | Int64(bytes[place + $1]) << Int64(8 * $1) }
        for byte in 0..<8 {
            bytes[place + byte] = UInt8(truncatingIfNeeded: (old + shift) >> Int64(8 * byte))
        }
        let moved = try Scratch.file("moved.safetensors")
        try bytes.write(to: moved)
        let outcome = try Program.run(["score", moved.path, "--quiet"])
        #expect(outcome.status == 65 && outcome.output.isEmpty, "\(array): \(outcome.errors)")
        #expect(outcome.errorLines.count == 1 && outcome.errors.contains("embed"), "\(outcome.errors)")
    }

    /// The film's start stands in the description, and must be that of the first picture.
    @Test func aStartThatIsNoPictureIsRefused() throws {
        let file = Scratch.path("start.safetensors")
        let embed = ["embed", Fixtures.path("restart.ts"), "--quiet", "--output", file.path]
        #expect(try Program.run(embed).status == 0)
        var bytes = try Data(contentsOf: file)
        let name = try #require(bytes.range(of: Data("start_pts\\\":".utf8)))
        // Its first digit.
        bytes[name.upperBound] -= 1
        try bytes.write(to: file)
        let outcome = try Program.run(["score", file.path, "--quiet"])
        #expect(outcome.status == 65 && outcome.output.isEmpty, "\(outcome.errors)")
        #expect(outcome.errors.contains("does not start with its first picture"), "\(outcome.errors)")
    }

    /// What is not split has no place inside a shot, as with `segment`.
    @Test func wholeShotsHaveNoInside() throws {
        let file = Scratch.path("whole.npz").path
        let embed = ["embed", Fixtures.path("cuts.mp4"), "--quiet", "--output", file, "--split", "none"]
        #expect(try Program.run(embed).status == 0)
        let outcome = try Program.run(["score", file, "--intra-shot"])
        #expect(outcome.status == 64 && outcome.output.isEmpty)
        #expect(outcome.errors.contains("was made with --split none"), "\(outcome.errors)")
    }

    @Test func otherFilesAreRefused() throws {
        let arrays = Program.repository.appendingPathComponent("fixtures/checkpoints/arrays.npz").path
        for (file, status, text) in [
            (arrays, Int32(65), "scened embed"), (Self.model, 65, "scened embed"),
            ("/nowhere.npz", 66, "No such file"),
            (Fixtures.path("empty.mp4"), 65, "no shots"),
            (Fixtures.path("cuts.mp4"), 65, "run scened embed first"),
        ] {
            let outcome = try Program.run(["score", file])
            #expect(outcome.status == status && outcome.errors.contains(text), "\(outcome.errors)")
            #expect(outcome.errorLines.count == 1 && outcome.output.isEmpty)
        }
        for arguments in [["--output", "x.txt"], ["--output", "x.npz", "--threads", "99"], []] {
            #expect(try Program.run(["embed", "film.mp4"] + arguments).status == 64)
        }
        let unwritable = try Program.run(["embed", Fixtures.path("cuts.mp4"), "--output", "/nowhere/x.npz"])
        #expect(unwritable.status == 73 && unwritable.errorLines.count == 1)
    }
}
