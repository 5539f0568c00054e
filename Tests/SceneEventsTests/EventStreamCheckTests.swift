import SceneEvents
import TestSupport
import Testing
import Timeline

/// `EventStreamCheck` on streams that are sound, and on each kind of fault.
@Suite struct EventStreamCheckTests {
    private func report(
        _ lines: [String], partial: Bool = false, kinds: Set<EventKind> = Set(EventKind.allCases)
    ) -> [String] {
        var check = EventStreamCheck(isPartial: partial, kinds: kinds)
        var faults: [EventStreamCheck.Fault] = []
        for line in lines {
            faults += check.push(line: Array(line.utf8.prefix { $0 != UInt8(ascii: "\n") })[...])
        }
        faults += check.finish()
        return faults.map(\.description)
    }

    private static let samples: [SampleStream] = [
        SampleStream(), .dropFrame, .variableRate, .withGap, .oneScene, .noScenes,
    ]

    @Test(arguments: samples.indices)
    func soundStreamsPass(sample: Int) {
        #expect(report(Self.samples[sample].lines) == [])
    }

    /// What a run wrote with `--events`: rules that need other types are left out, and no others.
    @Test(
        arguments: samples.indices,
        [
            [.streamStart, .scene, .streamEnd], [.streamStart, .boundary, .scene, .watermark],
            [.streamStart, .shot, .gap, .streamEnd], [.streamStart, .boundary, .streamEnd], [.streamStart],
        ] as [Set<EventKind>])
    func selectionsPass(sample: Int, kinds: Set<EventKind>) {
        func lines(of events: some Sequence<Event>) -> [String] {
            var writer = EventWriter()
            return events.compactMap { event in
                guard kinds.contains(event.kind) else {
                    writer.skip(event)
                    return nil
                }
                return writer.line(event)
            }
        }
        let events = Self.samples[sample].events
        let written = lines(of: events)
        #expect(report(written, kinds: kinds) == [])
        // Taken for a whole stream, it lacks what its end counts, or the end.
        if written.count < events.count { #expect(report(written) != []) }
        // One scene less is seen all the same.
        let scenes = events.indices.filter { events[$0].kind == .scene }
        guard kinds.isSuperset(of: [.scene, .streamEnd]), let last = scenes.last else { return }
        let fewer = events.enumerated().filter { $0.offset != last }.map(\.element)
        #expect(report(lines(of: fewer), kinds: kinds).contains { $0.contains("scenes, the stream has") })
    }

    @Test func otherTypesThanThoseSelectedAreFaults() {
        let report = report(SampleStream().lines, kinds: [.streamStart, .scene, .streamEnd])
        #expect(report.first == "line 2: shot is not among the types that were to be written")
    }

    /// One change to a good stream, and the fault it makes. `line` counts from 1.
    private static let faults: [(line: Int, old: String, new: String, message: String)] = [
        (1, #""feed":"film""#, #""feed":"film","extra":1"#, "line 1: column 117: 'extra\":1,"),
        (1, #""v":1"#, #""v":2"#, "it has version 2"), (1, #""seq":1"#, #""seq":2"#, "seq is 2"),
        (1, #""type":"stream_start""#, #""type":"stream_begin""#, "of a later version"),
        (2, #""t":0.000000"#, #""t":0.000001"#, "should be '0,"),
        (2, #""t":0.000000"#, #""t":0.0"#, "column"),
        (2, #""seq""#, #" "seq""#, "does not begin with v, type, seq and id"),
        (2, #""frame":0"#, #""frame":-1"#, "start.frame"),
        (2, #""time_base":"1/12288""#, #""time_base":"1/12289""#, "start.time_base is not that"),
        (2, #""id":"shot/0/1024""#, #""id":"shot/1/1024""#, "id is shot/1/1024, not shot/0/1024"),
        (2, "}", "", "not valid JSON"),
        (2, #""parts":[{"index":0"#, #""parts":[{"index":1"#, "part 1 is number 0"),
        (2, #""index":0"#, #""index":1"#, "shot 1 is number 0"),
        (3, #""rev":0"#, #""rev":1"#, "the first answer has rev 1"),
        (3, #""state":"provisional""#, #""state":"final""#, "was final already"),
        (3, #""state":"provisional""#, #""state":"retracted""#, "never given"),
        (4, #""rev":1"#, #""rev":2"#, "rev 2 follows rev 0"), (4, #""score":0.5"#, #""score":1.5"#, "score"),
        (5, #""end_reason":"boundary""#, #""end_reason":"end""#, "a scene has a score if"),
        (5, #""first_shot":0"#, #""first_shot":1"#, "a first_shot and a last_shot that are not a range"),
        (15, #""scenes":3"#, #""scenes":4"#, "counts 4 scenes, the stream has 3"),
        (15, #""boundaries":2"#, #""boundaries":1"#, "counts 1 boundaries"),
        (15, #""reason":"end""#, #""reason":"bored""#, "of a later version"),
    ]

    @Test(arguments: faults.indices)
    func faultsAreFound(number: Int) throws {
        let fault = Self.faults[number]
        var lines = SampleStream().lines
        let range = try #require(lines[fault.line - 1].firstRange(of: fault.old), "\(fault)")
        lines[fault.line - 1].replaceSubrange(range, with: fault.new)
        let report = report(lines)
        #expect(report.contains { $0.contains(fault.message) }, "\(fault.old) to \(fault.new): \(report)")
    }

    /// Faults of the stream as a whole: lines are numbered anew after each change.
    private static let disorders:
        [(name: String, message: String, change: @Sendable (inout [Event]) -> Void)] = [
            ("no end", "there is no stream_end", { $0.removeLast() }),
            ("no start", "before any stream_start", { $0.removeFirst() }),
            ("two starts", "a second stream_start", { $0.insert($0[0], at: 1) }),
            ("after the end", "watermark after stream_end", { $0.append($0[5]) }),
            ("a scene is missing", "scene 1 is number 0", { $0.remove(at: 4) }),
            ("the last scene is missing", "scenes and gaps end at pts", { $0.remove(at: 11) }),
            ("a shot is missing", "shot 1 is number 0", { $0.remove(at: 1) }),
            ("a gap is missing", "scenes and gaps leave a hole of 5120 ticks", { $0.remove(at: 8) }),
            ("a scene comes twice", "is on line 5 already", { $0.insert($0[4], at: 5) }),
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

    @Test(arguments: disorders.indices)
    func disorderIsFound(number: Int) {
        let disorder = Self.disorders[number]
        var events = SampleStream.withGap.events
        disorder.change(&events)
        var writer = EventWriter()
        // A writer wants its clock first.
        _ = writer.line(.streamStart(SampleStream.withGap.start))
        let lines = events.enumerated().map { number, event in
            writer.line(event).replacing("\"seq\":\(number + 2),", with: "\"seq\":\(number + 1),")
        }
        let report = report(lines)
        #expect(report.contains { $0.contains(disorder.message) }, "\(disorder.name): \(report)")
    }

    /// A cut is told as provisional, then once more.
    @Test(arguments: [
        ([CutNotice.State.provisional, .final], nil), ([.provisional, .retracted], nil),
        ([.provisional], "the cut at pts 154624 stays provisional"),
        ([.final], "the cut is final, and was not told as provisional"),
        ([.provisional, .final, .retracted], "the cut is retracted, it was final"),
        ([.provisional, .provisional], "the cut is provisional, it was provisional"),
    ])
    func cutsAreAnsweredOnce(states: [CutNotice.State], message: String?) {
        let sample = SampleStream()
        var writer = EventWriter()
        var events = sample.events
        let cut = sample.instant(300)
        events.insert(
            contentsOf: states.map { .cut(CutNotice(at: cut, state: $0, score: Score(0.75))) }, at: 1)
        let report = report(events.map { writer.line($0) })
        #expect(message.map { text in report.contains { $0.contains(text) } } ?? report.isEmpty, "\(report)")
    }

    /// A place keeps its timeline where the next one begins between an answer and its decision.
    @Test func anAnswerKeepsItsTimeline() throws {
        let events = SampleStream.withGap.events
        guard case .gap(var gap) = events[8] else {
            Issue.record("\(events[8])")
            return
        }
        gap.timeline = 1
        var told: [Event] = [0, 1, 2, 6].map { events[$0] }
        told.append(.gap(gap))
        told += [3, 4, 5, 7].map { events[$0] }
        told += events.dropFirst(9)
        var writer = EventWriter()
        var lines = told.map { writer.line($0) }
        #expect(report(lines) == [])
        let kinds = ["shot/0", "boundary/0", "shot/0", "gap/0", "boundary/0", "scene/0", "watermark/0"]
        for (line, kind) in zip(lines.dropFirst(), kinds) { #expect(line.contains("\"id\":\"\(kind)/")) }
        #expect(lines[10].contains("\"id\":\"shot/1/"))
        lines[5] = lines[5].replacing("boundary/0/", with: "boundary/1/")
        #expect(report(lines).first?.contains("id is boundary/1/") == true)
    }

    /// What a live feed tells besides.
    @Test func picturesAndReliefChange() {
        let sample = SampleStream()
        let at = sample.instant(10)
        func report(_ told: Event...) -> [String] {
            var writer = EventWriter()
            var events = sample.events
            events.insert(contentsOf: told, at: 1)
            return self.report(events.map { writer.line($0) })
        }
        func relief(_ at: Instant, _ steps: Relief.Step...) -> Relief {
            Relief(at: at, leftOut: Relief.LeftOut(steps))
        }
        let later = sample.instant(11)
        #expect(
            report(.degraded(relief(at, .loopFilter)), .recovered(relief(later))) == [])
        // Another connection may lack a step that the one before had.
        #expect(
            report(
                .degraded(relief(at, .loopFilter, .pictures)), .degraded(relief(later, .loopFilter, .groups)))
                == [])
        for (told, words) in [
            (Event.recovered(relief(at, .loopFilter)), "goes from [] to [loop_filter]"),
            (.degraded(relief(at)), "goes from [] to []"),
        ] {
            #expect(report(told).first?.contains(words) == true)
        }
        let hevc = StreamChange(at: at, codec: "hevc", size: PictureSize(width: 640, height: 360))
        #expect(report(.streamChange(hevc)) == [])
        var same = hevc
        same.codec = "h264"
        #expect(report(.streamChange(same)) == ["line 2: nothing changed"])
        func novelty(_ at: Instant, _ state: Novelty.State) -> Event {
            .novelty(Novelty(at: at, state: state, level: Nats(6), limit: Nats(5)))
        }
        #expect(report(novelty(at, .new), novelty(later, .usual)) == [])
        #expect(report(novelty(at, .new), novelty(later, .new)).first?.contains("new already") == true)
        let black = PictureState.Kind.allCases.first { $0 != .normal } ?? .normal
        #expect(report(.feedState(PictureState(at: at, kind: black))) == [])
        #expect(report(.feedState(PictureState(at: at, kind: .normal))).first?.contains("already") == true)
    }

    /// Messages of the stream are told where they stood, and stand behind what was final.
    @Test func cuesStandInOrder() {
        let sample = SampleStream()
        func cue(_ received: Int64, at: Int64, ordinal: Int = 0) -> Event {
            .cue(
                Cue(
                    at: sample.instant(at), received: sample.instant(received), ordinal: ordinal,
                    message: CueMessage(kind: .timeSignal)))
        }
        func report(_ told: Event..., behind count: Int) -> [String] {
            var writer = EventWriter()
            var events = sample.events
            events.insert(contentsOf: told, at: count)
            return self.report(events.map { writer.line($0) })
        }
        // What they name may lie anywhere.
        #expect(
            report(cue(10, at: 9000), cue(10, at: 2, ordinal: 1), cue(10, at: 2, ordinal: 2), behind: 1) == []
        )
        #expect(report(cue(10, at: 1), cue(10, at: 2), behind: 1).first?.contains("is on line 2") == true)
        #expect(
            report(cue(10, at: 1), cue(9, at: 2), behind: 1) == [
                "line 3: the cue was received before an earlier one"
            ])
        let mark = sample.events.firstIndex { if case .watermark = $0 { true } else { false } } ?? 0
        #expect(report(cue(300, at: 1), behind: mark + 1) == [])
        #expect(
            report(cue(299, at: 400), behind: mark + 1)
                == ["line \(mark + 2): the cue was received before an earlier watermark"])
    }

    /// Blocks lie one behind the other, from the first picture to the last, and each says what follows.
    @Test func blocksTile() {
        let sample = SampleStream()
        let end =
            sample.events.compactMap { (event: Event) -> Int64? in
                if case .streamEnd(let end) = event { end.at.pts } else { nil }
            }.first ?? 0
        let start = sample.start.media.clock.startPTS
        func block(
            _ from: Int64, _ to: Int64, _ kind: Block.Kind, _ next: Block.Kind?, isNumbered: Bool = true,
            probability: Score? = Score(0.9)
        ) -> Event {
            func instant(_ pts: Int64) -> Instant {
                Instant(pts: pts, frame: isNumbered ? (pts - start) / sample.frameTicks : nil)
            }
            return .block(
                Block(
                    start: instant(from), end: instant(to), kind: kind, probability: probability, next: next))
        }
        func report(_ told: Event...) -> [String] {
            var writer = EventWriter()
            var events = sample.events
            events.insert(contentsOf: told, at: events.count - 1)
            return self.report(events.map { writer.line($0) })
        }
        let middle = start + (end - start) / 2
        #expect(report(block(start, middle, .program, .adverts), block(middle, end, .adverts, nil)) == [])
        #expect(
            report(block(start, middle, .program, .ident), block(middle, end, .adverts, nil)).first?
                .contains("announced was ident") == true)
        #expect(
            report(block(start, middle, .program, .ident), block(middle + 1, end, .ident, nil)).first?
                .contains("does not follow the one before") == true)
        #expect(
            report(block(start, middle, .program, nil), block(middle + 1, end, .ident, nil)).first?
                .contains("or the gap behind it") == true)
        #expect(report(block(start + 1, end, .program, nil)).first?.contains("begin with the stream") == true)
        // A gap may begin the stream; what follows begins behind it, and nowhere else.
        let first = Event.gap(Gap(start: Instant(pts: start), end: Instant(pts: middle), reason: .disconnect))
        for (place, isRight) in [(middle, true), (middle + 1, false)] {
            let faults = report(first, block(place, end, .program, nil))
            #expect(faults.contains { $0.contains("begin with the stream") } != isRight, "\(faults)")
        }
        for (seconds, isLong) in [(120, false), (121, true)] {
            let length = sample.start.media.clock.timeBase.ticks(seconds: Double(seconds))
            let gap = Event.gap(
                Gap(start: Instant(pts: end), end: Instant(pts: end + length), reason: .stall))
            let faults = report(gap, block(start, end + length, .program, nil))
            #expect(faults.contains { $0.contains("over a gap of more than 120 s") } == isLong)
            let behind = report(
                block(start, end, .program, nil), gap, block(end + length, end + length + 9, .program, nil))
            #expect(!behind.contains { $0.contains("block") && !$0.contains("the stream at") }, "\(behind)")
        }
        #expect(
            report(block(start, middle, .program, .adverts)) == [
                "blocks end at pts \(middle), the stream at \(end)",
                "no block of kind adverts follows the last one",
            ])
        // Between pictures that are counted lies no edge, but of a block that scened was restarted in.
        for (probability, count) in [(Score(0.9), 1), (nil, 0)] as [(Score?, Int)] {
            let faults = report(
                block(start, end, .program, nil, isNumbered: false, probability: probability))
            #expect(faults.count == count, "\(faults)")
            #expect(faults.allSatisfy { $0 == "a block begins or ends at pts \(start), where no picture is" })
        }
    }

    /// Scores have a probability where a calibration stands in the options, and nowhere else.
    @Test(arguments: [(true, true, true), (true, false, false), (false, true, false), (false, false, true)])
    func probabilitiesGoWithACalibration(isNamed: Bool, isThere: Bool, isSound: Bool) {
        var events = SampleStream().events
        for (index, event) in events.enumerated() {
            switch event {
            case .streamStart(var start):
                if isNamed { start.options.append(("calibration", "\"ab\"")) }
                events[index] = .streamStart(start)
            case .boundary(var boundary):
                boundary.probability = isThere ? Score(0.5) : nil
                events[index] = .boundary(boundary)
            case .score(var score):
                score.probability = isThere ? Score(0.5) : nil
                events[index] = .score(score)
            default: break
            }
        }
        #expect(report(events).contains { $0.contains("probability") } != isSound)
    }

    /// A clock that went back: how long it was away is unknown, and pictures have no numbers from there on.
    @Test func gapsMayHaveNoLength() {
        var events = SampleStream.withGap.events
        for (index, event) in events.enumerated() {
            guard case .gap(let gap) = event else { continue }
            events[index] = .gap(Gap(start: gap.start, end: Instant(pts: gap.start.pts), reason: gap.reason))
        }
        #expect(report(events).allSatisfy { !$0.contains("the gap ends before") })
        #expect(report(events).contains { $0.contains("a hole of 5120 ticks") })
    }

    private func report(_ events: [Event]) -> [String] {
        var writer = EventWriter()
        return report(events.map { writer.line($0) })
    }

    @Test func aPartialStreamIsAllowedOnRequest() {
        let lines = SampleStream.withGap.lines
        for count in 1..<lines.count {
            let beginning = Array(lines.prefix(count))
            #expect(report(beginning).contains { $0.contains("there is no stream_end") })
            #expect(report(beginning, partial: true) == [])
        }
        #expect(report([], partial: true) == ["the stream is empty"])
    }

    @Test(arguments: ["[", "{\"a\":", "\u{0}"])
    func hostileLinesAreFaults(piece: String) {
        let report = report([String(repeating: piece, count: 100_000)])
        #expect(report.first?.hasPrefix("line 1: it is not valid JSON") == true, "\(report)")
    }
}
