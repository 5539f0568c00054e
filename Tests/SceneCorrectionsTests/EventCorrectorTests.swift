import SceneCorrections
import SceneEvents
import TestSupport
import Testing
import Timeline

/// What becomes of a run when a person says which boundaries are right.
@Suite struct EventCorrectorTests {
    private static let run = "01J00000000000000000000000"
    private static let newRun = "01J00000000000000000000001"

    /// Corrects a stream; its events are sound, and these are the frames at which its scenes begin and end.
    private func correct(
        _ sample: SampleStream, _ entries: [Correction], events: [Event]? = nil
    ) throws -> [Event] {
        let corrected = try EventCorrector(Corrections(run: Self.run, entries: entries)).correct(
            events ?? sample.events, run: Self.newRun)
        var (check, writer) = (EventStreamCheck(isPartial: sample.endReason == nil), EventWriter())
        for event in corrected {
            let faults = check.push(line: Array(writer.line(event).utf8).dropLast())
            #expect(faults == [])
        }
        #expect(check.finish() == [])
        return corrected
    }

    private func scenes(_ sample: SampleStream, _ events: [Event]) -> [ClosedRange<Int64>] {
        func frame(_ instant: Instant) -> Int64 { (instant.pts - sample.startPTS) / sample.frameTicks }
        return events.compactMap { event in
            if case .scene(let scene) = event { frame(scene.start)...frame(scene.end) } else { nil }
        }
    }

    private func place(_ sample: SampleStream, _ frame: Int64) -> CorrectedPlace {
        let pts = sample.instant(frame).pts
        return CorrectedPlace(
            pts: pts, timeBase: sample.timeBase.description,
            microseconds: sample.clock.microseconds(at: pts))
    }

    private func id(_ sample: SampleStream, _ frame: Int64) -> String {
        "boundary/0/\(sample.instant(frame).pts)"
    }

    /// Scenes of 300, 1501, 200 and 100 frames; what each correction makes of them.
    private static let sample = SampleStream(lengths: [300, 1501, 200, 100])

    @Test func scenesAfterCorrections() throws {
        let sample = Self.sample
        let table: [([Correction], [ClosedRange<Int64>])] = [
            ([], [0...300, 300...1801, 1801...2001, 2001...2101]),
            ([.confirm(id(sample, 300))], [0...300, 300...1801, 1801...2001, 2001...2101]),
            ([.remove(id(sample, 300))], [0...1801, 1801...2001, 2001...2101]),
            ([.remove(id(sample, 300)), .remove(id(sample, 1801)), .remove(id(sample, 2001))], [0...2101]),
            ([.add(place(sample, 150))], [0...150, 150...300, 300...1801, 1801...2001, 2001...2101]),
            (
                [.move(id(sample, 300), to: place(sample, 310))],
                [0...310, 310...1801, 1801...2001, 2001...2101]
            ),
            (
                [.move(id(sample, 1801), to: place(sample, 299)), .remove(id(sample, 300))],
                [0...299, 299...2001, 2001...2101]
            ),
            // Put where another one was taken away.
            (
                [.remove(id(sample, 300)), .move(id(sample, 1801), to: place(sample, 300))],
                [0...300, 300...2001, 2001...2101]
            ),
        ]
        for (entries, expected) in table {
            #expect(scenes(sample, try correct(sample, entries)) == expected, "\(entries)")
        }
    }

