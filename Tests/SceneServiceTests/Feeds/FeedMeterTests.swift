import SceneService
import FeedRuntime
import SceneSegmentation
import ScenePipeline
import SceneEvents
import Testing
import Timeline

/// What a feed has come to, over all its workers and connections.
@Suite struct FeedMeterTests {
    private static let base = TimeBase(numerator: 1, denominator: 90_000)
    private static let clock = MediaClock(timeBase: base, startPTS: 0)
    private let core = FeedSupervisor(timing: FeedTiming(), isLive: true, seed: 1, now: 100)
    private let session = FeedSession(options: SegmentOptions(), model: ChosenModel(neighborCount: 2))
    private var meter = FeedMeter(feed: "f", delayBound: 30, now: 100)

    private static func progress(_ bytes: Int64) -> WorkerProgress {
        var progress = WorkerProgress()
        (progress.bytes, progress.packets) = (bytes, bytes / 2)
        (progress.decodeErrors, progress.repairedTimestamps) = (bytes / 4, bytes / 8)
        return progress
    }

    /// Counters of a worker replace its former ones; those of the next come on top.
    @Test mutating func countersAreThoseOfAllWorkers() {
        meter.note(Self.progress(80))
        meter.note(Self.progress(160))
        #expect(meter.status(core, session).bytes == 160)
        meter.noteEndOfWorker()
        #expect(meter.status(core, session).bytes == 160)
        meter.note(Self.progress(8))
        meter.noteEndOfWorker()
        meter.noteEndOfWorker()
        let status = meter.status(core, session)
        #expect([status.bytes, status.packets] == [168, 84])
        #expect([status.decodeErrors, status.repairedTimestamps] == [42, 21])
        let heartbeat = meter.heartbeat(core, session, unixMilliseconds: 1000)
        #expect(heartbeat.bytes == 168 && heartbeat.packets == 84 && heartbeat.pictures == 0)
    }

    /// Late is what comes later than the earliest of its connection; before the next one's first picture
    /// nothing is.
    @Test mutating func lagIsThatOfTheConnection() {
        for (media, now) in [(10.0, 200.0), (11, 201), (12, 203.5)] {
            meter.notePicture(media: media, isDamaged: false, isLive: true, now: now, wall: 7)
        }
        var status = meter.status(core, session)
        #expect(abs((status.lag ?? 0) - 1.5) < 0.01 && status.pictures == 3 && status.lastPictureTime == 7)
        meter.noteConnection()
        #expect(meter.status(core, session).lag == nil)
        meter.notePicture(media: 90, isDamaged: false, isLive: true, now: 400, wall: 8)
        #expect(meter.status(core, session).lag == 0)
        // A gap keeps what is shown until the next picture, and forgets what came before it.
        meter.notePicture(media: 91, isDamaged: true, isLive: true, now: 403, wall: 9)
        meter.noteBreak()
        #expect(meter.status(core, session).lag ?? 0 > 1.9)
        meter.notePicture(media: 95, isDamaged: false, isLive: true, now: 410, wall: 10)
        status = meter.status(core, session)
        #expect(status.lag == 0 && status.pictures == 6 && status.damagedPictures == 1)
    }

    /// What another process left undecided is as late as its last picture is old: that stood at 60 s, 10 s
    /// before the clock's zero, so the picture at 40 s was due 30 s before it.
    @Test mutating func answersBehindARestartAreLate() {
        meter.noteFormerPicture(media: 60, at: -10)
        let boundary = Boundary(
            at: Instant(pts: 40 * 90_000), kind: .cut, state: .final, revision: 0, score: Score(1),
            threshold: Score(0), transition: nil, leftShot: 0, rightShot: 1, rightParts: 1, isComplete: true,
            delay: 0)
        meter.noteAnswers(in: [.boundary(boundary)], clock: Self.clock, now: 100)
        let status = meter.status(core, session)
        #expect(status.delays.wall.count == 1 && status.delays.wall.sum == 130)
        #expect(status.delays.lateByTheWall == 1 && status.lag == nil)
        // It says nothing of the connection that follows.
        meter.noteConnection()
        meter.notePicture(media: 300, isDamaged: false, isLive: true, now: 120, wall: 7)
        #expect(meter.status(core, session).lag == 0)
    }

    /// Counters come from workers, each of which may say what it likes.
    @Test mutating func countersDoNotRunOver() {
        for _ in 0..<16 {
            meter.note(Self.progress(1 << 60))
            meter.noteEndOfWorker()
        }
        #expect(meter.heartbeat(core, session, unixMilliseconds: 0).bytes == .max)
    }

    @Test mutating func missingNetsAreNewsOnce() {
        let gaps: ConfinementGaps = [.resources]
        // That all nets hold is known only once a worker says so.
        let news = [[], gaps, gaps, []].map { meter.note($0) }
        #expect(news == [true, true, false, true])
        _ = meter.note(gaps)
        #expect(meter.status(core, session).unconfined == gaps)
    }
}
