import FeedRuntime
import MediaInput
import SceneEvents
import ScenePipeline
import SceneSegmentation
import TestSupport
import Testing
import Timeline

/// One feed's events from what workers tell, without processes: equal to a file's, and whole after every
/// loss.
@Suite struct FeedSessionTests {
    static func options(deadline: Double? = nil) -> SegmentOptions {
        var options = SegmentOptions()
        options.split = .ticks
        options.splitAfter = 2
        options.minimumScene = 1
        options.neighborCount = 2
        options.threshold = 0.2
        options.deadline = deadline
        options.intraShot = true
        return options
    }

    /// What a worker tells of a clip.
    static func messages(
        _ clip: String, _ options: SegmentOptions, _ input: EncoderInput = EncoderInput(.keyFrames(3))
    ) throws -> [WorkerMessage] {
        var media = MediaOptions()
        media.views = input.views
        let specification = WorkerSpecification(
            input: Fixtures.path(clip), media: media, options: options, sampling: input.sampling)
        let reader = try MediaReader(
            .url(specification.input), options: specification.media, stop: StopFlag())
        var messages = [
            WorkerMessage.opened(reader.summary, decoderDelay: reader.decoderDelay, goesOn: false)
        ]
        var reporter = PartReporter(specification, media: reader.summary)
        while let item = reader.next() {
            switch item {
            case .picture(let picture): reporter.push(picture) { messages.append($0) }
            case .gap(let gap): reporter.push(gap) { messages.append($0) }
            }
        }
        reporter.finish { messages.append($0) }
        return messages + [.ending(.end)]
    }

    static func session(_ options: SegmentOptions) -> FeedSession {
        FeedSession(options: options, model: ChosenModel(neighborCount: options.neighborCount))
    }

    /// The events as lines, behind a `stream_start` that only gives the clock.
    static func lines(_ events: [Event], clock: MediaClock) -> [String] {
        var writer = EventWriter()
        let start = StreamStart(
            version: "", input: "", feed: "", run: "", timeline: 0,
            media: MediaSummary(container: "", codec: "", width: 1, height: 1, clock: clock), options: [],
            model: ModelSummary(scorer: "", encoder: "", neighborCount: 1), delayBound: nil, detectorLag: 0,
            decoderDelay: 0, build: [], wall: "")
        writer.skip(.streamStart(start))
        return events.map { writer.line($0) }
    }