    @Test func reviewsAreTold() throws {
        let sample = Self.sample
        let events = try correct(
            sample,
            [
                .confirm(id(sample, 300)), .remove(id(sample, 1801)),
                .move(id(sample, 2001), to: place(sample, 2010)), .add(place(sample, 100)),
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
        #expect(start.run == Self.newRun && start.corrects == Self.run)
    }

    /// What was found out of a scene as a whole holds while it begins and ends where it did.
    @Test func scenesKeepWhatIsKnownOfThem() throws {
        let sample = Self.sample
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
            let corrected = try correct(sample, [.remove(id(sample, 1801))], events: events)
            let scenes = corrected.compactMap { if case .scene(let scene) = $0 { scene } else { nil } }
            #expect(scenes.map(\.vector) == [[0], nil, [3]])
            #expect(scenes.map(\.seen) == (isAsked ? [seen, .unknown, seen] : [nil, nil, nil]))
            #expect(scenes.map(\.tags) == (isAsked ? [tags, [], tags] : [nil, nil, nil]))
            #expect(scenes.map(\.sentenceTags) == (isAsked ? [sentences, [], sentences] : [nil, nil, nil]))
        }
    }

    /// Inside a shot, where a shot begins, with and without a score of the run.
    @Test func addedBoundariesSayWhereTheyLie() throws {
        let sample = Self.sample
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
        let corrected = try correct(
            sample, [.add(place(sample, 300)), .add(place(sample, 301))], events: events)
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
        #expect(scenes(sample, try correct(sample, [.remove(id(sample, 300))])) == [0...800, 810...1010])
        for frame: Int64 in [0, 800, 805, 810, 1010, 2000] {
            #expect(throws: CorrectionError.self) { try correct(sample, [.add(place(sample, frame))]) }
        }
    }

    /// A run that goes on ends with a boundary: taken away, its scene is open again.
    @Test func unfinishedRuns() throws {
        var sample = Self.sample
        sample.endReason = nil
        let events = sample.events.filter { event in
            switch event {
            case .scene(let scene): scene.index < 3
            case .watermark(let instant): instant < sample.instant(2001)
            default: true
            }
        }
        #expect(
            scenes(sample, try correct(sample, [], events: events)) == [0...300, 300...1801, 1801...2001])
        #expect(
            scenes(sample, try correct(sample, [.remove(id(sample, 2001))], events: events))
                == [0...300, 300...1801])
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let sample = Self.sample
        let at300 = id(sample, 300)
        var otherBase = place(sample, 100)
        otherBase.timeBase = "1/7"
        let table: [([Correction], CorrectionError)] = [
            ([.confirm("boundary/0/7")], .unknown("boundary/0/7")),
            ([.confirm(at300), .remove(at300)], .twice(at300)),
            ([.add(place(sample, 300))], .twice("the boundary at 12.5 s")),
            ([.add(place(sample, 24)), .add(place(sample, 24))], .twice("the boundary at 1.0 s")),
            ([.move(at300, to: place(sample, 2101))], .outside("the boundary at 87.541667 s")),
            ([.add(otherBase)], .outside("the boundary at 4.166667 s")),
        ]
        for (entries, expected) in table {
            #expect(throws: expected, "\(entries)") { try correct(sample, entries) }
        }
        let others = EventCorrector(Corrections(run: "01J", entries: []))
        #expect(throws: CorrectionError.otherRun(corrected: "01J", found: Self.run)) {
            try others.correct(sample.events, run: Self.newRun)
        }
        let own = EventCorrector(Corrections(run: Self.run, entries: []))
        #expect(throws: CorrectionError.noStart) { try own.correct([], run: Self.newRun) }
        #expect(throws: CorrectionError.missing("shots")) {
            try own.correct([sample.events[0]], run: Self.newRun)
        }
        #expect(throws: CorrectionError.missing("scenes")) {
            try own.correct(Array(sample.events.prefix(2)), run: Self.newRun)
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
                entries.append(.add(place(sample, inside)))
                expected.insert(inside)
            }
            frame += length
            if gaps[index] == 0, index < lengths.count - 1 {
                switch Int.random(in: 0..<3, using: &random) {
                case 0: entries.append(.remove(id(sample, frame)))
                case 1:
                    entries.append(.confirm(id(sample, frame)))
                    expected.insert(frame)
                default: expected.insert(frame)
                }
            }
            frame += gaps[index]
        }
        let corrected = try correct(sample, entries.shuffled(using: &random))
        func finals(_ events: [Event]) -> Set<Int64> {
            Set(
                events.compactMap { event in
                    guard case .boundary(let boundary) = event, boundary.state == .final else { return nil }
                    return (boundary.at.pts - sample.startPTS) / sample.frameTicks
                })
        }
        #expect(finals(corrected) == expected)
        let again = try EventCorrector(Corrections(run: Self.newRun, entries: [])).correct(
            corrected, run: Self.run)
        #expect(finals(again) == expected)
        #expect(scenes(sample, again) == scenes(sample, corrected))
    }

    /// Scenes as others list them: near boundaries, near cuts, and elsewhere.
    @Test func listsOfScenes() throws {
        var sample = Self.sample
        sample.startOffset = 500_000
        func corrected(_ starts: [Double], _ tolerance: Double = 0.5) throws -> [ClosedRange<Int64>] {
            let list = try Corrections(
                matching: starts, countsFromStart: true, events: sample.events, tolerance: tolerance)
            return scenes(sample, try correct(sample, list.entries))
        }
        // Frames 0, 300, 1801 and 2001 at 24 a second, half a second later in the file.
        #expect(try corrected([0.5, 13, 75.541, 83.875]) == [0...300, 300...1801, 1801...2001, 2001...2101])
        #expect(try corrected([13.4]) == [0...300, 300...2101])
        // 12.9 s from the first picture is nearest to picture 310 of the 309.6 that it would be.
        #expect(try corrected([13.4], 0.1) == [0...310, 310...2101])
        #expect(try corrected([]) == [0...2101])
        #expect(try corrected([0, 5.5, 5.5, 12.9, 13.1]).first == 0...120)
        // Edit lists count from the first picture.
        let edits = try Corrections(
            matching: [0, 12.5, 75.0417, 83.375], countsFromStart: false, events: sample.events,
            tolerance: 0.1)
        #expect(
            scenes(sample, try correct(sample, edits.entries))
                == [0...300, 300...1801, 1801...2001, 2001...2101])
        // What was removed comes back at its cut.
        let less = try correct(sample, [.remove(id(sample, 300))])
        let list = try Corrections(
            matching: [0.5, 12.8], countsFromStart: true, events: less, tolerance: 0.5)
        let again = try EventCorrector(list).correct(less, run: Self.run)
        #expect(scenes(sample, again) == [0...300, 300...2101])
    }

    /// The run lasts 87.541667 s. What begins at its end, or within the tolerance of it, begins nothing.
    @Test func listsOfOtherFilmsAreRefused() throws {
        func list(_ sample: SampleStream, _ starts: [Double]) throws -> Corrections {
            try Corrections(
                matching: starts, countsFromStart: false, events: sample.events, tolerance: 0.5)
        }
        for starts in [[], [0], [0, 12.5, 87.541667], [12.5, 88], [87.6]] as [[Double]] {
            #expect(throws: Never.self) { try list(Self.sample, starts) }
        }
        for (starts, count, first) in [([0, 12.5, 90, 100.25], 2, 90.0), ([100.25], 1, 100.25)] {
            #expect(throws: CorrectionError.beyond(count: count, first: first, end: 87.541667)) {
                try list(Self.sample, starts)
            }
        }
        let error = CorrectionError.beyond(count: 2, first: 90, end: 87.5)
        #expect(error.description.contains("; give the list of this film"))
        // What stopped early may end before its list does, but for one that is of another film altogether.
        var stopped = Self.sample
        stopped.endReason = .interrupted
        #expect(try list(stopped, [0, 12.5, 100]).entries.contains(.confirm(id(Self.sample, 300))))
        #expect(throws: CorrectionError.self) { try list(stopped, [0, 100, 110]) }
    }

    /// Where a boundary was put by seconds alone it lies on the picture nearest to them, with its frame and
    /// its timecode, whatever the clock: as in events that were made, and in events that were read.
    @Test(arguments: ["24", "29.97", "milliseconds"])
    func boundariesLieOnPictures(clock: String) throws {
        let sample =
            switch clock {
            case "24": SampleStream(lengths: [400, 500])
            case "29.97": Self.dropFrame
            default: Self.milliseconds
            }
        let read = try EventSequence(reading: Array(sample.lines.joined().utf8)).events
        for frame: Int64 in [1, 17, 199, 399, 401, 650, 899] {
            let expected = sample.instant(frame)
            let exact = sample.clock.microseconds(at: expected.pts)
            let label = try #require(sample.timecode).string(frames: sample.startTimecode + frame)
            for shift: Int64 in [-9_000, 0, 9_000] {
                let place = CorrectedPlace(pts: nil, timeBase: nil, microseconds: exact + shift)
                let list = try Corrections(
                    matching: [Double(exact + shift) / 1_000_000], countsFromStart: false,
                    events: read, tolerance: 0)
                for (events, entries) in [
                    (sample.events, [.add(place)]), (read, [.add(place)]),
                    (read, list.entries.filter { if case .add = $0 { true } else { false } }),
                ] as [([Event], [Correction])] {
                    let corrected = try correct(sample, entries, events: events)
                    let added = corrected.compactMap { event -> Boundary? in
                        guard case .boundary(let boundary) = event else { return nil }
                        return boundary.review == .added ? boundary : nil
                    }
                    #expect(added.map(\.at.pts) == [expected.pts] && added.map(\.at.frame) == [frame])
                    var writer = EventWriter()
                    let lines = corrected.map { writer.line($0) }.filter {
                        $0.contains(#""review":"added""#)
                    }
                    #expect(lines.count == 1, "\(lines)")
                    #expect(lines.first?.contains(#""timecode":"\#(label)""#) == true, "\(lines)")
                }
            }
        }
    }

    private static var dropFrame: SampleStream {
        SampleStream(
            lengths: [400, 500], frameTicks: 1001, timeBase: TimeBase(numerator: 1, denominator: 30000),
            timecode: TimecodeFormat(labelsPerSecond: 30, isDropFrame: true), startTimecode: 1790)
    }

    /// 23.976 pictures a second behind two that were encoded ahead, each rounded to its millisecond.
    private static var milliseconds: SampleStream {
        let rounded: @Sendable (Int64) -> Int64 = { ($0 * 1001 * 2 + 24) / 48 }
        var sample = SampleStream(
            lengths: [400, 500], timeBase: TimeBase(numerator: 1, denominator: 1000), startPTS: 83)
        sample.ticksOfFrame = { rounded($0 + 2) - rounded(2) }
        return sample
    }

    /// Where the rate varies nothing is known of pictures between those that are named; near one of these it
    /// is that one.
    @Test func placesBetweenUnknownPicturesStay() throws {
        var sample = SampleStream(
            lengths: [400, 500], timeBase: TimeBase(numerator: 1, denominator: 1000), timecode: nil)
        sample.ticksOfFrame = { $0 * 40 + $0 / 2 * 40 }
        for (microseconds, pts, frame) in [
            (10_013_000, 10_013, nil), (24_010_000, 24_000, 400), (53_979_000, 53_979, nil),
        ] as [(Int64, Int64, Int64?)] {
            let entries: [Correction] = [
                .remove(id(sample, 400)),
                .add(CorrectedPlace(pts: nil, timeBase: nil, microseconds: microseconds)),
            ]
            let scenes = try correct(sample, entries).compactMap { event -> Instant? in
                if case .scene(let scene) = event { scene.start } else { nil }
            }
            #expect(scenes.map(\.pts) == [sample.startPTS, sample.startPTS + pts])
            #expect(scenes.last?.frame == frame)
        }
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
