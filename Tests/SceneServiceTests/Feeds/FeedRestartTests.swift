import FeedRuntime
import EventJournal
import Platform
import SceneEvents
import ScenePipeline
import SceneSegmentation
import Testing
import Timeline

/// What a process goes on with that finds the journal of one that was killed.
@Suite struct FeedRestartTests {
    /// The events of a feed that loses its worker once, each with its line; a `stream_start` stands in front.
    private static func journaled(_ options: SegmentOptions, outage: Double) throws -> (
        events: [Event], lines: [String]
    ) {
        let messages = try FeedRig.messages("cuts.ts", options)
        let clock = try #require(FeedRig.clock(of: messages))
        var session = FeedRig.session(options)
        var events = [start(clock)]
        var now = 0.0
        for part in [messages.prefix(messages.count * 2 / 3), messages[...]] {
            for (place, message) in part.enumerated() {
                now += 0.04
                events += try session.take(message, now: now)
                if case .opened = message, events.count == 1 { events += session.noteRestart() }
                if place % 40 == 39 { events.append(heartbeat(at: session.position, now: now)) }
            }
            now += outage
            events += session.pause(reason: .disconnect)
        }
        var writer = EventWriter()
        return (events, events.map { writer.line($0) })
    }

    static func start(_ clock: MediaClock, findsBlocks: Bool = false) -> Event {
        var start = StreamStart(
            version: "1", input: "tcp://a", feed: "f", run: "r", timeline: 0,
            media: MediaSummary(container: "mpegts", codec: "h264", width: 320, height: 180, clock: clock),
            options: [("k", "2")], model: ModelSummary(scorer: "s", encoder: "e", neighborCount: 2),
            delayBound: nil, detectorLag: 0, decoderDelay: 0, build: [("libavcodec", "59")], wall: "now")
        if findsBlocks { start.blockDelayBound = .init(microseconds: nil) }
        return .streamStart(start)
    }

    static func heartbeat(at position: Instant?, now: Double) -> Event {
        .heartbeat(
            Heartbeat(
                state: .running, reason: nil, at: position, lag: 0, opens: 1, bytes: 1, packets: 1,
                pictures: 40,
                unixMilliseconds: Int64(now * 1000), wall: "now"))
    }

    static func record(_ lines: some Sequence<String>) -> RunRecord {
        var record = RunRecord()
        for line in lines {
            if let line = JournalLine(Array(line.utf8.dropLast())[...]) { record.take(line) }
        }
        return record
    }

