import SceneCorrections
import SceneEvents
import TestSupport
import Testing
import Timeline

/// What becomes of a run when a person says which boundaries are right.
@Suite struct EventCorrectorTests {
    private typealias Rig = CorrectionRig

    /// Scenes of 300, 1501, 200 and 100 frames; what each correction makes of them.

    @Test func scenesAfterCorrections() throws {
        let sample = Rig.sample
        let table: [([Correction], [ClosedRange<Int64>])] = [
            ([], [0...300, 300...1801, 1801...2001, 2001...2101]),
            ([.confirm(Rig.id(sample, 300))], [0...300, 300...1801, 1801...2001, 2001...2101]),
            ([.remove(Rig.id(sample, 300))], [0...1801, 1801...2001, 2001...2101]),
            (
                [.remove(Rig.id(sample, 300)), .remove(Rig.id(sample, 1801)), .remove(Rig.id(sample, 2001))],
                [0...2101]
            ),
            ([.add(Rig.place(sample, 150))], [0...150, 150...300, 300...1801, 1801...2001, 2001...2101]),
            (
                [.move(Rig.id(sample, 300), to: Rig.place(sample, 310))],
                [0...310, 310...1801, 1801...2001, 2001...2101]
            ),
            (
                [.move(Rig.id(sample, 1801), to: Rig.place(sample, 299)), .remove(Rig.id(sample, 300))],
                [0...299, 299...2001, 2001...2101]
            ),
            // Put where another one was taken away.
            (
                [.remove(Rig.id(sample, 300)), .move(Rig.id(sample, 1801), to: Rig.place(sample, 300))],
                [0...300, 300...2001, 2001...2101]
            ),
        ]
        for (entries, expected) in table {
            #expect(Rig.scenes(sample, try Rig.correct(sample, entries)) == expected, "\(entries)")
        }
    }

    @Test func reviewsAreTold() throws {
        let sample = Rig.sample
        let events = try Rig.correct(
            sample,
            [
                .confirm(Rig.id(sample, 300)), .remove(Rig.id(sample, 1801)),
                .move(Rig.id(sample, 2001), to: Rig.place(sample, 2010)), .add(Rig.place(sample, 100)),
            ])
        var told: [Int64: [String]] = [:]
        for case .boundary(let boundary) in events {
            let frame = (boundary.at.pts - sample.startPTS) / sample.frameTicks
            let review = boundary.review?.rawValue ?? "-"
            told[frame, default: []].append("\(boundary.state.rawValue) \(boundary.revision) \(review)")
        }
        #expect(
            told == [
                100: ["final 0 added"], 300: ["final 0 confirmed"],
                1801: ["provisional 0 -", "retracted 1 removed"],
                2001: ["provisional 0 -", "retracted 1 removed"], 2010: ["final 0 moved"],
            ])
        guard case .streamStart(let start)? = events.first else { return #expect(Bool(false)) }
        #expect(start.run == Rig.newRun && start.corrects == Rig.run)
    }

    /// What was found out of a scene as a whole holds while it begins and ends where it did.
    @Test func scenesKeepWhatIsKnownOfThem() throws {
        let sample = Rig.sample
        let sighting = SceneRecognition.Sighting(
            score: Score(0.99), recording: "monday", scene: 3, start: 0, end: 1, aired: nil)
        let seen = SceneRecognition.seen(.init(count: 1, best: sighting, last: sighting))
        let tags = [SceneTag(label: "news", probability: Score(0.5))]
        let sentences = [SentenceTag(name: "news", share: Score(0.5), cosine: 0.25)]
        for isAsked in [true, false] {
            let events = sample.events.map { event in
                guard case .scene(var scene) = event else { return event }
                scene.seen = isAsked ? seen : nil
                scene.tags = isAsked ? tags : nil
                scene.sentenceTags = isAsked ? sentences : nil
                scene.vector = [UInt16(scene.index)]
                return .scene(scene)
            }
            let corrected = try Rig.correct(sample, [.remove(Rig.id(sample, 1801))], events: events)
            let scenes = corrected.compactMap { if case .scene(let scene) = $0 { scene } else { nil } }
            #expect(scenes.map(\.vector) == [[0], nil, [3]])
            #expect(scenes.map(\.seen) == (isAsked ? [seen, .unknown, seen] : [nil, nil, nil]))
            #expect(scenes.map(\.tags) == (isAsked ? [tags, [], tags] : [nil, nil, nil]))
            #expect(scenes.map(\.sentenceTags) == (isAsked ? [sentences, [], sentences] : [nil, nil, nil]))
        }
    }

