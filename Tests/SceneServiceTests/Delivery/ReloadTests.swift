import Platform
import EventDelivery
import SceneService
import FeedRuntime
import EventJournal
import Foundation
import Logging
import SceneEvents
import Synchronization
import Testing
import Timeline

/// Another configuration is taken over as a whole, or not at all.
@Suite struct ReloadTests {
    private static func configuration(_ rig: DeliveryRig, _ change: (inout ServiceConfiguration) -> Void)
        -> ServiceConfiguration
    {
        var configuration = ServiceConfiguration()
        configuration.http = .tcp(host: "127.0.0.1", port: 0)
        configuration.socket = .unix(path: rig.socketPath)
        configuration.feeds = [FeedConfiguration(name: "f", input: SecretText("tcp://127.0.0.1:1"))]
        change(&configuration)
        return configuration
    }

    /// The HTTP server could move, the socket cannot: both stay where they are, and so do limits and sinks.
    @Test func aRefusedAddressChangesNothing() async throws {
        let rig = try await DeliveryRig { $0.limits.clients = 1 }
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run)])
        let port = await rig.service.httpPort
        let file = "\(rig.folder.path)/events.jsonl"
        let sink = try ServiceConfiguration(
            yaml:
                "sinks: [{to: file, name: archive, path: '\(file)'}]\nfeeds: [{name: f, input: 'tcp://127.0.0.1:1'}]",
            file: "a"
        ).sinks
        let wrong = Self.configuration(rig) {
            $0.http = .tcp(host: "localhost", port: 0)
            $0.socket = .unix(path: "/nonexistent/folder/socket")
            $0.limits.clients = 50
            $0.sinks = sink
        }
        await #expect(throws: (any Error).self) { try await rig.service.reload(wrong) }
        #expect(await rig.service.httpPort == port)
        #expect(try await rig.page("/healthz").status.contains("200"))
        try await rig.lines(#"{"after":"start"}"#) { lines in
            #expect(try await lines.next(1).count == 1)
            // The only connection that is allowed is this one.
            try await rig.lines(#"{"after":"start"}"#) { second in
                let refusal = try await second.next()
                #expect(refusal?.contains("too many readers") == true)
            }
        }
        #expect(rig.service.board.snapshot.sinks.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: file))
        await rig.service.stop()
    }

    /// A sink whose secret is missing is refused before anything has changed.
    @Test func aSinkThatCannotBeMadeIsRefused() async throws {
        let rig = try await DeliveryRig()
        let port = await rig.service.httpPort
        let sinks = try ServiceConfiguration(
            yaml: """
                sinks: [{to: webhook, name: w, url: 'http://127.0.0.1:1/', secret: '${credential:absent}'}]
                feeds: [{name: f, input: 'tcp://127.0.0.1:1'}]
                """, file: "a"
        ).sinks
        let wrong = Self.configuration(rig) {
            $0.http = nil
            $0.sinks = sinks
        }
        do {
            try await rig.service.reload(wrong)
            Issue.record("a sink without its secret was taken")
        } catch {
            #expect("\(error)".contains("sink 'w'"))
        }
        #expect(await rig.service.httpPort == port)
        #expect(try await rig.page("/healthz").status.contains("200"))
        await rig.service.stop()
    }

    /// A sink that is changed while it delivers: the one that takes its place begins where that has ended.
    @Test func aChangedSinkFollowsTheOneBefore() async throws {
        let files = FaultyFiles()
        let (begun, beginning) = AsyncStream<Void>.makeStream()
        let gate = DispatchSemaphore(value: 0)
        let path = "/sink/f.jsonl"
        let rig = try await DeliveryRig(files: files) {
            $0.sinks = [.file(FileSink(name: "log", path: path))]
        }
        files.with { state in
            state.folders.insert("/sink")
            state.beforeSync = { synced in
                guard synced == path else { return }
                beginning.yield()
                _ = gate.wait(timeout: .now() + 30)
                gate.signal()
            }
        }
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run), SampleEvents.scene(0)])
        for await _ in begun { break }
        try await rig.service.reload(
            Self.configuration(rig) {
                var sink = FileSink(name: "log", path: path)
                sink.envelope = true
                $0.sinks = [.file(sink)]
            })
        try await outlet.append([SampleEvents.scene(1)])
        gate.signal()
        let isDone = await rig.service.drain(seconds: 30)
        #expect(isDone)
        let lines = String(decoding: files.with { $0.files[path]?.bytes ?? [] }, as: UTF8.self)
            .split(separator: "\n")
        let numbers = lines.compactMap { line in
            line.firstRange(of: "\"seq\":").flatMap { Int(line[$0.upperBound...].prefix { $0.isNumber }) }
        }
        #expect(numbers == [1, 2, 3])
        await rig.service.stop()
    }

    /// A feed goes, and from the sink's list with it, or its sink goes with it: the sink has its last events
    /// all the same.
    @Test(arguments: [["f"], nil] as [[String]?])
    func aFeedThatGoesTellsItsSinkItsLastEvents(left: [String]?) async throws {
        let files = FaultyFiles()
        files.with { _ = $0.folders.insert("/sink") }
        func sink(_ feeds: [String]) -> SinkConfiguration {
            var sink = FileSink(name: "log", path: "/sink/%f.jsonl")
            sink.selection.feeds = feeds
            return .file(sink)
        }
        let rig = try await DeliveryRig(files: files) { $0.sinks = [sink(["f", "g"])] }
        _ = try await rig.outlet()
        let goes = try await rig.outlet("g")
        try await goes.append([SampleEvents.start(feed: "g", run: goes.run)])
        try await rig.service.reload(Self.configuration(rig) { $0.sinks = left.map { [sink($0)] } ?? [] })
        try await goes.append([SampleEvents.scene(0), SampleEvents.scene(1)])
        await rig.service.remove(feed: "g")
        let lines = String(decoding: files.with { $0.files["/sink/g.jsonl"]?.bytes ?? [] }, as: UTF8.self)
        #expect(lines.split(separator: "\n").count == 3, "\(lines)")
        await rig.service.stop()
    }

    /// A credential holds another key: requests are signed by it from the reload on. One that cannot be read
    /// is refused.
    @Test func aReloadTakesTheKeyOfAWebhook() async throws {
        let folder = try TemporaryFolder()
        func write(_ key: String) throws {
            try Data(key.utf8).write(to: URL(fileURLWithPath: "\(folder.path)/hook-key"))
        }
        try write("first key")
        let server = try await WebhookServer(refusing: 0)
        let sinks: [SinkConfiguration] = {
            var sink = WebhookSink(name: "hook", url: SecretText("http://127.0.0.1:\(server.port)/in"))
            sink.secret = SecretText("${credential:hook-key}")
            return [.webhook(sink)]
        }()
        let rig = try await DeliveryRig(in: folder, credentials: folder.path) { $0.sinks = sinks }
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run)])
        for (index, key) in ["first key", "second key", "second key"].enumerated() {
            try write(key)
            try await rig.service.reload(Self.configuration(rig) { $0.sinks = sinks })
            try await outlet.append([SampleEvents.scene(index)])
            let isDone = await rig.service.drain(seconds: 60)
            #expect(isDone)
            #expect(server.requests.last?.isSigned(with: key) == true, "\(index)")
        }
        try write("")
        await #expect(throws: (any Error).self) {
            try await rig.service.reload(Self.configuration(rig) { $0.sinks = sinks })
        }
        try await outlet.append([SampleEvents.scene(3)])
        let isDone = await rig.service.drain(seconds: 60)
        #expect(isDone)
        let numbers = server.requests.map(\.body).joined().split(separator: "\n").compactMap { line in
            line.firstRange(of: "\"seq\":").flatMap { Int(line[$0.upperBound...].prefix { $0.isNumber }) }
        }
        #expect(numbers == Array(1...5))
        await rig.service.stop()
        await server.stop()
    }

    /// A sink that nothing can be kept in is refused, as it is at the start.
    @Test func aFIFOIsRefused() async throws {
        let rig = try await DeliveryRig()
        let path = "\(rig.folder.path)/fifo"
        try #require(mkfifo(path, 0o600) == 0)
        let error = await #expect(throws: (any Error).self) {
            try await rig.service.reload(
                Self.configuration(rig) { $0.sinks = [.file(FileSink(name: "log", path: path))] })
        }
        let reason = error.map { "\($0)" } ?? ""
        #expect(reason.contains("sink 'log': '\(path)' is a FIFO"), "\(reason)")
        await rig.service.stop()
    }

    /// What a sink had taken is shown as long as it is configured.
    @Test func figuresOfASinkThatIsGoneGoWithIt() async throws {
        let folder = try TemporaryFolder()
        func sink(_ name: String) -> SinkConfiguration {
            .file(FileSink(name: name, path: "\(folder.path)/\(name).jsonl"))
        }
        let rig = try await DeliveryRig(in: folder) { $0.sinks = [sink("old"), sink("stays")] }
        func names(_ wanted: [String]) async throws -> [String] {
            for _ in 0..<500 {
                if rig.service.board.snapshot.sinks.keys.map(\.sink).sorted() == wanted { break }
                try await Task.sleep(for: .milliseconds(20))
            }
            return rig.service.board.snapshot.sinks.keys.map(\.sink).sorted()
        }
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run), SampleEvents.scene(0)])
        #expect(try await names(["old", "stays"]) == ["old", "stays"])
        try await rig.service.reload(Self.configuration(rig) { $0.sinks = [sink("new"), sink("stays")] })
        #expect(try await names(["new", "stays"]) == ["new", "stays"])
        try await outlet.append([SampleEvents.scene(1)])
        let isDone = await rig.service.drain(seconds: 30)
        #expect(isDone)
        #expect(try await rig.page("/metrics").body.contains("sink=\"old\"") == false)
        await rig.service.remove(feed: "f")
        #expect(try await names([]) == [])
        await rig.service.stop()
    }

    /// What was prepared and thrown away listens no more.
    @Test func whatIsDiscardedIsClosed() async throws {
        let rig = try await DeliveryRig()
        let path = "\(rig.folder.path)/other.sock"
        let changes = try await rig.service.prepare(Self.configuration(rig) { $0.socket = .unix(path: path) })
        await rig.service.discard(changes)
        await #expect(throws: (any Error).self) {
            try await DeliveryRig.exchange(.unix(path: path), "x\n") { lines in _ = try await lines.next() }
        }
        #expect(try await rig.page("/healthz").status.contains("200"))
        await rig.service.stop()
    }

    @Test func limitsChangeWhileItRuns() async throws {
        let rig = try await DeliveryRig { $0.limits.clients = 1 }
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run)])
        try await rig.lines(#"{"after":"start"}"#) { lines in
            #expect(try await lines.next(1).count == 1)
            try await rig.service.reload(Self.configuration(rig) { $0.limits.clients = 2 })
            try await rig.lines(#"{"after":"start"}"#) { second in
                let event = try await second.next()
                #expect(event?.contains("stream_start") == true)
            }
        }
        await rig.service.stop()
    }

    @Test func theJournalsLimitsChangeWhileItRuns() async throws {
        let rig = try await DeliveryRig()
        let outlet = try await rig.outlet()
        let folder = "\(rig.folder.path)/journal/f/\(outlet.run)"
        func segments() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: folder).count { $0.hasSuffix(".jsonl") }
        }
        try await outlet.append([SampleEvents.start(run: outlet.run)] + (0..<40).map(SampleEvents.scene))
        #expect(try segments() == 1)
        var limits = JournalLimits()
        limits.segmentBytes = 4096
        await outlet.set(limits)
        for index in 40..<80 { try await outlet.append([SampleEvents.scene(index)]) }
        #expect(try segments() > 2)
        await rig.service.stop()
    }

    @Test func theLogsSettingsChangeWhileItRuns() {
        let lines = Mutex<[String]>([])
        let output = ServiceLog.Output(
            linesPerMinute: 1, hasPriorities: false, board: nil, level: .warning,
            sink: { line in lines.withLock { $0.append(line) } })
        let log = Logger(label: "a") { ServiceLog(label: $0, output: output) }
        var feed = log
        feed[metadataKey: "feed"] = "f"
        feed.info("not yet")
        var configuration = LogConfiguration()
        configuration.level = "debug"
        configuration.linesPerMinute = 100
        output.set(configuration)
        for number in 0..<3 { feed.debug("now \(number)") }
        configuration.level = "error"
        output.set(configuration)
        log.warning("not any more")
        let written = lines.withLock { $0 }
        #expect(written.count == 3)
        #expect(written.allSatisfy { $0.contains("now") })
    }

    @Test func theRateOfConnectionsChangesWhileItRuns() {
        let limiter = OpenLimiter(perSecond: 1)
        #expect((0..<3).map { limiter.turn(host: "a\($0)", now: 50) } == [50, 51, 52])
        limiter.set(perSecond: 10)
        #expect((3..<5).map { limiter.turn(host: "a\($0)", now: 100) } == [100, 100.1])
    }

    /// A disk that does not answer is told by readiness; health does not end the service for it.
    @Test func aStalledDiskIsToldAndNotKilledFor() async throws {
        let rig = try await DeliveryRig()
        rig.service.monitor.beatOfDisk("archive", now: -1e9)
        #expect(try await rig.page("/healthz").status.contains("200"))
        let ready = try await rig.page("/readyz")
        #expect(ready.status.contains("503") && ready.body.contains("the disk of the archive"))
        rig.service.monitor.end("archive")
        rig.service.board.update("f") { $0.shortage = "no thread is left" }
        let short = try await rig.page("/readyz")
        #expect(short.status.contains("503") && short.body.contains("feed f: no thread is left"))
        await rig.service.stop()
    }
}
