import FeedRuntime
import Foundation
import Logging
import MediaInput
import SceneEvents
import ScenePipeline
import Testing
import Timeline

/// What the thread of a feed tells and counts, with a script in place of its worker.
@Suite struct FeedThreadTests {
    /// Keeps all that it is given, and tells how the feed stands.
    private actor Book: EventOutlet {
        private(set) var events: [Event] = []
        private(set) var last: FeedStatus?
        nonisolated let statuses: AsyncStream<FeedStatus>
        private let teller: AsyncStream<FeedStatus>.Continuation

        init() {
            let (stream, continuation) = AsyncStream.makeStream(of: FeedStatus.self)
            (statuses, teller) = (stream, continuation)
        }

        func append(_ events: [Event]) async throws { self.events += events }

        func status(_ status: FeedStatus) async {
            last = status
            teller.yield(status)
        }
    }

    /// A program that gives `messages` to its feed the first time it is started, and nothing later.
    private func worker(_ folder: TemporaryFolder, _ messages: [WorkerMessage]) throws -> String {
        let hello = WorkerMessage.hello(version: WorkerSpecification.protocolVersion, unconfined: [])
        let bytes = ([hello] + messages).flatMap { (message: WorkerMessage) -> [UInt8] in
            FrameBuffer.framed(message.message)
        }
        try Data(bytes).write(to: URL(fileURLWithPath: "\(folder.path)/messages"))
        let path = "\(folder.path)/worker"
        try """
        #!/bin/sh
        cd '\(folder.path)' && mv messages given && exec cat given >&\(FeedWorker.descriptor)

        """.write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return path
    }

    private func finals(_ events: [Event]) -> Int {
        events.count { event in
            guard case .boundary(let boundary) = event else { return false }
            return boundary.state == .final
        }
    }

    /// The worker dies in the middle of the film: what is decided because no pictures come any more, and what
    /// is because the feed ends, is metered as what pictures decide is.
    @Test func everyAnswerIsMetered() async throws {
        let options = FeedRig.options()
        let whole = try FeedRig.messages("cuts.mkv", options)
        let clock = try #require(FeedRig.clock(of: whole))
        let messages = Array(
            whole.prefix { message in
                guard case .advance(let advance) = message else { return true }
                return clock.seconds(at: advance.end.pts) < 15
            })
        var session = FeedRig.session(options)
        var decided: [Event] = []
        for message in messages { decided += try session.take(message, now: 0) }

        let folder = try TemporaryFolder()
        var plan = FeedPlan(
            name: "f", address: FeedAddress("tcp://127.0.0.1:1"), options: options, media: MediaOptions(),
            timing: FeedTiming(), version: "0")
        plan.executable = try worker(folder, messages)
        let book = Book()
        let runner = FeedRunner(name: "f")
        try runner.start(
            plan, run: FeedRun(name: "r"), model: SharedModel(ChosenModel(neighborCount: 2)), outlet: book,
            limiter: OpenLimiter(), logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() })
        for await status in book.statuses where status.state == .backoff && status.connections > 0 { break }
        runner.stop()
        #expect(await runner.ending == .stopped)
        let told = finals(await book.events)
        let status = try #require(await book.last)
        #expect(told > finals(decided), "some is decided without pictures")
        #expect(status.delays.wall.count == told)
        #expect(status.connections == 1 && status.state == .ended)
    }
}