    /// Inside a shot, where a shot begins, with and without a score of the run.
    @Test func addedBoundariesSayWhereTheyLie() throws {
        let sample = Rig.sample
        var events = sample.events.filter { event in
            // The run found no boundary at frame 300.
            if case .boundary(let boundary) = event { boundary.at != sample.instant(300) } else { true }
        }
        // So its scenes are one.
        events = events.compactMap { event in
            guard case .scene(var scene) = event else { return event }
            if scene.index == 0 { return nil }
            scene.index -= 1
            if scene.index == 0 { (scene.start, scene.firstShot) = (sample.instant(0), 0) }
            return .scene(scene)
        }
        guard case .streamEnd(var end)? = events.last else { return #expect(Bool(false)) }
        (end.boundaries, end.scenes) = (2, 3)
        events[events.count - 1] = .streamEnd(end)
        let score = PartScore(
            partIndex: 0, shotIndex: 0, at: sample.instant(300), kind: .cut, score: Score(0.25))
        events.insert(.score(score), at: 2)
        let corrected = try Rig.correct(
            sample, [.add(Rig.place(sample, 300)), .add(Rig.place(sample, 301))], events: events)
        let added = corrected.compactMap { event in
            if case .boundary(let boundary) = event, boundary.review == .added { boundary } else { nil }
        }
        #expect(added.map(\.kind) == [.cut, .intraShot])
        #expect(added.map(\.score) == [Score(0.25), Score(1)])
        #expect(added.map(\.isComplete) == [true, false])
        #expect(added.map(\.at.frame) == [300, 301])
        #expect(added.map { [$0.leftShot, $0.rightShot] } == [[0, 1], [1, 1]])
        #expect(added.map(\.transition) == [Transition(kind: .cut, score: Score(0.9)), nil])
    }

    @Test func gapsStay() throws {
        let sample = SampleStream(lengths: [300, 500, 200], gaps: [0, 10])
        #expect(
            Rig.scenes(sample, try Rig.correct(sample, [.remove(Rig.id(sample, 300))])) == [
                0...800, 810...1010,
            ])
        for frame: Int64 in [0, 800, 805, 810, 1010, 2000] {
            #expect(throws: CorrectionError.self) {
                try Rig.correct(sample, [.add(Rig.place(sample, frame))])
            }
        }
    }

    /// Behind a clock that stepped back there is a gap without a length, from the second one on between
    /// pictures that have no number: it ends its scene all the same.
    @Test func gapsWithoutLengthStay() throws {
        var sample = SampleStream(lengths: [300, 500, 200], timecode: nil)
        sample.hasFrameNumbers = false
        let events = sample.events.flatMap { event -> [Event] in
            switch event {
            case .boundary: return []
            case .shot(var shot):
                shot.transition = .start
                return [.shot(shot)]
            case .scene(var scene) where scene.endReason == .boundary:
                (scene.endReason, scene.score) = (.gap, nil)
                return [
                    .scene(scene), .gap(Gap(start: scene.end, end: scene.end, reason: .discontinuity)),
                ]
            case .streamEnd(var end):
                (end.boundaries, end.gaps) = (0, 2)
                return [.streamEnd(end)]
            default: return [event]
            }
        }
        let table: [([Correction], [ClosedRange<Int64>])] = [
            ([], [0...300, 300...800, 800...1000]),
            ([.add(Rig.place(sample, 400))], [0...300, 300...400, 400...800, 800...1000]),
        ]
        for (entries, expected) in table {
            #expect(Rig.scenes(sample, try Rig.correct(sample, entries, events: events)) == expected)
        }
        // Nor does a list join them.
        let list = try Corrections(
            matching: [0, 12.5, 33.333333], countsFromStart: false, events: events, tolerance: 0.5)
        #expect(list.entries.isEmpty)
        #expect(throws: CorrectionError.self) {
            try Rig.correct(sample, [.add(Rig.place(sample, 300))], events: events)
        }
    }

    /// A run that goes on ends with a boundary: taken away, its scene is open again.
    @Test func unfinishedRuns() throws {
        var sample = Rig.sample
        sample.endReason = nil
        let events = sample.events.filter { event in
            switch event {
            case .scene(let scene): scene.index < 3
            case .watermark(let instant): instant < sample.instant(2001)
            default: true
            }
        }
        #expect(
            Rig.scenes(sample, try Rig.correct(sample, [], events: events)) == [
                0...300, 300...1801, 1801...2001,
            ])
        #expect(
            Rig.scenes(sample, try Rig.correct(sample, [.remove(Rig.id(sample, 2001))], events: events))
                == [0...300, 300...1801])
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let sample = Rig.sample
        let at300 = Rig.id(sample, 300)
        var otherBase = Rig.place(sample, 100)
        otherBase.timeBase = "1/7"
        let table: [([Correction], CorrectionError)] = [
            ([.confirm("boundary/0/7")], .unknown("boundary/0/7")),
            ([.confirm(at300), .remove(at300)], .twice(at300)),
            ([.add(Rig.place(sample, 300))], .twice("the boundary at 12.5 s")),
            ([.add(Rig.place(sample, 24)), .add(Rig.place(sample, 24))], .twice("the boundary at 1.0 s")),
            ([.move(at300, to: Rig.place(sample, 2101))], .outside("the boundary at 87.541667 s")),
            ([.add(otherBase)], .outside("the boundary at 4.166667 s")),
        ]
        for (entries, expected) in table {
            #expect(throws: expected, "\(entries)") { try Rig.correct(sample, entries) }
        }
        let others = EventCorrector(Corrections(run: "01J", entries: []))
        #expect(throws: CorrectionError.otherRun(corrected: "01J", found: Rig.run)) {
            try others.correct(sample.events, run: Rig.newRun)
        }
        let own = EventCorrector(Corrections(run: Rig.run, entries: []))
        #expect(throws: CorrectionError.noStart) { try own.correct([], run: Rig.newRun) }
        #expect(throws: CorrectionError.missing("shots")) {
            try own.correct([sample.events[0]], run: Rig.newRun)
        }
        #expect(throws: CorrectionError.missing("scenes")) {
            try own.correct(Array(sample.events.prefix(2)), run: Rig.newRun)
        }
    }

    /// Any set of corrections gives a sound stream whose boundaries are those that were asked for; correcting
    /// what was corrected with nothing changes nothing.
    @Test(arguments: 0..<40) func anyCorrections(seed: UInt64) throws {
        var random = Generator(state: seed)
        let lengths = (0..<Int.random(in: 1...12, using: &random)).map { _ in
            Int64.random(in: 3...60, using: &random)
        }
        let gaps = lengths.map { _ in Int64.random(in: 0...3, using: &random) / 3 * 7 }
        let sample = SampleStream(lengths: lengths, gaps: gaps)
        var (frame, expected, entries) = (Int64(0), Set<Int64>(), [Correction]())
        for (index, length) in lengths.enumerated() {
            let inside = frame + Int64.random(in: 1..<length, using: &random)
            if Bool.random(using: &random) {
                entries.append(.add(Rig.place(sample, inside)))
                expected.insert(inside)
            }
            frame += length
            if gaps[index] == 0, index < lengths.count - 1 {
                switch Int.random(in: 0..<3, using: &random) {
                case 0: entries.append(.remove(Rig.id(sample, frame)))
                case 1:
                    entries.append(.confirm(Rig.id(sample, frame)))
                    expected.insert(frame)
                default: expected.insert(frame)
                }
            }
            frame += gaps[index]
        }
        let corrected = try Rig.correct(sample, entries.shuffled(using: &random))
        func finals(_ events: [Event]) -> Set<Int64> {
            Set(
                events.compactMap { event in
                    guard case .boundary(let boundary) = event, boundary.state == .final else { return nil }
                    return (boundary.at.pts - sample.startPTS) / sample.frameTicks
                })
        }
        #expect(finals(corrected) == expected)
        let again = try EventCorrector(Corrections(run: Rig.newRun, entries: [])).correct(
            corrected, run: Rig.run)
        #expect(finals(again) == expected)
        #expect(Rig.scenes(sample, again) == Rig.scenes(sample, corrected))
    }

    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        /// SplitMix64.
        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }
}
