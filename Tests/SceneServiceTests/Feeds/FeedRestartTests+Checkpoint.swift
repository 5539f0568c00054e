import EventJournal
import FeedRuntime
import ScenePipeline
import SceneEvents
import Testing
import Timeline

extension FeedRestartTests {
    /// What a feed left that was killed behind a message.
    private struct Left {
        var checkpoint: [UInt8]
        var record: RunRecord
        /// Whether a shot was told: then the ring holds a part.
        var hasShots: Bool
    }

    /// How long the feed had been without pictures when it was killed.
    enum Silence: CaseIterable {
        /// Pictures came.
        case none
        /// Too short for anything to be decided by it.
        case short
        /// What a long gap decides was decided.
        case long

        /// Seconds; nil where pictures came.
        var seconds: Double? {
            switch self {
            case .none: nil
            case .short: 0.5
            case .long: 25
            }
        }
    }

    /// Kills a feed of `cuts.ts` behind every `step`-th message, and lets another one go on from the
    /// checkpoint that was made there, `outage` seconds after the last picture: the open shot ends with what
    /// was told of it, the ring is kept over a short gap, and the answers are those of a feed that only lost
    /// its worker there. `makeSession` gives a feed that has told nothing.
    private static func checkpointsGoOn(
        _ options: SegmentOptions, outage: Double, after silence: Silence = .none, every step: Int,
        makeSession: () -> FeedSession
    ) throws -> [Left] {
        let messages = try FeedRig.messages("cuts.ts", options)
        let clock = try #require(FeedRig.clock(of: messages))
        var left: [Left] = []
        for count in stride(from: 3, to: messages.count, by: step) {
            var first = makeSession()
            var before: [Event] = []
            // When the last picture came: from there the wall clock counts in both.
            var now = 0.0
            for (place, message) in messages.prefix(count).enumerated() {
                before += try first.take(message, now: 0.04 * Double(place))
                if case .advance = message { now = 0.04 * Double(place) }
            }
            var told = [start(clock)] + before + [heartbeat(at: first.position, now: now)]
            if let seconds = silence.seconds {
                var lost = first.pause(reason: .restart)
                lost += first.wait(until: now + seconds)
                before += lost
                told += lost + [heartbeat(at: first.position, now: now + seconds)]
            }
            guard let checkpoint = first.checkpoint else { continue }
            var writer = EventWriter()
            let lines = told.map { writer.line($0) }
            let record = record(lines)
            guard !record.isClosed else { continue }
            var second = makeSession()
            let wall = Int64(((now + outage) * 1000).rounded())
            var later = try second.resume(checkpoint, record, now: 500, unixMilliseconds: wall)
            later += try rest(of: messages, &second, now: 500)
            try checkNames(lines, record, later)
            told += later
            // The same, but it is only the worker that dies.
            var lost = first.pause(reason: .restart)
            lost += try rest(of: messages, &first, now: now + outage)
            try FeedRig.checkTiles(told, clock: clock)
            #expect(
                comparable(Array(told.dropFirst())) == comparable(before + lost), "behind message \(count)")
            let hasShots = before.contains { if case .shot = $0 { true } else { false } }
            left.append(Left(checkpoint: checkpoint, record: record, hasShots: hasShots))
        }
        return left
    }

    /// Killed while pictures came, or while they were missing already.
    @Test(arguments: [
        (1.0, Silence.none), (30, .none), (1, .short), (30, .short), (30, .long), (4000, .long),
    ])
    func aCheckpointGoesOn(outage: Double, silence: Silence) throws {
        var options = FeedRig.options()
        options.provisional = true
        let left = try Self.checkpointsGoOn(options, outage: outage, after: silence, every: 5) {
            FeedRig.session(options)
        }
        #expect(left.count > 30)
    }

    /// With two cues a checkpoint goes on as well, and is none for one cue.
    @Test func aCheckpointOfTwoCuesGoesOn() throws {
        var options = FeedRig.options()
        options.provisional = true
        let left = try Self.checkpointsGoOn(options, outage: 1, every: 20) { TwoCueModel.session(options) }
            .filter(\.hasShots)
        #expect(left.count > 5)
        for feed in left {
            #expect(throws: WireError.self) {
                var alone = TwoCueModel.session(options, further: [])
                _ = try alone.resume(feed.checkpoint, feed.record, now: 500, unixMilliseconds: 14_000)
            }
        }
    }

    /// As programs before this one made it: without the clock, or with nothing but the clock where pictures
    /// were missing.
    @Test func anOlderCheckpointGoesOn() throws {
        let options = FeedRig.options()
        let messages = try FeedRig.messages("cuts.ts", options)
        let clock = try #require(FeedRig.clock(of: messages))
        var first = FeedRig.session(options)
        var told = [Self.start(clock)]
        for message in messages.prefix(messages.count / 2) { told += try first.take(message, now: 10) }
        told.append(Self.heartbeat(at: first.position, now: 10))
        var writer = EventWriter()
        let record = Self.record(told.map { writer.line($0) })
        let checkpoint = try #require(first.checkpoint)
        func head(_ version: UInt16) -> [UInt8] {
            var head = WireWriter()
            head.put(version)
            head.put("")
            head.put(optional: first.told(now: 10)) { $0.put($1) }
            return head.bytes
        }
        func resumed(_ bytes: [UInt8]) throws -> (events: [String], told: ToldSource?) {
            var session = FeedRig.session(options)
            let events = try session.resume(bytes, record, now: 500, unixMilliseconds: 14_000)
            return (Self.comparable(events), session.told(now: 500))
        }
        // Behind the head stands whether pictures were missing.
        var rest = Array(checkpoint.dropFirst(head(3).count + 1))
        let newer = try resumed(head(4) + [0] + rest)
        // At the end stand what the open shot's parts sound like, which is nothing here, and no messages.
        let parts = try #require(
            (0..<64).first { count in
                var tail = WireWriter()
                tail.put(list: [Bool](repeating: false, count: count)) { $0.put($1) }
                tail.put(false)
                tail.put(list: [Bool]()) { $0.put($1) }
                return (try? resumed(head(3) + [0] + rest.dropLast(tail.bytes.count))) != nil
            })
        rest.removeLast(4 + parts + 1 + 4)
        let expected = try resumed(checkpoint)
        #expect(!expected.events.isEmpty && expected.told != nil)
        #expect(newer.events == expected.events && newer.told == expected.told)
        let old = try resumed(head(3) + [0] + rest)
        #expect(old.events == expected.events && old.told == expected.told)
        let oldest = try resumed([1, 0] + rest)
        #expect(oldest.events == expected.events && oldest.told == nil)
        let older = try resumed(head(2) + [1] + rest)
        #expect(older.events == expected.events && older.told == expected.told)
        // Nothing was kept: the session goes on as without a checkpoint, but for the clock.
        var bare = FeedRig.session(options)
        let anew = Self.comparable(bare.resume(record, now: 500, unixMilliseconds: 14_000))
        let paused = try resumed(head(2) + [0])
        #expect(paused.events == anew && paused.told == expected.told)
        for version in [0, 5, 255] as [UInt8] {
            #expect(throws: WireError.self) {
                var none = FeedRig.session(options)
                _ = try none.resume(
                    [version, 0] + checkpoint.dropFirst(2), record, now: 500, unixMilliseconds: 14_000)
            }
        }
    }
}
