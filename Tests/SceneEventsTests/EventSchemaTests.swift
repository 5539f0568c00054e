import TestSupport
import Foundation
import SceneEvents
import Testing
import Timeline

/// `schema/events.schema.json` and `tools/check/check-events` against what `EventWriter` writes.
@Suite(.enabled(if: ExternalTool.hasJSONSchema, "python3 with the module jsonschema is not installed"))
struct EventSchemaTests {
    static let checker = Fixtures.root.appending(path: "tools/check/check-events").path
    static let schema = Fixtures.root.appending(path: "schema/events.schema.json").path

    private func check(_ lines: [String], _ flags: String...) throws -> ExternalTool.Result {
        try ExternalTool.run([Self.checker] + flags, input: lines.joined())
    }

    /// What the checker says of each stream, in one run: starting Python takes longer than checking.
    private func reports(_ streams: [[String]], _ flags: String...) throws -> [String] {
        let folder = try Files.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = streams.indices.map { folder.appending(path: "stream\($0).jsonl").path }
        for (file, lines) in zip(files, streams) {
            try Data(lines.joined().utf8).write(to: URL(filePath: file))
        }
        let result = try ExternalTool.run([Self.checker] + flags + files)
        #expect(result.errors == "")
        let reports = files.map { file in
            result.output.split(separator: "\n").filter { $0.hasPrefix(file + ": ") }.map {
                $0.dropFirst(file.count + 2)
            }
            .joined(separator: "\n")
        }
        #expect((result.status == 0) == reports.allSatisfy { $0.hasSuffix("no faults") })
        return reports
    }

    @Test func streamsPass() throws {
        for (sample, report) in zip(GoldenTests.samples, try reports(GoldenTests.samples.map(\.sample.lines)))
        {
            #expect(report.hasSuffix("no faults"), "\(sample.name): \(report)")
        }
    }