    @Test(arguments: ["cuts.ts", "cuts.mkv", "restart.ts", "dissolve.mp4", "vfr.mkv"], [nil, 8.0])
    func aFeedOfAFileGivesTheEventsOfTheFile(clip: String, deadline: Double?) throws {
        let options = Self.options(deadline: deadline)
        let reader = try SceneReader(
            .url(Fixtures.path(clip)), mediaOptions: MediaOptions(), options: options,
            model: ChosenModel(neighborCount: options.neighborCount), stop: StopFlag())
        var expected: [Event] = []
        while let events = reader.next() { expected += events }
        expected.append(reader.streamEnd(wall: "now"))

        var session = Self.session(options)
        var events: [Event] = []
        for message in try Self.messages(clip, options) {
            // Over the wire and back.
            events += try session.take(WorkerMessage(message: message.message[...]), now: 0)
        }
        events += session.finish(reason: .end, now: 0, wall: "now")
        #expect(
            Self.lines(events, clock: reader.media.clock) == Self.lines(expected, clock: reader.media.clock))
    }

    /// Tells the pictures of a clip apart, and what they show.
    private struct ClipEncoder: ShotEncoder {
        let name = "clip"
        let dimension = 16
        let input = EncoderInput(
            .clip(frames: 16, stride: 2), view: PictureGeometry(shortSide: 40, cropSide: 32))

        func encode(_ part: Part) -> [Float] {
            part.keyFrames.map { picture in
                let sum = (picture.views.values.first?.bytes ?? []).reduce(0) { ($0 * 31 + Int($1)) % 65_521 }
                return Float(sum) / 65_521 - 0.5
            }
        }
    }

    @Test(arguments: ["cuts.mkv", "dissolve.mp4"]) func clipsGoOverTheWire(clip: String) throws {
        let options = Self.options()
        let encoder = ClipEncoder()
        let model = ChosenModel(
            encoder: encoder, scorer: ChosenModel(neighborCount: 2).scorer,
            summary: ModelSummary(scorer: "", encoder: "clip", neighborCount: 2), threshold: nil)
        let reader = try SceneReader(
            .url(Fixtures.path(clip)), mediaOptions: MediaOptions(), options: options, model: model,
            stop: StopFlag())
        var expected: [Event] = []
        while let events = reader.next() { expected += events }
        expected.append(reader.streamEnd(wall: "now"))
        var session = FeedSession(options: options, model: model)
        var events: [Event] = []
        for message in try Self.messages(clip, options, encoder.input) {
            events += try session.take(WorkerMessage(message: message.message[...]), now: 0)
        }
        events += session.finish(reason: .end, now: 0, wall: "now")
        let clock = reader.media.clock
        #expect(Self.lines(events, clock: clock) == Self.lines(expected, clock: clock))
        #expect(events.contains { if case .boundary = $0 { true } else { false } })
    }

    /// A worker that dies after any message: the timeline stays whole, and its successor's events follow.
    @Test func aWorkerMayDieAtAnyInstant() throws {
        let options = Self.options()
        let messages = try Self.messages("cuts.ts", options)
        let clock = try #require(Self.clock(of: messages))
        for count in stride(from: 1, to: messages.count, by: 7) {
            var session = Self.session(options)
            var events: [Event] = []
            for (place, message) in messages.prefix(count).enumerated() {
                events += try session.take(message, now: Double(place) / 25)
            }
            let lost = Double(count) / 25
            events += session.pause(reason: .decoderReset)
            let position = try #require(session.position)
            for message in messages { events += try session.take(message, now: lost + 1) }
            events += session.finish(reason: .end, now: lost + 20, wall: "now")
            try Self.checkTiles(events, clock: clock)
            let gaps = events.compactMap { if case .gap(let gap) = $0 { gap } else { nil } }
            #expect(gaps.count == 1)
            #expect(gaps[0].reason == .decoderReset)
            // The clip began again, so nothing proves that its clock ran on; unless nothing of it had been
            // seen.
            #expect(gaps[0].timeline == (position.pts == clock.startPTS ? nil : 1))
            #expect(gaps[0].start <= position)
        }
    }

    /// A worker that is asked to stop after a silence hands over the picture that it held: the silence counts
    /// from when that picture came. The stamps prove the clock, so the gap is as long as they say and the
    /// timeline goes on.
    @Test(arguments: [3, 5, 10, 30] as [Double])
    func aStallIsAsLongAsTheStampsSay(stallAfter: Double) throws {
        let options = Self.options()
        let messages = try Self.messages("cuts.ts", options)
        guard case .opened(var media, let delay, _) = messages[0] else { return }
        let last = try #require(
            messages.lastIndex { if case .advance = $0 { true } else { false } })
        var session = Self.session(options)
        var now = 100.0
        for (place, message) in messages.enumerated() {
            var message = message
            if place < last { now += 0.001 }
            if place == last, case .advance(var advance) = message {
                now += stallAfter
                advance.age = stallAfter
                message = .advance(advance)
            }
            _ = try session.take(message, now: now)
        }
        _ = session.pause(reason: .stall)
        let told = try #require(session.told(now: now + 5))
        #expect(abs(told.age - stallAfter - 5) < 0.001)
        let end = told.end
        let missing = media.clock.timeBase.ticks(seconds: stallAfter + 5)
        media.clock.startPTS = end + missing
        let events = try session.take(.opened(media, decoderDelay: delay, goesOn: false), now: now + 5)
        let gaps = events.compactMap { if case .gap(let gap) = $0 { gap } else { nil } }
        #expect(gaps.map { $0.end.pts - $0.start.pts } == [missing])
        #expect(gaps.first?.timeline == nil && gaps.first?.reason == .stall)
    }

    /// A playlist that shows told pictures again, and one behind them that the connection before had held
    /// back: the clock is the same, however long that took. What came long ago is not counted as having come
    /// now.
    @Test func aConnectionThatGoesOnHasTheSameClock() throws {
        let options = Self.options()
        let messages = try Self.messages("cuts.ts", options)
        guard case .opened(var media, let delay, _) = messages[0] else { return }
        var session = Self.session(options)
        for message in messages { _ = try session.take(message, now: 100) }
        _ = session.pause(reason: .stall)
        let end = try #require(session.told(now: 100)?.end)
        media.clock.startPTS = end
        let events = try session.take(.opened(media, decoderDelay: delay, goesOn: true), now: 140)
        let gaps = events.compactMap { if case .gap(let gap) = $0 { gap } else { nil } }
        #expect(gaps.map { $0.end.pts - $0.start.pts } == [0] && gaps[0].timeline == nil)
        #expect(session.told(now: 145)?.age == 45)
    }

    /// What is known of the connections' clock: as long as it is proven to run on, and no longer.
    @Test func aClockIsFollowed() throws {
        let options = Self.options()
        var messages = try Self.messages("cuts.ts", options)
        guard case .opened(var media, let delay, _) = messages[0] else { return }
        media.container = "flv"
        let base = media.clock.timeBase
        func connect(at start: Int64, goesOn: Bool) {
            media.clock.startPTS = start
            messages[0] = .opened(media, decoderDelay: delay, goesOn: goesOn)
        }
        connect(at: media.clock.startPTS, goesOn: false)
        var session = Self.session(options)
        for message in messages { _ = try session.take(message, now: 100) }
        _ = session.pause(reason: .disconnect)
        let first = try #require(session.told(now: 100))
        let length = base.seconds(first.end - media.clock.startPTS)
        #expect(abs(first.followed - length) < 0.001)
        // Its first picture came half a millisecond before the end that was expected: the same clock.
        connect(at: first.end - base.ticks(seconds: 0.0005), goesOn: true)
        let events = try session.take(messages[0], now: 103)
        let gaps = events.compactMap { if case .gap(let gap) = $0 { gap } else { nil } }
        #expect(gaps.map { $0.end.pts - $0.start.pts } == [0] && gaps[0].timeline == nil)
        #expect(session.told(now: 103)?.followed == first.followed)
        // Two seconds behind the end, proven by the wall clock; and from anywhere.
        for (start, sum) in [(first.end + base.ticks(seconds: 2), first.followed + 2), (5, 0)] {
            var session = Self.session(options)
            connect(at: first.end - base.ticks(seconds: length), goesOn: false)
            for message in messages { _ = try session.take(message, now: 100) }
            _ = session.pause(reason: .disconnect)
            connect(at: start, goesOn: false)
            _ = try session.take(messages[0], now: 102)
            #expect(abs(try #require(session.told(now: 102)).followed - sum) < 0.001)
        }
        // What jumped is no clock to compare with.
        let jump = try #require(session.position)
        connect(at: jump.pts, goesOn: false)
        var jumped = Self.session(options)
        _ = try jumped.take(messages[0], now: 200)
        #expect(jumped.told(now: 200) != nil)
        _ = try jumped.take(.gap(Gap(start: jump, end: jump, reason: .discontinuity)), now: 200)
        #expect(jumped.told(now: 200) == nil)
        _ = jumped.pause(reason: .disconnect)
        _ = try jumped.take(messages[0], now: 300)
        #expect(jumped.told(now: 300) != nil)
    }

    /// What a worker tells beside its answers becomes events where the feed stands, and nothing is told
    /// twice.
    @Test func noticesAreTold() throws {
        let options = Self.options()
        var messages = try Self.messages("cuts.ts", options)
        let middle = try #require(
            messages.indices.dropFirst(messages.count / 2).first {
                if case .advance = messages[$0] { true } else { false }
            })
        guard case .advance(let advance) = messages[middle] else { return }
        let change = StreamChange(at: advance.now, codec: "h264", size: PictureSize(width: 64, height: 36))
        let state = PictureState(at: advance.now, kind: .frozen)
        messages.replaceSubrange(
            middle...middle,
            with: [
                .relief(.loopFilter), .relief(.loopFilter), .relief(.keyFrames), .change(change),
                .change(change), messages[middle], .state(state), .state(state), .relief(.pictures),
            ])
        var session = Self.session(options)
        func notices(_ messages: [WorkerMessage], now: Double) throws -> [String] {
            try messages.flatMap { try session.take($0, now: now) }.compactMap { event in
                switch event {
                case .degraded(let relief): "degraded \(relief.step) \(relief.at.pts - advance.now.pts)"
                case .recovered(let relief): "recovered \(relief.step) \(relief.at.pts - advance.now.pts)"
                case .streamChange(let change): "change \(change.codec) \(change.size.width)"
                case .feedState(let state): "state \(state.kind) \(state.at.pts - advance.now.pts)"
                default: nil
                }
            }
        }
        #expect(
            try notices(messages, now: 1) == [
                "degraded loopFilter 0", "degraded keyFrames 0", "change h264 64", "state frozen 0",
                "recovered pictures \(advance.end.pts - advance.now.pts)",
            ])
        #expect(session.relief == .pictures)
        // Another connection, with pictures of the size it began with.
        _ = session.pause(reason: .disconnect)
        #expect(try notices(Array(messages.prefix(1)), now: 5) == ["change h264 320"])
    }

    static func clock(of messages: [WorkerMessage]) -> MediaClock? {
        for case .opened(let media, _, _) in messages { return media.clock }
        return nil
    }

    /// Scenes and gaps, and shots and gaps, tile the timeline; no event lies before an earlier watermark.
    static func checkTiles(
        _ events: [Event], clock: MediaClock, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var shots = clock.startPTS
        var scenes: [(Int64, Int64)] = []
        var watermark = Int64.min
        var end: Int64?
        for event in events {
            switch event {
            case .shot(let shot):
                #expect(shot.start.pts == shots, sourceLocation: sourceLocation)
                #expect(shot.parts.first?.start.pts == shots && shot.parts.last?.end == shot.end)
                shots = shot.end.pts
            case .gap(let gap):
                #expect(gap.start.pts == shots, sourceLocation: sourceLocation)
                #expect(gap.end.pts >= watermark)
                shots = gap.end.pts
                scenes.append((gap.start.pts, gap.end.pts))
            case .scene(let scene):
                #expect(scene.end.pts >= watermark, sourceLocation: sourceLocation)
                scenes.append((scene.start.pts, scene.end.pts))
            case .watermark(let at):
                #expect(at.pts > watermark)
                watermark = at.pts
            case .streamEnd(let stream): end = stream.at.pts
            default: break
            }
        }
        #expect(shots == end, sourceLocation: sourceLocation)
        var place = clock.startPTS
        for (start, end) in scenes.sorted(by: { $0 < $1 }) {
            #expect(start == place, sourceLocation: sourceLocation)
            place = end
        }
        #expect(place == end, sourceLocation: sourceLocation)
    }

    /// The new connection goes on with the clock of the old one: nothing but the gap differs.
    @Test func aProvenClockKeepsItsTimeline() throws {
        let options = Self.options()
        let messages = try Self.messages("cuts.ts", options)
        let clock = try #require(Self.clock(of: messages))
        var session = Self.session(options)
        var events: [Event] = []
        var now = 0.0
        for message in messages {
            if case .advance(let advance) = message { now = clock.seconds(at: advance.end.pts) }
            events += try session.take(message, now: now)
        }
        let end = try #require(session.position)
        events += session.pause(reason: .stall)
        // Twelve seconds later by the wall, and by the stream's clock, which has wrapped meanwhile.
        let later = end.pts + 12 * 90_000
        for message in messages {
            events += try session.take(
                Self.moved(message, by: later - clock.startPTS - (1 << 33)), now: now + 12.5)
        }
        events += session.finish(reason: .end, now: now + 40, wall: "now")
        try Self.checkTiles(events, clock: clock)
        let gaps = events.compactMap { if case .gap(let gap) = $0 { gap } else { nil } }
        #expect(gaps == [Gap(start: end, end: Instant(pts: later), reason: .stall)])
        #expect(session.timeline == 0)
    }

    /// A worker's messages with all its times moved.
    static func moved(_ message: WorkerMessage, by ticks: Int64) -> WorkerMessage {
        func moved(_ at: Instant) -> Instant {
            Instant(pts: at.pts + ticks, frame: at.frame, timecode: at.timecode)
        }
        func moved(_ part: Part) -> Part {
            var part = part
            part.start = moved(part.start)
            part.end = moved(part.end)
            if let mixed = part.entry?.mixed {
                part.entry?.mixed = moved(mixed.lowerBound)...moved(mixed.upperBound)
            }
            for index in part.keyFrames.indices { part.keyFrames[index].at = moved(part.keyFrames[index].at) }
            return part
        }
        switch message {
        case .opened(var media, let delay, let goesOn):
            media.clock.startPTS += ticks
            return .opened(media, decoderDelay: delay, goesOn: goesOn)
        case .part(let part, let now): return .part(moved(part), now: moved(now))
        case .open(let part): return .open(moved(part))
        case .shot(var shot):
            shot.start = moved(shot.start)
            shot.end = moved(shot.end)
            return .shot(shot)
        case .advance(var advance):
            advance.now = moved(advance.now)
            advance.end = moved(advance.end)
            advance.horizon += ticks
            return .advance(advance)
        default: return message
        }
    }

    /// A long outage decides what was waiting, while it lasts; the gap itself is told when it is over.
    @Test func aLongOutageDecidesWhatWaits() throws {
        let options = Self.options()
        var session = Self.session(options)
        for message in try Self.messages("cuts.ts", options) { _ = try session.take(message, now: 0) }
        #expect(session.pause(reason: .disconnect).isEmpty)
        #expect(session.wait(until: 5).isEmpty)
        let decided = session.wait(until: 20)
        #expect(decided.contains { if case .scene = $0 { true } else { false } })
        #expect(session.wait(until: 40).isEmpty)
        let rest = session.finish(reason: .interrupted, now: 60, wall: "now")
        #expect(rest.contains { if case .gap = $0 { true } else { false } })
    }
}

/// When a new connection's clock proves that it ran on.
@Suite struct ContinuityTests {
    static let cases: [(end: Int64, start: Int64, elapsed: Double, missing: Int64?)] = [
        (900_000, 1_800_000, 10, 900_000), (900_000, 1_800_000, 14, 900_000),
        (900_000, 1_800_000, 9, 900_000),
        // Far ahead, far behind, and back at the start.
        (900_000, 3_600_000, 10, nil), (900_000, 990_000, 30, nil), (900_000, 126_000, 5, nil),
        // Over the wrap, as the new connection counts anew.
        ((1 << 33) - 90_000, 810_000, 10, 900_000),
        // After more than a whole wrap.
        (0, 90_000, 95_444.72, 8_590_024_592),
    ]

    @Test(arguments: cases)
    func clocks(end: Int64, start: Int64, elapsed: Double, missing: Int64?) {
        let continuity = Continuity(container: "mpegts", base: TimeBase(numerator: 1, denominator: 90_000))
        #expect(continuity.missing(end: end, start: start, elapsed: elapsed) == missing)
    }
}
