import EventJournal
import FeedRuntime
import SceneEvents
import ScenePipeline
import Testing
import Timeline

extension FeedRestartTests {
    /// Killed behind any message, with a checkpoint or without: every scene says whether it was on before,
    /// and one of which the process saw only a part says that nobody can tell.
    @Test(arguments: [3, 200] as [Double], [false, true])
    func scenesAreRecognized(outage: Double, hasCheckpoint: Bool) throws {
        var options = FeedRig.options()
        options.minimumScene = 1
        options.recall = RecallOptions()
        options.recall?.repeats = true
        let messages = try FeedRig.messages("cuts.ts", options)
        let clock = try #require(FeedRig.clock(of: messages))
        var (known, unknown) = (0, 0)
        for count in stride(from: 3, to: messages.count, by: 41) {
            var session = FeedRig.session(options)
            var told = [Self.start(clock)]
            var now = 0.0
            for message in messages.prefix(count) {
                told += try session.take(message, now: now)
                now += 0.04
            }
            told += session.pause(reason: .stall)
            let before = told.count
            told.append(Self.heartbeat(at: session.position, now: now))
            var writer = EventWriter()
            let record = Self.record(told.map { writer.line($0) })
            guard let checkpoint = session.checkpoint, !record.isClosed else { continue }
            let reached = try #require(session.position)
            session = FeedRig.session(options)
            let wall = Int64(((now + outage) * 1000).rounded())
            told +=
                hasCheckpoint
                ? try session.resume(checkpoint, record, now: now + outage, unixMilliseconds: wall)
                : session.resume(record, now: now + outage, unixMilliseconds: wall)
            told += try Self.rest(of: messages, &session, now: now + outage)
            for (place, event) in told.enumerated() {
                guard case .scene(let scene) = event else { continue }
                let isSplit = place >= before && scene.start < reached
                #expect(scene.seen != nil)
                if isSplit, !hasCheckpoint { #expect(scene.seen == .unknown, "message \(count): \(scene)") }
                if scene.seen == .unknown { unknown += 1 } else { known += 1 }
            }
        }
        #expect(known > 10 && unknown > 5)
    }
}
