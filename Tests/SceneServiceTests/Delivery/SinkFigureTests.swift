import EventDelivery
import EventJournal
import Foundation
import SceneEvents
import SceneService
import Testing

/// What is said of a sink: what it has not taken, for how long, and what of it fails.
@Suite struct SinkFigureTests {
    /// A sink that takes nothing has all that came since before it, and not what there was at an attempt.
    @Test(.timeLimit(.minutes(2)))
    func whatWaitsIsWhatThereIs() async throws {
        let server = try await WebhookServer { _ in true }
        let rig = try await DeliveryRig { configuration in
            configuration.socket = nil
            configuration.sinks = [
                .webhook(WebhookSink(name: "hook", url: SecretText("http://127.0.0.1:\(server.port)/in")))
            ]
        }
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run)])
        while server.refused == 0 { await Task.yield() }
        try await outlet.append((0..<19).map(SampleEvents.scene))
        let metrics = try await rig.page("/metrics").body
        #expect(metrics.contains("\nscened_sink_queue_events{sink=\"hook\",feed=\"f\"} 20\n"))
        let feeds = try await rig.page("/v1/feeds").body
        #expect(feeds.contains("\"sink\":\"hook\",\"feed\":\"f\",\"waiting\":20,"), "\(feeds)")
        await rig.service.stop()
        await server.stop()
    }

    /// Up to where it has taken events; how many wait then, and for how long.
    @Test func theOldestSaysForHowLong() {
        let key = ServiceBoard.SinkKey(sink: "s", feed: "f")
        func cursor(_ sequence: Int64, run: Int = 1) -> JournalCursor {
            JournalCursor(run: JournalRig.run(run), sequence: sequence)
        }
        let board = ServiceBoard()
        for (sequence, now) in [(1, 100), (2, 110), (3, 150)] as [(Int64, Double)] {
            board.update("f") { $0.note(durable: cursor(sequence), now: now) }
        }
        let rows: [(taken: JournalCursor?, events: Int64, seconds: Double)] = [
            (nil, 3, 60), (cursor(0), 3, 60), (cursor(1), 2, 50), (cursor(2), 1, 10), (cursor(3), 0, 0),
            // Of the newest run only; and of a journal that has lost its end.
            (cursor(900, run: 0), 3, 60), (cursor(7), 0, 0), (cursor(1, run: 2), 0, 0),
        ]
        for (taken, events, seconds) in rows {
            board.update(key) { $0.taken = taken }
            let backlog = board.snapshot.backlog(of: key, now: 160)
            #expect(backlog.events == events && backlog.seconds == seconds, "\(taken?.description ?? "")")
        }
        // A new run that has told nothing yet leaves what waits as old as it is.
        board.update("f") { $0.note(durable: cursor(0, run: 2), now: 155) }
        board.update(key) { $0.taken = cursor(1) }
        #expect(board.snapshot.backlog(of: key, now: 160).events == 0)
        #expect(board.snapshot.backlog(of: key, now: 160).seconds == 50)
        // It takes nothing any more, so nothing waits for it.
        board.update(key) { ($0.taken, $0.isClosed) = (cursor(1), true) }
        #expect(board.snapshot.backlog(of: key, now: 160).events == 0)
        #expect(board.snapshot.backlog(of: key, now: 160).seconds == 0)
    }

    /// The place of a sink that cannot be saved is told as that: the sink has the events.
    @Test(.timeLimit(.minutes(2)))
    func aPlaceThatIsNotSavedIsNoSinkThatTakesNothing() async throws {
        let (folder, log) = (try TemporaryFolder(), LogLines())
        // A file where the folder should be.
        let blocked = "\(folder.path)/cursors"
        try Data().write(to: URL(fileURLWithPath: blocked))
        let rig = try await DeliveryRig(in: folder, log: log) { configuration in
            configuration.socket = nil
            configuration.sinks = [.file(FileSink(name: "log", path: "\(folder.path)/%f.jsonl"))]
        }
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run), SampleEvents.scene(0)])
        while log.with("the cursor of the sink cannot be saved").isEmpty { await Task.yield() }
        try FileManager.default.removeItem(atPath: blocked)
        while log.with("the cursor of the sink is saved again").isEmpty { await Task.yield() }
        await rig.service.stop()
        #expect(log.with("the cursor of the sink cannot be saved").count == 1)
        #expect(log.with("sink takes").isEmpty)
        let taken = try String(contentsOfFile: "\(folder.path)/f.jsonl", encoding: .utf8)
        #expect(taken.split(separator: "\n").count == 2)
    }
}
