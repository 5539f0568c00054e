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
    @Test(arguments: ["cuts.ts", "cuts.mkv", "restart.ts", "dissolve.mp4", "vfr.mkv"], [nil, 8.0])
    func aFeedOfAFileGivesTheEventsOfTheFile(clip: String, deadline: Double?) throws {
        let options = FeedRig.options(deadline: deadline)
        let reader = try SceneReader(
            .url(Fixtures.path(clip)), mediaOptions: MediaOptions(), options: options,
            model: ChosenModel(neighborCount: options.neighborCount), stop: StopFlag())
        var expected: [Event] = []
        while let events = reader.next() { expected += events }
        expected.append(reader.streamEnd(wall: "now"))

        var session = FeedRig.session(options)
        var events: [Event] = []
        for message in try FeedRig.messages(clip, options) {
            // Over the wire and back.
            events += try session.take(WorkerMessage(message: message.message[...]), now: 0)
        }
        events += session.finish(reason: .end, now: 0, wall: "now")
        #expect(
            FeedRig.lines(events, clock: reader.media.clock)
                == FeedRig.lines(expected, clock: reader.media.clock))
    }

    /// A worker that was taken over by who sends the stream tells of clocks without end: no sum runs over,
    /// and what would end a century away is no proof.
    @Test func clocksWithoutEnd() throws {
        let options = FeedRig.options()
        let messages = try FeedRig.messages("cuts.mkv", options)
        var session = FeedRig.session(options)
        for message in messages.prefix(messages.count / 2) { _ = try session.take(message, now: 0) }
        guard case .opened(var media, let delay, _) = messages[0] else {
            preconditionFailure("it opens first")
        }
        let latest = try #require(media.clock.plausible).upperBound
        for round in 0..<16 {
            media.clock = MediaClock(
                timeBase: media.clock.timeBase, startPTS: round.isMultiple(of: 2) ? 1 << 60 : -(1 << 60))
            _ = try session.take(.opened(media, decoderDelay: delay, clock: .same), now: Double(round))
            #expect(try #require(session.position).pts <= latest)
        }
    }

    /// So does a message that lasts longer than any event may say.
    @Test(arguments: [(1 << 60, false), (3_000_000, true)] as [(Int64, Bool)])
    func messagesWithoutEnd(duration: Int64, isTaken: Bool) throws {
        let options = FeedRig.options()
        let messages = try FeedRig.messages("cuts.mkv", options)
        var session = FeedRig.session(options)
        for message in messages.prefix(messages.count / 2) { _ = try session.take(message, now: 0) }
        let place = try #require(session.position)
        var message = CueMessage(kind: .timeSignal)
        message.duration = duration
        let cue = WorkerMessage.cue(Cue(at: place, received: place, message: message))
        var events: [Event]?
        do { events = try session.take(cue, now: 0) } catch {}
        #expect((events?.count == 1) == isTaken)
    }

    /// The first and the last key frame of each shot can be shown: of a feed as of a file, from the same
    /// pass. The events stay as they are.
    @Test(arguments: ["cuts.ts", "dissolve.mp4", "rotated_90.mp4"])
    func keyFramesOfShotsCanBeShown(clip: String) throws {
        let view = Picture.View.thumbnail(longestSide: 64)
        let options = FeedRig.options()
        let model = ChosenModel(neighborCount: options.neighborCount)
        var session = FeedSession(options: options, model: model, thumbnail: view)
        var (events, shown) = ([Event](), [Thumbnail]())
        for message in try FeedRig.messages(clip, options, thumbnail: view) {
            if case .part(let part, _) = message {
                // Inner key frames are shown to nobody, and have nothing to carry.
                #expect(part.keyFrames.map { $0.views.count } == [1, 0, 1])
            }
            events += try session.take(WorkerMessage(message: message.message[...]), now: 0)
            shown += session.takeThumbnails()
        }
        events += session.finish(reason: .end, now: 0, wall: "now")
        var wanted: [Int64] = []
        for case .shot(let shot) in events {
            let frames = [shot.parts.first?.keyFrames.first?.pts, shot.parts.last?.keyFrames.last?.pts]
            for case let pts? in frames where wanted.last != pts { wanted.append(pts) }
        }
        #expect(!wanted.isEmpty && shown.map(\.pts) == wanted)
        #expect(shown.allSatisfy { max($0.picture.width, $0.picture.height) == 64 })

        let reader = try SceneReader(
            .url(Fixtures.path(clip)), mediaOptions: MediaOptions(), options: options, model: model,
            thumbnails: 64, stop: StopFlag())
        var (read, pictures) = ([Event](), [Thumbnail]())
        while let events = reader.next() {
            read += events
            pictures += reader.takeThumbnails()
        }
        #expect(pictures.map(\.pts) == wanted && pictures.map(\.picture) == shown.map(\.picture))
        #expect(
            FeedRig.lines(Array(events.dropLast()), clock: reader.media.clock)
                == FeedRig.lines(read, clock: reader.media.clock))
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
        let options = FeedRig.options()
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
        for message in try FeedRig.messages(clip, options, encoder.input) {
            events += try session.take(WorkerMessage(message: message.message[...]), now: 0)
        }
        events += session.finish(reason: .end, now: 0, wall: "now")
        let clock = reader.media.clock
        #expect(FeedRig.lines(events, clock: clock) == FeedRig.lines(expected, clock: clock))
        #expect(events.contains { if case .boundary = $0 { true } else { false } })
    }

    /// A worker that dies after any message: the timeline stays whole, and its successor's events follow.
    @Test func aWorkerMayDieAtAnyInstant() throws {
        let options = FeedRig.options()
        let messages = try FeedRig.messages("cuts.ts", options)
        let clock = try #require(FeedRig.clock(of: messages))
        for count in stride(from: 1, to: messages.count, by: 7) {
            var session = FeedRig.session(options)
            var events: [Event] = []
            for (place, message) in messages.prefix(count).enumerated() {
                events += try session.take(message, now: Double(place) / 25)
            }
            let lost = Double(count) / 25
            events += session.pause(reason: .decoderReset)
            let position = try #require(session.position)
            for message in messages { events += try session.take(message, now: lost + 1) }
            events += session.finish(reason: .end, now: lost + 20, wall: "now")
            try FeedRig.checkTiles(events, clock: clock)
            let gaps = events.compactMap { if case .gap(let gap) = $0 { gap } else { nil } }
            #expect(gaps.count == 1)
            #expect(gaps[0].reason == .decoderReset)
            // The clip began again, so nothing proves that its clock ran on; unless nothing of it had been
            // seen.
            #expect(gaps[0].timeline == (position.pts == clock.startPTS ? nil : 1))
            #expect(gaps[0].start <= position)
        }
    }

    /// Messages of the stream are told where they stood, on the feed's timeline, each under a name of its
    /// own.
    @Test func messagesOfTheStreamAreTold() throws {
        let options = FeedRig.options()
        var messages = try FeedRig.messages("cuts.ts", options)
        let places = messages.indices.filter { if case .advance = messages[$0] { true } else { false } }
        guard case .advance(let advance) = messages[places[50]] else { return }
        var message = CueMessage(kind: .spliceInsert, eventID: 7)
        message.duration = 900_000
        func cue(_ pts: Int64, _ number: Int = 7) -> WorkerMessage {
            var message = message
            message.eventID = number
            return .cue(Cue(at: Instant(pts: pts), received: advance.now, message: message))
        }
        let far = advance.now.pts + 360_000
        messages.insert(contentsOf: [cue(far), cue(far, 8), cue(-9)], at: places[50])
        var session = FeedRig.session(options)
        func cues(_ messages: [WorkerMessage], now: Double) throws -> [Cue] {
            try messages.flatMap { try session.take($0, now: now) }.compactMap { event in
                if case .cue(let cue) = event { cue } else { nil }
            }
        }
        let told = try cues(messages, now: 1)
        let start = try #require(session.clock?.startPTS)
        // What lies before the first picture is told as that.
        #expect(told.map(\.at.pts) == [far, far, start] && told.map(\.ordinal) == [0, 1, 2])
        #expect(told.allSatisfy { $0.received == advance.now && $0.message.duration == 900_000 })
        #expect(told.map(\.message.eventID) == [7, 8, 7])
        #expect(throws: WireError.self) { try cues([cue(far)], now: 2) }
        // Another connection, ten seconds later, with the same clock from its start.
        _ = session.pause(reason: .disconnect)
        let again = try cues(messages, now: 11)
        let moved = try #require(again.first).received.pts - advance.now.pts
        #expect(moved > 900_000 && again.map(\.at.pts).prefix(2) == [far + moved, far + moved])
        #expect(again.allSatisfy { $0.received.frame == nil })
    }

    /// What a worker tells beside its answers becomes events where the feed stands, and nothing is told
    /// twice.
    @Test func noticesAreTold() throws {
        let options = FeedRig.options()
        var messages = try FeedRig.messages("cuts.ts", options)
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
                .relief(.init([.loopFilter])), .relief(.init([.loopFilter])),
                .relief(.init([.loopFilter, .keyFrames])), .change(change), .change(change),
                messages[middle], .state(state), .state(state), .relief(.init([.loopFilter, .pictures])),
            ])
        var session = FeedRig.session(options)
        func notices(_ messages: [WorkerMessage], now: Double) throws -> [String] {
            try messages.flatMap { try session.take($0, now: now) }.compactMap { event in
                func named(_ relief: Relief) -> String {
                    "\(relief.leftOut.names.joined(separator: " ")) \(relief.at.pts - advance.now.pts)"
                }
                return switch event {
                case .degraded(let relief): "degraded \(named(relief))"
                case .recovered(let relief): "recovered \(named(relief))"
                case .streamChange(let change): "change \(change.codec) \(change.size.width)"
                case .feedState(let state): "state \(state.kind) \(state.at.pts - advance.now.pts)"
                default: nil
                }
            }
        }
        #expect(
            try notices(messages, now: 1) == [
                "degraded loop_filter 0", "degraded loop_filter key_frames 0", "change h264 64",
                "state frozen 0",
                "recovered loop_filter pictures \(advance.end.pts - advance.now.pts)",
            ])
        #expect(session.relief.step == .pictures)
        // Another connection, with pictures of the size it began with.
        _ = session.pause(reason: .disconnect)
        #expect(try notices(Array(messages.prefix(1)), now: 5) == ["change h264 320"])
    }

    /// A source that comes back with more pictures a second than the feed's clock, that of its first
    /// connection, has ticks: several of them share one.
    @Test func picturesShorterThanATick() throws {
        let options = FeedRig.options()
        let messages = try FeedRig.messages("cuts.ts", options)
        var session = FeedRig.session(options)
        let clock = MediaClock(timeBase: TimeBase(numerator: 1, denominator: 12), startPTS: 0)
        let slow = MediaSummary(container: "avi", codec: "mjpeg", width: 320, height: 180, clock: clock)
        _ = try session.take(.opened(slow, decoderDelay: 0, clock: .unknown), now: 0)
        _ = try session.take(.ending(.end), now: 0)
        _ = session.pause(reason: .disconnect)
        var pictures = 0
        for message in messages {
            _ = try session.take(message, now: 5)
            if case .advance = message { pictures += 1 }
        }
        #expect(session.counts.pictures == pictures && pictures > 100)
    }
}