    /// Every event kind, every word of the grammar and every null, each line alone against the whole schema:
    /// the schema must know all that the writer can write.
    @Test func theSchemaKnowsEveryWord() throws {
        let sample = SampleStream()
        var start = sample.start
        start.delayBound = nil
        start.model.file = nil
        start.model.digest = String(repeating: "0123456789abcdef", count: 4)
        let at = sample.instant(7)
        let later = sample.instant(9)
        let bare = Instant(pts: 99)
        var events: [Event] = [
            .streamStart(sample.start), .streamStart(start), .watermark(at), .watermark(bare),
        ]
        let kinds: [TransitionKind] = [
            .start, .cut, .fadeBlack, .fadeWhite, .dissolve, .wipe, .push, .gradual,
        ]
        for kind in kinds {
            let transition = Transition(
                kind: kind, mixed: kind == .cut ? nil : at...later, score: Score(0.25))
            let part = PartSummary(index: 0, start: at, end: later, keyFrames: [at, at])
            events.append(
                .shot(Shot(index: 0, start: at, end: later, transition: transition, parts: [part, part])))
        }
        for state in CutNotice.State.allCases {
            events.append(.cut(CutNotice(at: at, state: state, score: Score(0.5))))
        }
        for state in BoundaryState.allCases {
            for kind in BoundaryKind.allCases {
                events.append(
                    .boundary(
                        Boundary(
                            at: at, kind: kind, state: state, revision: 3, score: Score(1),
                            threshold: Score(0),
                            transition: kind == .cut ? .start : nil, leftShot: 0, rightShot: 1, rightParts: 0,
                            isComplete: true, delay: 0)))
            }
        }
        for kind in BoundaryKind.allCases {
            events.append(
                .score(PartScore(partIndex: 1, shotIndex: 0, at: later, kind: kind, score: Score(0.25))))
        }
        for reason in SceneEnd.allCases {
            events.append(
                .scene(
                    Scene(
                        index: 0, start: at, end: later, endReason: reason,
                        score: reason == .end ? nil : Score(0.5),
                        firstShot: 0, lastShot: 0)))
        }
        for reason in Gap.Reason.allCases {
            events.append(.gap(Gap(start: at, end: later, reason: reason, timeline: 1)))
        }
        for state in FeedState.allCases {
            for reason in [nil] + Gap.Reason.allCases {
                events.append(
                    .heartbeat(
                        Heartbeat(
                            state: state, reason: reason, at: reason == nil ? nil : later,
                            lag: reason == nil ? nil : -0.25, opens: 1, bytes: 2, packets: 3, pictures: 4,
                            unixMilliseconds: 1_767_322_985_250, wall: "2026-01-02T03:03:05.250Z")))
            }
        }
        events.append(
            .streamChange(StreamChange(at: later, codec: "hevc", size: PictureSize(width: 9, height: 8))))
        for kind in PictureState.Kind.allCases { events.append(.feedState(PictureState(at: at, kind: kind))) }
        for step in Relief.Step.allCases {
            events.append(.degraded(Relief(at: at, step: step)))
            events.append(.recovered(Relief(at: at, step: step)))
        }
        for reason in StreamEnd.Reason.allCases {
            events.append(
                .streamEnd(
                    StreamEnd(
                        at: at, reason: reason, pictures: 1, damagedPictures: 0, shots: 1, parts: 1,
                        boundaries: 0,
                        scenes: 1, gaps: 0, wall: "2026-01-02T03:04:05.250Z")))
        }
        #expect(Set(events.map(\.kind)) == Set(EventKind.allCases))
        var writer = EventWriter()
        let program = """
            import json, sys
            from jsonschema import Draft202012Validator
            schema = json.load(open(sys.argv[1]))
            Draft202012Validator.check_schema(schema)
            validator = Draft202012Validator(schema)
            for line in sys.stdin:
                if not validator.is_valid(json.loads(line)):
                    print(line, end="")
            """
        let result = try ExternalTool.run(
            ["python3", "-c", program, Self.schema], input: events.map { writer.line($0) }.joined())
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output == "")
    }

    /// One change to a good stream, and the fault it makes. `line` counts from 1.
    static let faults: [(line: Int, old: String, new: String, message: String)] = [
        (1, #""feed":"film""#, #""feed":"film","extra":1"#, "Unevaluated properties"),
        (1, #""k":8"#, #""k":8,"extra":1"#, "model: Additional properties"),
        (1, #""run":"01J"#, #""run":"oops"#, "run:"), (1, #"Z"}"#, #""}"#, "wall:"),
        (1, #""v":1"#, #""v":2"#, "v: 1 was expected"), (1, #""seq":1"#, #""seq":2"#, "seq is 2"),
        (1, #""type":"stream_start""#, #""type":"stream_begin""#, "unknown type"),
        (2, #""t":0.000000"#, #""t":0.000001"#, "start: t is 0.000001, not 0.000000"),
        (2, #""frame":0"#, #""frame":-1"#, "start.frame"),
        (2, #""frame":0"#, #""frame":0,"extra":0"#, "start:"),
        (2, #""time_base":"1/12288""#, #""time_base":"1/12289""#, "start: time_base is not that"),
        (2, #""id":"shot/0/1024""#, #""id":"shot/1/1024""#, "id is shot/1/1024"),
        (2, #""kind":"start""#, #""kind":"jump""#, "transition.kind"), (2, "}", "", "not JSON"),
        (2, #""parts":[{"index":0"#, #""parts":[{"index":1"#, "part 1 is number 0"),
        (2, #""index":0"#, #""index":1"#, "shot 1 is number 0"),
        (3, #""rev":0"#, #""rev":1"#, "the first answer has rev 1"),
        (3, #""state":"provisional""#, #""state":"final""#, "was final already"),
        (3, #""state":"provisional""#, #""state":"retracted""#, "never given"),
        (4, #""rev":1"#, #""rev":2"#, "rev 2 follows rev 0"), (4, #""score":0.5"#, #""score":1.5"#, "score:"),
        (5, #""end_reason":"boundary""#, #""end_reason":"end""#, "a scene has a score if"),
        (5, #""first_shot":0"#, #""first_shot":1"#, "first_shot comes after"),
        (15, #""scenes":3"#, #""scenes":4"#, "counts 4 scenes, the stream has 3"),
        (15, #""boundaries":2"#, #""boundaries":1"#, "counts 1 boundaries"),
        (15, #""reason":"end""#, #""reason":"bored""#, "reason:"),
    ]

    @Test func faultsAreFound() throws {
        let streams = try Self.faults.map { fault in
            var lines = SampleStream().lines
            let range = try #require(lines[fault.line - 1].firstRange(of: fault.old), "\(fault)")
            lines[fault.line - 1].replaceSubrange(range, with: fault.new)
            return lines
        }
        for (fault, report) in zip(Self.faults, try reports(streams)) {
            #expect(report.contains(fault.message), "\(fault.old) to \(fault.new) gives \(report)")
        }
    }

    /// Faults of the stream as a whole: lines are numbered anew after each change.
    static let disorders: [(name: String, message: String, change: @Sendable (inout [Event]) -> Void)] = [
        ("no end", "no stream_end", { $0.removeLast() }),
        ("no start", "shot before stream_start", { $0.removeFirst() }),
        ("two starts", "a second stream_start", { $0.insert($0[0], at: 1) }),
        ("after the end", "watermark after stream_end", { $0.append($0[5]) }),
        ("a scene is missing", "scene 1 is number 0", { $0.remove(at: 4) }),
        ("the last scene is missing", "scenes and gaps end at pts", { $0.remove(at: 11) }),
        ("a shot is missing", "shot 1 is number 0", { $0.remove(at: 1) }),
        ("a gap is missing", "scenes and gaps leave a hole of 5120 ticks", { $0.remove(at: 8) }),
        ("a scene comes twice", "stands on line 5 already", { $0.insert($0[4], at: 5) }),
        ("a boundary comes twice", "the boundary was final already", { $0.insert($0[3], at: 4) }),
        ("no final answer", "the scene ends by boundary where there is none", { $0.remove(at: 3) }),
        (
            "boundary behind the watermark", "the boundary lies before an earlier",
            { $0.insert($0.remove(at: 9), at: 2) }
        ),
        (
            "scene behind the watermark", "the scene ends before an earlier",
            { $0.insert($0.remove(at: 9), at: 4) }
        ),
        ("the watermark falls", "the watermark does not rise", { $0.swapAt(5, 9) }),
        ("a scene behind the end", "scene after stream_end", { $0.append($0.remove(at: 11)) }),
    ]

    @Test func disorderIsFound() throws {
        let streams = Self.disorders.map { disorder in
            var events = SampleStream.withGap.events
            disorder.change(&events)
            var writer = EventWriter()
            // A writer wants its clock first.
            _ = writer.line(.streamStart(SampleStream.withGap.start))
            return events.enumerated().map { number, event in
                writer.line(event).replacing("\"seq\":\(number + 2),", with: "\"seq\":\(number + 1),")
            }
        }
        for (disorder, report) in zip(Self.disorders, try reports(streams)) {
            #expect(report.contains(disorder.message), "\(disorder.name) gives \(report)")
        }
    }

    /// A cut is told as provisional, then once more.
    @Test func cutsAreAnsweredOnce() throws {
        let sample = SampleStream()
        func lines(_ states: CutNotice.State...) -> [String] {
            var writer = EventWriter()
            var events = sample.events
            let cut = sample.instant(300)
            events.insert(
                contentsOf: states.map { .cut(CutNotice(at: cut, state: $0, score: Score(0.75))) }, at: 1)
            return events.map { writer.line($0) }
        }
        let good = lines(.provisional, .final)
        let told = #""at":{"t":12.500000,"pts":154624,"time_base":"1/12288","frame":300"#
        #expect(good[1].hasPrefix(#"{"v":1,"type":"cut","seq":2,"id":"cut/0/154624","# + told))
        #expect(good[1].hasSuffix(#""state":"provisional","rev":0,"score":0.750000}"# + "\n"))
        let found = try reports([
            good, lines(.provisional, .retracted), lines(.provisional), lines(.final),
            lines(.provisional, .final, .retracted), lines(.provisional, .provisional),
            good.map { $0.replacing(#""rev":1,"score":0.75"#, with: #""rev":0,"score":0.75"#) },
        ])
        for (report, message) in zip(
            found,
            [
                "no faults", "no faults", "cut/0/154624 stays provisional", "the cut is final, it was None",
                "the cut is retracted, it was final", "the cut is provisional, it was provisional",
                "the cut has rev 0",
            ])
        {
            #expect(report.contains(message), "\(report)")
        }
    }

    @Test func aPartialStreamIsAllowedOnRequest() throws {
        let lines = SampleStream.withGap.lines
        let beginnings = (1..<lines.count).map { Array(lines.prefix($0)) }
        #expect(try reports(beginnings).allSatisfy { $0.contains("no stream_end") })
        #expect(try reports(beginnings, "--partial").allSatisfy { $0.hasSuffix("no faults") })
        #expect(try check([], "--partial").status == 1)
    }

    @Test func hostileLinesAreFaults() throws {
        let lines = ["[", "{\"a\":", "\u{0}"].map { [String(repeating: $0, count: 100_000) + "\n"] }
        #expect(try reports(lines).allSatisfy { $0.hasPrefix("line 1: not JSON") })
    }

    /// Volatile fields go, in whatever place they stand; no other byte changes.
    @Test func stripKeepsTheRest() throws {
        var sample = SampleStream.withGap
        sample.feed = "a \"quoted\", {feed}: \"run\":\"x\" é\\"
        let lines = sample.lines
        let result = try check(lines, "--strip")
        var expected = lines
        let last = lines.count - 1
        for field in [
            #""input":"film.mp4","#, #""run":"01J00000000000000000000000","#, #""model_file":"a.model","#,
            #","wall":"2026-01-02T03:04:05Z""#,
        ] {
            let range = try #require(expected[0].firstRange(of: field))
            expected[0].removeSubrange(range)
        }
        expected[last].removeSubrange(
            try #require(expected[last].firstRange(of: #","wall":"2026-01-02T03:05:05Z""#)))
        #expect(result.output == expected.joined())
        #expect(result.status == 0)
        #expect(
            try check([#"{ "wall" : 1 , "type":"stream_end","#, #""x":[ 1.50 ] }"#], "--strip").output
                == #"{"type":"stream_end","x":[ 1.50 ]}"#)
        #expect(try check(["nonsense\n"], "--strip").status == 1)
    }
}
