import TestSupport
import Foundation
import SceneEvents
import Testing
import Timeline

/// `schema/events.schema.json` against what `EventWriter` writes.
@Suite(.enabled(if: ExternalTool.hasJSONSchema, "python3 with the module jsonschema is not installed"))
struct EventSchemaTests {
    static let schema = Fixtures.root.appending(path: "schema/events.schema.json").path

    /// Every event kind, every word of the grammar and every null, each line alone against the whole schema:
    /// the schema must know all that the writer can write.
    @Test func theSchemaKnowsEveryWord() throws {
        let sample = SampleStream()
        var start = sample.start
        start.delayBound = nil
        start.model.file = nil
        start.model.digest = String(repeating: "0123456789abcdef", count: 4)
        var asked = sample.start
        asked.blockDelayBound = .init(microseconds: nil)
        var bound = sample.start
        bound.blockDelayBound = .init(microseconds: 108_360_000)
        let at = sample.instant(7)
        let later = sample.instant(9)
        let bare = Instant(pts: 99)
        var events: [Event] = [
            .streamStart(sample.start), .streamStart(start), .streamStart(asked), .streamStart(bound),
            .watermark(at), .watermark(bare),
        ]
        let kinds: [TransitionKind] = [
            .start, .cut, .fadeBlack, .fadeWhite, .dissolve, .wipe, .push, .gradual,
        ]
        for kind in kinds {
            let transition = Transition(
                kind: kind, mixed: kind == .cut ? nil : at...later, score: Score(0.25))
            let part = PartSummary(index: 0, start: at, end: later, keyFrames: [at, at])
            var heard = part
            heard.sound = Self.sound(isKnown: kind == .cut)
            events.append(
                .shot(Shot(index: 0, start: at, end: later, transition: transition, parts: [part, heard])))
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
        let pair = ScoreReasons.Pair(leftPart: 0, rightPart: 3, distance: 0.25)
        let evidence = ScoreReasons.Evidence.Kind.allCases.map { ScoreReasons.Evidence($0, -1.5) }
        for reasons in [
            ScoreReasons(evidence: evidence, alike: pair), ScoreReasons(evidence: [], alike: nil),
        ] {
            var score = PartScore(partIndex: 1, shotIndex: 0, at: later, kind: .cut, score: Score(0.25))
            score.reasons = reasons
            events.append(.score(score))
        }
        for reason in SceneEnd.allCases {
            events.append(
                .scene(
                    Scene(
                        index: 0, start: at, end: later, endReason: reason,
                        score: reason == .end ? nil : Score(0.5),
                        firstShot: 0, lastShot: 0)))
        }
        var scene = Scene(
            index: 0, start: at, end: later, endReason: .end, score: nil, firstShot: 0, lastShot: 0)
        for kind in [nil] + Block.Kind.allCases {
            scene.block = SceneBlock(kind)
            events.append(.scene(scene))
            events.append(
                .block(
                    Block(
                        start: at, end: later, kind: kind ?? .program,
                        probability: kind == nil ? nil : Score(0.75), next: kind, delay: 91_000)))
        }
        for start in [nil, [2, 3, 2, 0, -0.5, 7]] as [[Double]?] {
            var block = Block(start: at, end: later, kind: .adverts, probability: Score(0.9))
            block.reasons = BlockReasons(
                against: .program, kind: [12.5, 1, 0, -0.25, 1e9, 0.1], start: start)
            events.append(.block(block))
        }
        let sighting = SceneRecognition.Sighting(
            score: Score(0.99), recording: "monday", scene: 3, start: 12_000_000, end: 20_000_000,
            aired: "2026-01-02T20:15:12Z")
        var own = sighting
        (own.recording, own.aired) = (nil, nil)
        for seen in [.unknown, .new, .seen(.init(count: 2, best: sighting, last: own))]
            as [SceneRecognition]
        {
            scene.seen = seen
            scene.vector = seen == .unknown ? nil : [0x3c00, 0]
            scene.tags = seen == .unknown ? [] : [SceneTag(label: "snow", probability: Score(0.75))]
            scene.sentenceTags =
                seen == .unknown ? [] : [SentenceTag(name: "snow", share: Score(0.75), cosine: -0.25)]
            events.append(.scene(scene))
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
        for state in Novelty.State.allCases {
            events.append(
                .novelty(Novelty(at: at, state: state, level: Nats(6.4), limit: Nats(0))))
        }
        for kind in PictureState.Kind.allCases { events.append(.feedState(PictureState(at: at, kind: kind))) }
        for kind in CueMessage.Kind.allCases {
            for direction in [nil] + CueMessage.Direction.allCases {
                var message = CueMessage(kind: kind, eventID: direction == nil ? nil : 7)
                message.direction = direction
                events.append(.cue(Cue(at: later, received: at, ordinal: 0, message: message)))
                message.duration = 90_000
                message.returnsItself = true
                message.segmentation = CueSegmentation(
                    type: 0x30, name: direction?.rawValue, number: 1, expected: 2,
                    upids: [
                        CueIdentifier(type: 3, text: "A", hexadecimal: "41"),
                        CueIdentifier(type: 8, text: nil, hexadecimal: ""),
                    ])
                message.title = "One"
                events.append(.cue(Cue(at: later, received: at, ordinal: 2, message: message)))
            }
        }
        for step in Relief.Step.allCases {
            events.append(.degraded(Relief(at: at, leftOut: Relief.LeftOut([step]))))
            events.append(.recovered(Relief(at: at, leftOut: Relief.LeftOut([step]))))
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
        #expect(try Self.strangers(among: events.map { writer.line($0) }) == [])
    }

    private static func sound(isKnown: Bool) -> SoundSummary {
        let number = SoundSummary.Decimal(hundredths: 50)
        return SoundSummary(
            coverage: number, level: .init(hundredths: -2005), loudness: .init(hundredths: -7),
            silence: .init(hundredths: 0), modulation: isKnown ? number : nil,
            steadiness: isKnown ? number : nil, bands: [.init(hundredths: -8000), number],
            entry: isKnown
                ? .init(change: number, levelChange: .init(hundredths: -1), dip: number, isSilent: true)
                : nil)
    }

    /// What the schema does not allow, each a change to a good line.
    static let refused: [(line: Int, old: String, new: String)] = [
        (1, #""feed":"film""#, #""feed":"film","extra":1"#), (1, #""k":8"#, #""k":8,"extra":1"#),
        (1, #""run":"01J"#, #""run":"oops"#), (1, #"Z"}"#, #""}"#), (1, #""v":1"#, #""v":2"#),
        (1, #""type":"stream_start""#, #""type":"stream_begin""#), (2, #""frame":0"#, #""frame":-1"#),
        (2, #""kind":"start""#, #""kind":"jump""#), (4, #""score":0.5"#, #""score":1.5"#),
        (15, #""reason":"end""#, #""reason":"bored""#),
    ]

    @Test func theSchemaRefuses() throws {
        let lines = try Self.refused.map { change in
            var line = SampleStream().lines[change.line - 1]
            line.replaceSubrange(try #require(line.firstRange(of: change.old), "\(change)"), with: change.new)
            return line
        }
        #expect(try Self.strangers(among: lines) == lines)
    }

    /// The lines that the schema does not allow.
    private static func strangers(among lines: [String]) throws -> [String] {
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
        let result = try ExternalTool.run(["python3", "-c", program, schema], input: lines.joined())
        #expect(result.status == 0, "\(result.errors)")
        return result.output.split(separator: "\n").map { $0 + "\n" }
    }
}