    /// Killed behind any event: what the two processes wrote is one whole stream, whose numbers have no hole.
    /// The outage before it may have been long, or so short that what was undecided in front of it waits for
    /// parts behind it.
    @Test(arguments: [3, 0.5], [false, true]) func anyPrefixGoesOn(outage: Double, isProvisional: Bool) throws
    {
        var options = FeedRig.options()
        options.provisional = isProvisional
        options.calibration = ScoreCalibration(rows: [.init(slope: 1, intercept: -1)], digest: "c")
        let messages = try FeedRig.messages("cuts.ts", options)
        let clock = try #require(FeedRig.clock(of: messages))
        let (events, lines) = try Self.journaled(options, outage: outage)
        for count in 1...events.count {
            let record = Self.record(lines.prefix(count))
            #expect(RunRecord(file: record.file) == record)
            guard !record.isClosed else { continue }
            var session = FeedRig.session(options)
            let now = 1000.0
            var told = Array(events.prefix(count))
            told += session.resume(record, now: now, unixMilliseconds: 200_000)
            for message in messages { told += try session.take(message, now: now + 5) }
            told += session.finish(reason: .end, now: now + 20, wall: "now")
            try FeedRig.checkTiles(told, clock: clock)
            let gaps = told.dropFirst(count).compactMap { if case .gap(let gap) = $0 { gap } else { nil } }
            let restarts = gaps.filter { $0.reason == .restart }
            #expect(restarts.count == 1)
            #expect(restarts.allSatisfy { ($0.timeline ?? 0) == record.timeline + 1 })
            let shots = told.compactMap { if case .shot(let shot) = $0 { shot } else { nil } }
            #expect(shots.map(\.index) == Array(0..<shots.count))
            #expect(
                shots.flatMap { $0.parts.map(\.index) } == Array(0..<shots.reduce(0) { $0 + $1.parts.count }))
            let scenes = told.compactMap { if case .scene(let scene) = $0 { scene } else { nil } }
            #expect(scenes.map(\.index) == Array(0..<scenes.count))
            #expect(scenes.allSatisfy { $0.firstShot <= $0.lastShot && $0.lastShot < shots.count })
            let ends = Set(scenes.filter { $0.endReason == .boundary }.map(\.end.pts))
            let answers = told.compactMap { if case .boundary(let boundary) = $0 { boundary } else { nil } }
            #expect(answers.allSatisfy { $0.probability != nil })
            let boundaries = answers.filter { $0.state == .final }.map(\.at.pts)
            #expect(ends == Set(boundaries))
            let open = Dictionary(grouping: answers, by: \.at.pts).values.filter { answers in
                answers.map(\.revision) != Array(answers.indices) || answers.last?.state == .provisional
                    || answers.dropLast().contains { $0.state != .provisional }
            }
            #expect(open.isEmpty)
            if !isProvisional { #expect(answers.count == boundaries.count) }
            var writer = EventWriter()
            let named = told.filter { $0.kind != .heartbeat }.map { event in
                defer { _ = writer.line(event) }
                if case .streamStart = event { writer.skip(event) }
                var revision: Int?
                if case .boundary(let boundary) = event { revision = boundary.revision }
                return EventIntake.mark(writer.identity(of: event), revision: revision)
            }
            #expect(Set(named).count == named.count)
            guard case .streamEnd(let end)? = told.last else {
                Issue.record("no end")
                continue
            }
            #expect(
                end.shots == shots.count && end.scenes == scenes.count && end.boundaries == boundaries.count)
        }
    }

    /// A place has one `id`, whichever process tells of it, and however many timelines have begun meanwhile.
    ///
    /// - Parameters:
    ///   - told: lines of the first process.
    ///   - record: what they come to.
    ///   - rest: events of the second.
    /// - Throws: where a line is no event.
    static func checkNames(_ told: [String], _ record: RunRecord, _ rest: [Event]) throws {
        let clock = try #require(record.clock)
        var intake = EventIntake(nextSequence: record.sequence + 1)
        let kept = try #require(RunRecord(file: record.file))
        intake.goOn(clock: clock, timelines: kept.knownTimelines)
        let lines = told + rest.flatMap { intake.lines(for: $0, hasRoom: true).map(\.text) }
        var check = EventStreamCheck()
        var names: [String: Set<String>] = [:]
        for line in lines {
            let bytes = Array(line.utf8.dropLast())[...]
            let faults = check.push(line: bytes).filter { $0.text.contains("id is") }
            #expect(faults.isEmpty, "\(faults)")
            guard let head = EventHead(bytes), head.type == "boundary" else { continue }
            let name = try #require(head.identity(in: bytes))
            names[name.split(separator: "/").last.map(String.init) ?? "", default: []].insert(name)
        }
        #expect(names.values.allSatisfy { $0.count == 1 }, "\(names)")
    }

    @Test func answersKeepTheirNames() throws {
        var options = FeedRig.options()
        options.provisional = true
        let messages = try FeedRig.messages("cuts.ts", options)
        let (events, lines) = try Self.journaled(options, outage: 0.5)
        var restarts = 0
        for count in 1...events.count {
            let record = Self.record(lines.prefix(count))
            guard !record.isClosed, !record.openAnswers.isEmpty else { continue }
            restarts += 1
            var session = FeedRig.session(options)
            var rest = session.resume(record, now: 1000, unixMilliseconds: 200_000)
            for message in messages { rest += try session.take(message, now: 1005) }
            rest += session.finish(reason: .end, now: 1020, wall: "now")
            try Self.checkNames(Array(lines.prefix(count)), record, rest)
        }
        #expect(restarts > 0)
    }

    /// What is known of a playlist's clock outlives the process: what was told of it is left out, and what
    /// follows is on the same timeline. Where pictures were missing when it ended, too, and in another run
    /// behind a stop in order.
    @Test(arguments: [false, true]) func whatWasToldIsKept(isPaused: Bool) throws {
        let options = FeedRig.options()
        var messages = try FeedRig.messages("cuts.ts", options)
        guard case .opened(var media, let delay, _) = messages[0] else { return }
        media.container = "hls"
        messages[0] = .opened(media, decoderDelay: delay, clock: .unknown)
        func session(_ input: String) -> FeedSession {
            FeedSession(options: options, model: ChosenModel(neighborCount: 2), input: input)
        }
        var first = session("http://a/")
        var told = [Self.start(media.clock)]
        for message in messages.prefix(messages.count / 2) { told += try first.take(message, now: 10) }
        told.append(Self.heartbeat(at: first.position, now: 10))
        if isPaused { told += first.pause(reason: .stall) }
        let checkpoint = try #require(first.checkpoint)
        let expected = try #require(first.told(now: 14))
        var writer = EventWriter()
        let record = Self.record(told.map { writer.line($0) })
        media.clock.startPTS = expected.end
        let again = WorkerMessage.opened(media, decoderDelay: delay, clock: .same)

        var second = session("http://a/")
        told = try second.resume(checkpoint, record, now: 500, unixMilliseconds: 14_000)
        #expect(second.told(now: 500) == expected)
        told += try second.take(again, now: 501)
        let gaps = told.compactMap { if case .gap(let gap) = $0 { gap } else { nil } }
        #expect(gaps.count == 1 && gaps[0].timeline == nil && gaps[0].reason == .restart)
        #expect(gaps[0].end.pts == first.position?.pts)
        if isPaused {
            // The gap of a feed that goes on itself.
            let expected = try first.take(again, now: 15).compactMap { event in
                if case .gap(let gap) = event { gap } else { nil }
            }
            #expect(gaps.map(\.start) == expected.map(\.start) && gaps.map(\.end) == expected.map(\.end))
        }

        var run = session("http://a/")
        run.begin(behind: checkpoint, now: 500)
        let left = try #require(run.told(now: 501))
        #expect(left.end == expected.end && left.container == "hls" && left.age == 1)
        // How long ago that was nobody knows: only a playlist's clock needs no other proof.
        #expect(left.followed == 0)
        #expect(try run.take(again, now: 501).isEmpty)
        #expect(run.position?.pts == expected.end)

        // Another input has another clock. A checkpoint that cannot be read says nothing.
        var other = session("http://b/")
        _ = try other.resume(checkpoint, record, now: 500, unixMilliseconds: 14_000)
        #expect(other.told(now: 500) == nil)
        var none = session("http://a/")
        for length in 0..<40 { none.begin(behind: Array(checkpoint.prefix(length)), now: 500) }
        #expect(none.told(now: 500) == nil)
        none.begin(behind: Array(checkpoint.prefix(120)), now: 500)
        #expect(none.told(now: 500)?.end == expected.end)
    }

    /// What the process before told of the pictures is not told again, and what differs from it is.
    @Test func onlyNewsIsTold() throws {
        let options = FeedRig.options()
        let messages = try FeedRig.messages("cuts.ts", options)
        let clock = try #require(FeedRig.clock(of: messages))
        let at = Instant(pts: clock.startPTS)
        let size = PictureSize(width: 64, height: 36)
        let told: [Event] = [
            Self.start(clock), .streamChange(StreamChange(at: at, codec: "h264", size: size)),
            .feedState(PictureState(at: at, kind: .black)),
        ]
        var writer = EventWriter()
        var session = FeedRig.session(options)
        _ = session.resume(Self.record(told.map { writer.line($0) }), now: 7, unixMilliseconds: 60_000)
        let back = try session.take(messages[0], now: 9)
        #expect(
            back.contains {
                if case .streamChange(let change) = $0 { change.size.width == 320 } else { false }
            })
        #expect(try session.take(.state(PictureState(at: at, kind: .black)), now: 9).isEmpty)
        #expect(try session.take(.state(PictureState(at: at, kind: .normal)), now: 9).count == 1)
    }

    static func rest(of messages: [WorkerMessage], _ session: inout FeedSession, now: Double) throws
        -> [Event]
    {
        var events: [Event] = []
        for (place, message) in messages.enumerated() {
            events += try session.take(message, now: now + 0.04 * Double(place))
        }
        return events + session.finish(reason: .end, now: now + 60, wall: "now")
    }

    /// Events by what they say, but for watermarks, heartbeats, and the number of the picture, which no later
    /// process knows.
    static func comparable(_ events: [Event]) -> [String] {
        events.compactMap { event in
            switch event {
            case .watermark, .heartbeat, .streamEnd: return nil
            case .shot(let shot):
                return "shot \(shot.index) \(shot.start.pts) \(shot.end.pts) \(shot.parts.map(\.index))"
            case .scene(let scene):
                return "scene \(scene.index) \(scene.start.pts) \(scene.end.pts) \(scene.endReason)"
            case .gap(let gap):
                return "gap \(gap.start.pts) \(gap.end.pts) \(gap.reason) \(gap.timeline ?? -1)"
            case .boundary(let found):
                return
                    "boundary \(found.at.pts) \(found.state) \(found.revision) \(found.score) \(found.rightParts)"
            case .score(let score): return "score \(score.partIndex) \(score.score)"
            default: return "\(event)"
            }
        }
    }

    /// The gap lasts from the last picture that is known of to now, by the first heartbeat that told of it,
    /// which has both clocks: however often a feed without pictures told of it again.
    @Test(arguments: [
        [(0.0, 50.0)], [(-10, 40), (0, 50)], [(0, 50), (0, 59.9)],
        [(0, 50)] + (1...9).map { (0, 50 + Double($0)) },
    ])
    func theGapLastsAsLongAsTheWallClockSays(heartbeats: [(place: Double, now: Double)]) throws {
        let options = FeedRig.options()
        let messages = try FeedRig.messages("cuts.ts", options)
        let clock = try #require(FeedRig.clock(of: messages))
        let place = Instant(pts: clock.startPTS + 30 * 90_000)
        var writer = EventWriter()
        let told = heartbeats.map { heartbeat in
            let at = Instant(pts: place.pts + Int64(heartbeat.place) * 90_000)
            return Self.heartbeat(at: at, now: heartbeat.now)
        }
        let lines = ([Self.start(clock)] + told).map { writer.line($0) }
        var session = FeedRig.session(options)
        var events = session.resume(Self.record(lines), now: 7, unixMilliseconds: 60_000)
        events += try session.take(messages[0], now: 9)
        let gaps = events.compactMap { if case .gap(let gap) = $0 { gap } else { nil } }
        #expect(gaps.map(\.start) == [place])
        // Ten seconds until the process began, two more until the first picture.
        #expect(gaps.map(\.end.pts) == [place.pts + 12 * 90_000])
    }

    @Test func whichRunsGoOn() throws {
        var writer = EventWriter()
        let start = Self.start(MediaClock(timeBase: TimeBase(numerator: 1, denominator: 25), startPTS: 0))
        let begun = writer.line(start)
        let heartbeat = writer.line(Self.heartbeat(at: nil, now: 1))
        let end = writer.line(
            .streamEnd(
                StreamEnd(
                    at: Instant(pts: 9), reason: .end, pictures: 1, damagedPictures: 0, shots: 0, parts: 0,
                    boundaries: 0, scenes: 0, gaps: 0, wall: "now")))
        guard case .streamStart(let started) = start else { return }
        let terms = started.terms
        #expect(!terms.contains("now") && !terms.contains("tcp"))
        let open = Self.record([begun, heartbeat])
        let closed = Self.record([begun, heartbeat, end])
        let (same, changed) = (ReplayableFile(hasChanged: false), ReplayableFile(hasChanged: true))
        let cases: [(RunRecord, String, ReplayableFile?, FeedRun)] = [
            (RunRecord(), terms, nil, FeedRun(name: "old")),
            (open, terms, nil, FeedRun(name: "old", beginning: .resume(open))),
            (open, terms, changed, FeedRun(name: "old", beginning: .replay)),
            (open, "other", nil, FeedRun(name: "new", firstTimeline: 1, beginning: .new(isRestart: true))),
            (open, "other", same, FeedRun(name: "new", firstTimeline: 1, beginning: .new(isRestart: false))),
            (closed, terms, nil, FeedRun(name: "new", firstTimeline: 1, beginning: .new(isRestart: true))),
            (closed, terms, same, FeedRun(name: "old", beginning: .finished)),
            (
                closed, terms, changed,
                FeedRun(name: "new", firstTimeline: 1, beginning: .new(isRestart: false))
            ),
            (
                closed, "other", same,
                FeedRun(name: "new", firstTimeline: 1, beginning: .new(isRestart: false))
            ),
            // Of a run whose beginning is no longer kept nothing is known.
            (
                Self.record([heartbeat, end]), terms, nil,
                FeedRun(name: "new", firstTimeline: 1, beginning: .new(isRestart: true))
            ),
        ]
        func following(_ record: RunRecord, _ terms: String, _ file: ReplayableFile?, scores: Bool) -> FeedRun
        {
            FeedRun.following(record, name: "old", terms: terms, writesScores: scores, file: file) { "new" }
        }
        for (record, terms, file, expected) in cases {
            #expect(following(record, terms, file, scores: true) == expected)
            #expect(following(record, terms, file, scores: false) == expected)
        }
        let score = writer.line(
            .score(
                PartScore(partIndex: 0, shotIndex: 0, at: Instant(pts: 3), kind: .cut, score: Score(0.5))))
        let scored = Self.record([begun, heartbeat, end.replacing("stream_end", with: "watermark"), score])
        #expect(following(scored, terms, same, scores: true).beginning == .replay)
        #expect(following(scored, terms, same, scores: false).name == "new")
    }

    @Test(arguments: [
        ("01A9", "01B0", "01B0"), ("01A9", "01A9", "01AA"), ("01AZ", "00ZZ", "01B0"),
        ("01BZ", "01AZ", "01C0"),
    ])
    func runsSortByAge(last: String, made: String, expected: String) {
        #expect(RunIdentity.following(last) { made } == expected)
    }

    /// A process that ended before its first heartbeat: `stream_start` has both clocks.
    @Test func anEarlyEndIsCountedFromTheStart() throws {
        let clock = MediaClock(timeBase: TimeBase(numerator: 1, denominator: 1000), startPTS: 500)
        guard case .streamStart(var start) = Self.start(clock) else { return }
        start.wall = "2026-01-02T03:04:05Z"
        var writer = EventWriter()
        let record = Self.record([writer.line(.streamStart(start))])
        let begun = try #require(WallTime(start.wall)).milliseconds
        #expect(record.missing(at: begun + 20_000, timeBase: clock.timeBase) == 20)
        #expect(record.missing(at: begun - 20_000, timeBase: clock.timeBase) == 0)
    }
}
