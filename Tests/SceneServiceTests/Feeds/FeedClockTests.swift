import FeedRuntime
import SceneEvents
import Testing
import Timeline

/// How long a gap is, and whose clock says so.
@Suite struct FeedClockTests {
    /// A worker that is asked to stop after a silence hands over the picture that it held: the silence counts
    /// from when that picture came. The stamps prove the clock, so the gap is as long as they say and the
    /// timeline goes on.
    @Test(arguments: [3, 5, 10, 30] as [Double])
    func aStallIsAsLongAsTheStampsSay(stallAfter: Double) throws {
        let options = FeedRig.options()
        let messages = try FeedRig.messages("cuts.ts", options)
        guard case .opened(var media, let delay, _) = messages[0] else { return }
        let last = try #require(
            messages.lastIndex { if case .advance = $0 { true } else { false } })
        var session = FeedRig.session(options)
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
        let events = try session.take(.opened(media, decoderDelay: delay, clock: .unknown), now: now + 5)
        let gaps = events.compactMap { if case .gap(let gap) = $0 { gap } else { nil } }
        #expect(gaps.map { $0.end.pts - $0.start.pts } == [missing])
        #expect(gaps.first?.timeline == nil && gaps.first?.reason == .stall)
    }

    /// A feed that told all of a clip at 100 s and has lost its connection, and what that was opened with.
    private static func lost() throws -> (FeedSession, MediaSummary, decoderDelay: Int) {
        let options = FeedRig.options()
        let messages = try FeedRig.messages("cuts.ts", options)
        var session = FeedRig.session(options)
        for message in messages { _ = try session.take(message, now: 100) }
        _ = session.pause(reason: .stall)
        guard case .opened(let media, let delay, _) = messages[0] else {
            throw WireError(reason: "the clip was not opened")
        }
        return (session, media, delay)
    }

    /// A playlist that shows told pictures again, and one behind them that the connection before had held
    /// back: the clock is the same, however long that took. What came long ago is not counted as having come
    /// now.
    @Test func aConnectionThatGoesOnHasTheSameClock() throws {
        var (session, media, delay) = try Self.lost()
        let end = try #require(session.told(now: 100)?.end)
        media.clock.startPTS = end
        let events = try session.take(.opened(media, decoderDelay: delay, clock: .same), now: 140)
        let gaps = events.compactMap { if case .gap(let gap) = $0 { gap } else { nil } }
        #expect(gaps.map { $0.end.pts - $0.start.pts } == [0] && gaps[0].timeline == nil)
        #expect(session.told(now: 145)?.age == 45)
    }

    /// What is known of the connections' clock: as long as it is proven to run on, and no longer.
    @Test func aClockIsFollowed() throws {
        let options = FeedRig.options()
        var messages = try FeedRig.messages("cuts.ts", options)
        guard case .opened(var media, let delay, _) = messages[0] else { return }
        media.container = "flv"
        let base = media.clock.timeBase
        func connect(at start: Int64, as clock: ConnectionClock) {
            media.clock.startPTS = start
            messages[0] = .opened(media, decoderDelay: delay, clock: clock)
        }
        connect(at: media.clock.startPTS, as: .unknown)
        var session = FeedRig.session(options)
        for message in messages { _ = try session.take(message, now: 100) }
        _ = session.pause(reason: .disconnect)
        let first = try #require(session.told(now: 100))
        let length = base.seconds(first.end - media.clock.startPTS)
        #expect(abs(first.followed - length) < 0.001)
        // Its first picture came half a millisecond before the end that was expected: the same clock.
        connect(at: first.end - base.ticks(seconds: 0.0005), as: .same)
        let events = try session.take(messages[0], now: 103)
        let gaps = events.compactMap { if case .gap(let gap) = $0 { gap } else { nil } }
        #expect(gaps.map { $0.end.pts - $0.start.pts } == [0] && gaps[0].timeline == nil)
        #expect(session.told(now: 103)?.followed == first.followed)
        // Two seconds behind the end, proven by the wall clock; and from anywhere.
        for (start, sum) in [(first.end + base.ticks(seconds: 2), first.followed + 2), (5, 0)] {
            var session = FeedRig.session(options)
            connect(at: first.end - base.ticks(seconds: length), as: .unknown)
            for message in messages { _ = try session.take(message, now: 100) }
            _ = session.pause(reason: .disconnect)
            connect(at: start, as: .unknown)
            _ = try session.take(messages[0], now: 102)
            #expect(abs(try #require(session.told(now: 102)).followed - sum) < 0.001)
        }
        // What jumped is no clock to compare with.
        let jump = try #require(session.position)
        connect(at: jump.pts, as: .unknown)
        var jumped = FeedRig.session(options)
        _ = try jumped.take(messages[0], now: 200)
        #expect(jumped.told(now: 200) != nil)
        _ = try jumped.take(.gap(Gap(start: jump, end: jump, reason: .discontinuity)), now: 200)
        #expect(jumped.told(now: 200) == nil)
        _ = jumped.pause(reason: .disconnect)
        _ = try jumped.take(messages[0], now: 300)
        #expect(jumped.told(now: 300) != nil)
    }

    /// The new connection goes on with the clock of the old one: nothing but the gap differs.
    @Test func aProvenClockKeepsItsTimeline() throws {
        let options = FeedRig.options()
        let messages = try FeedRig.messages("cuts.ts", options)
        let clock = try #require(FeedRig.clock(of: messages))
        var session = FeedRig.session(options)
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
                FeedRig.moved(message, by: later - clock.startPTS - (1 << 33)), now: now + 12.5)
        }
        events += session.finish(reason: .end, now: now + 40, wall: "now")
        try FeedRig.checkTiles(events, clock: clock)
        let gaps = events.compactMap { if case .gap(let gap) = $0 { gap } else { nil } }
        #expect(gaps == [Gap(start: end, end: Instant(pts: later), reason: .stall)])
        #expect(session.timeline == 0)
    }

    /// A long outage decides what was waiting, while it lasts; the gap itself is told when it is over.
    @Test func aLongOutageDecidesWhatWaits() throws {
        let options = FeedRig.options()
        var session = FeedRig.session(options)
        for message in try FeedRig.messages("cuts.ts", options) { _ = try session.take(message, now: 0) }
        #expect(session.pause(reason: .disconnect).isEmpty)
        #expect(session.wait(until: 5).isEmpty)
        let decided = session.wait(until: 20)
        #expect(decided.contains { if case .scene = $0 { true } else { false } })
        #expect(session.wait(until: 40).isEmpty)
        let rest = session.finish(reason: .interrupted, now: 60, wall: "now")
        #expect(rest.contains { if case .gap = $0 { true } else { false } })
    }

    /// An encoder was restarted into a playlist: the clock is another one, so only the wall says what is
    /// missing. Where told pictures came first, no later connection is compared with it.
    @Test(arguments: [ConnectionClock.another, .jumped])
    func aClockThatWasSetAnewProvesNothing(kind: ConnectionClock) throws {
        var (session, media, delay) = try Self.lost()
        media.clock.startPTS = try #require(session.told(now: 100)?.end)
        let events = try session.take(.opened(media, decoderDelay: delay, clock: kind), now: 113)
        let gaps = events.compactMap { if case .gap(let gap) = $0 { gap } else { nil } }
        let length = gaps.map { media.clock.timeBase.seconds($0.end.pts - $0.start.pts) }
        #expect(length.count == 1 && abs(length[0] - 13) < 0.01 && gaps[0].timeline == 1)
        #expect((session.told(now: 113) == nil) == (kind == .jumped))
    }

    /// A playlist's clock may say more than the wall, by a segment: what a long gap decides waits longer.
    @Test(arguments: [("mpegts", 12.4), ("hls", 26.8)])
    func longGapsAreDecidedOnceNothingCanMakeThemShort(container: String, seconds: Double) throws {
        let options = FeedRig.options()
        var messages = try FeedRig.messages("cuts.ts", options)
        guard case .opened(var media, let delay, _) = messages[0] else { return }
        media.container = container
        messages[0] = .opened(media, decoderDelay: delay, clock: .unknown)
        var session = FeedRig.session(options)
        for message in messages { _ = try session.take(message, now: 100) }
        _ = session.pause(reason: .stall)
        #expect(session.wait(until: 100 + seconds - 0.01).isEmpty)
        #expect(!session.wait(until: 100 + seconds + 0.01).isEmpty)
    }
}
