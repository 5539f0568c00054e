import FeedRuntime
import SceneService
import EventDelivery
import EventJournal
import Platform
import Foundation
import NIOSSL
import SceneEvents
import TestSupport
import Testing
import Timeline

@Suite struct SinkTests {
    private func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }

    private func sequences(_ text: String) -> [Int] {
        text.split(separator: "\n").compactMap { line in
            line.firstRange(of: "\"seq\":").flatMap { Int(line[$0.upperBound...].prefix { $0.isNumber }) }
        }
    }

    @Test func aFileTakesEachEventOnceAcrossRestartsAndRotation() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/f.jsonl"
        let configure: (inout ServiceConfiguration) -> Void = { configuration in
            configuration.sinks = [.file(FileSink(name: "log", path: "\(folder.path)/%f.jsonl"))]
        }
        for round in 0..<3 {
            let rig = try await DeliveryRig(in: folder, configure)
            let outlet = try await rig.outlet()
            if round == 0 {
                try await outlet.append([SampleEvents.start(run: outlet.run)])
            } else if case .streamStart(let start) = SampleEvents.start(run: outlet.run) {
                try await outlet.goOn(as: start)
            }
            try await outlet.append([SampleEvents.scene(round * 2)])
            do {
                let got = await rig.service.drain(seconds: 30)
                #expect(got)
            }
            if round == 1 { try FileManager.default.moveItem(atPath: path, toPath: path + ".1") }
            try await outlet.append([SampleEvents.scene(round * 2 + 1)])
            do {
                let got = await rig.service.drain(seconds: 30)
                #expect(got)
            }
            await rig.service.stop()
        }
        #expect(sequences(text(path + ".1")) == [1, 2, 3, 4])
        #expect(sequences(text(path)) == [5, 6, 7])
    }

    /// How a file ends that a process before this one wrote to, and what becomes of its end: the beginning of
    /// an event goes, for the event comes again; what is somebody's stays, as a line of its own.
    @Test(
        arguments: [
            ("", []), (#"{"v":1,"seq":7,"ty"#, []), ("{", []), (#"{"v":1,"seq":"# + "\u{e9}", []),
            ("a note", ["a note"]), (#"{"a":1}"#, [#"{"a":1}"#]),
        ] as [(String, [String])], ["", "first\n"])
    func aTornEndIsMended(end: (String, [String]), before: String) async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/f.jsonl"
        try Data((before + end.0).utf8).write(to: URL(filePath: path))
        let rig = try await DeliveryRig(in: folder) { configuration in
            configuration.sinks = [.file(FileSink(name: "log", path: path))]
        }
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run), SampleEvents.scene(0)])
        let isDone = await rig.service.drain(seconds: 30)
        await rig.service.stop()
        #expect(isDone)
        let lines = text(path).split(separator: "\n").map(String.init)
        #expect(Array(lines.dropLast(2)) == before.split(separator: "\n").map(String.init) + end.1)
        #expect(sequences(lines.suffix(2).joined(separator: "\n")) == [1, 2])
    }

    /// A FIFO keeps no events: nothing is written into it, not even where somebody reads it.
    @Test func nothingIsWrittenIntoAFIFO() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/fifo"
        try #require(mkfifo(path, 0o600) == 0)
        let reader = open(path, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        let rig = try await DeliveryRig(in: folder) { configuration in
            configuration.sinks = [.file(FileSink(name: "log", path: path))]
        }
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run)])
        var trouble: String?
        for _ in 0..<300 where trouble == nil {
            _ = await rig.service.drain(seconds: 0.1)
            trouble = rig.service.board.snapshot.sinks.values.compactMap(\.trouble).first
        }
        await rig.service.stop()
        #expect(trouble?.contains("it is not an ordinary file") == true, "\(trouble ?? "")")
        var byte: UInt8 = 0
        let count = read(reader, &byte, 1)
        #expect(count <= 0)
    }

    /// Refused twice, stopped, started anew: each event arrives, in order, signed.
    @Test func aWebhookIsRetriedInOrderAndGoesOnAfterARestart() async throws {
        let folder = try TemporaryFolder()
        try Data("a key\n".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/hook-key"))
        let server = try await WebhookServer(refusing: 2)
        let configure: (inout ServiceConfiguration) -> Void = { configuration in
            var sink = WebhookSink(name: "hook", url: SecretText("http://127.0.0.1:\(server.port)/in"))
            sink.secret = SecretText("${credential:hook-key}")
            sink.batch = 2
            sink.retryCap = 0.3
            configuration.sinks = [.webhook(sink)]
        }
        for round in 0..<2 {
            let rig = try await DeliveryRig(in: folder, credentials: folder.path, configure)
            let outlet = try await rig.outlet()
            if round == 0 {
                try await outlet.append(
                    [SampleEvents.start(run: outlet.run)] + (0..<4).map(SampleEvents.scene))
            } else if case .streamStart(let start) = SampleEvents.start(run: outlet.run) {
                try await outlet.goOn(as: start)
                try await outlet.append((4..<8).map(SampleEvents.scene))
            }
            do {
                let got = await rig.service.drain(seconds: 60)
                #expect(got)
            }
            await rig.service.stop()
        }
        let requests = server.requests
        #expect(sequences(requests.map(\.body).joined()) == Array(1...9))
        for request in requests { #expect(request.isSigned(with: "a key")) }
        #expect(server.refused == 2)
        await server.stop()
    }

    /// A key, and a certificate for an address of loopback.
    private func certificate(_ folder: String, for name: String) throws -> NIOSSLContext {
        let (key, certificate) = ("\(folder)/key.pem", "\(folder)/ca.pem")
        _ = try ExternalTool.run([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days",
            "2", "-subj", "/CN=scened test", "-addext", "subjectAltName=\(name)", "-keyout", key, "-out",
            certificate,
        ])
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
                privateKey: .privateKey(NIOSSLPrivateKey(file: key, format: .pem))))
    }

    /// Trusted: delivered. From nobody the system knows, or for another address: nothing is sent, and the
    /// trouble is told.
    @Test(
        .enabled(if: ExternalTool.isThere("openssl"), "openssl is not installed"),
        arguments: [
            ("IP:127.0.0.1", true, true), ("IP:127.0.0.1", false, false), ("IP:127.0.0.9", true, false),
        ])
    func aWebhookOverTLS(name: String, isKnown: Bool, isTaken: Bool) async throws {
        let folder = try TemporaryFolder()
        let server = try await WebhookServer(refusing: 0, security: certificate(folder.path, for: name))
        let rig = try await DeliveryRig(in: folder) { configuration in
            var sink = WebhookSink(name: "hook", url: SecretText("https://127.0.0.1:\(server.port)/in"))
            if isKnown { sink.authority = "\(folder.path)/ca.pem" }
            sink.retryCap = 0.3
            configuration.sinks = [.webhook(sink)]
        }
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run), SampleEvents.scene(0)])
        var isDrained = false
        var troubles: [String] = []
        // However busy the machine: until there is trouble, or what was sent is taken.
        for _ in 0..<30 where !isDrained && troubles.isEmpty {
            isDrained = await rig.service.drain(seconds: 2)
            troubles = rig.service.board.snapshot.sinks.values.compactMap(\.trouble)
        }
        #expect(isDrained == isTaken)
        if !isTaken {
            #expect(troubles.contains { $0.contains("no secure connection to 127.0.0.1") }, "\(troubles)")
        }
        await rig.service.stop()
        #expect(server.requests.isEmpty != isTaken)
        await server.stop()
    }

    /// It takes connections and says nothing: given up after `timeout`, and said so.
    @Test func aHandshakeWithoutAnAnswerIsGivenUp() async throws {
        let (descriptor, port) = LoopbackListener.open()
        defer { close(descriptor) }
        let folder = try TemporaryFolder()
        let rig = try await DeliveryRig(in: folder) { configuration in
            var sink = WebhookSink(name: "hook", url: SecretText("https://127.0.0.1:\(port)/in"))
            sink.timeout = 0.2
            configuration.sinks = [.webhook(sink)]
        }
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run)])
        var troubles: [String] = []
        for _ in 0..<60 where troubles.isEmpty {
            _ = await rig.service.drain(seconds: 1)
            troubles = rig.service.board.snapshot.sinks.values.compactMap(\.trouble)
        }
        #expect(troubles.contains { $0.contains("no answer within 200 ms") }, "\(troubles)")
        await rig.service.stop()
    }

    /// It takes connections and lets them go without a word: told in words that name it.
    @Test func aConnectionThatEndsWithoutAnAnswerIsTold() async throws {
        let listener = LoopbackListener { _ in }
        defer { listener.close() }
        let folder = try TemporaryFolder()
        let rig = try await DeliveryRig(in: folder) { configuration in
            configuration.sinks = [
                .webhook(WebhookSink(name: "hook", url: SecretText("http://127.0.0.1:\(listener.port)/in")))
            ]
        }
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run)])
        var troubles: [String] = []
        for _ in 0..<60 where troubles.isEmpty {
            _ = await rig.service.drain(seconds: 1)
            troubles = rig.service.board.snapshot.sinks.values.compactMap(\.trouble)
        }
        #expect(
            troubles.contains { $0.contains("127.0.0.1") && $0.contains("before an answer came") },
            "\(troubles)")
        await rig.service.stop()
    }

    private func hook(_ server: WebhookServer, batch: Int) -> SinkConfiguration {
        var sink = WebhookSink(name: "hook", url: SecretText("http://127.0.0.1:\(server.port)/in"))
        (sink.batch, sink.retryCap) = (batch, 0.25)
        return .webhook(sink)
    }

    /// With a backlog, a receiver that fails now and then gets each event once: a failure repeats only its
    /// own request.
    @Test(arguments: [(1, 4), (5, 3)])
    func aFailureRepeatsOnlyItsOwnRequest(batch: Int, every: Int) async throws {
        let server = try await WebhookServer { $0.isMultiple(of: every) }
        let folder = try TemporaryFolder()
        let first = try await DeliveryRig(in: folder)
        let outlet = try await first.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run)] + (0..<19).map(SampleEvents.scene))
        await first.service.stop()
        let rig = try await DeliveryRig(in: folder) { $0.sinks = [hook(server, batch: batch)] }
        _ = try await rig.outlet()
        let isDrained = await rig.service.drain(seconds: 300)
        #expect(isDrained)
        await rig.service.stop()
        #expect(sequences(server.requests.map(\.body).joined()) == Array(1...20))
        #expect(server.refused > 0)
        await server.stop()
    }

    /// What was taken stays taken, also when the service ends in the middle of a backlog.
    @Test func aRestartGoesOnBehindTheLastRequestThatWasTaken() async throws {
        let server = try await WebhookServer { (4...5).contains($0) }
        let folder = try TemporaryFolder()
        let configure: (inout ServiceConfiguration) -> Void = { $0.sinks = [hook(server, batch: 1)] }
        let first = try await DeliveryRig(in: folder, configure)
        let outlet = try await first.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run)] + (0..<7).map(SampleEvents.scene))
        while server.refused == 0 { await Task.yield() }
        await first.service.stop()
        let rig = try await DeliveryRig(in: folder, configure)
        _ = try await rig.outlet()
        let isDrained = await rig.service.drain(seconds: 300)
        #expect(isDrained)
        await rig.service.stop()
        #expect(sequences(server.requests.map(\.body).joined()) == Array(1...8))
        await server.stop()
    }

    /// The disk refuses the place: told, tried again, and nothing is sent twice for it.
    @Test func aPlaceThatCannotBeSavedBringsNothingBack() async throws {
        let server = try await WebhookServer(refusing: 0)
        let folder = try TemporaryFolder()
        // A file where the folder should be.
        let blocked = "\(folder.path)/cursors"
        try Data().write(to: URL(fileURLWithPath: blocked))
        let rig = try await DeliveryRig(in: folder) { $0.sinks = [hook(server, batch: 1)] }
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run)] + (0..<3).map(SampleEvents.scene))
        func trouble() -> String? { rig.service.board.snapshot.sinks.values.first?.trouble }
        while server.requests.count < 4 || trouble() == nil { await Task.yield() }
        #expect(trouble()?.contains("cursors") == true)
        try FileManager.default.removeItem(atPath: blocked)
        while trouble() != nil { await Task.yield() }
        #expect(text("\(blocked)/hook/f") == "\(outlet.run):4\n")
        await rig.service.stop()
        #expect(sequences(server.requests.map(\.body).joined()) == Array(1...4))
        await server.stop()
    }

    /// 200, and then the connection ends without TLS' goodbye and without a length: taken, once.
    @Test(.enabled(if: ExternalTool.isThere("openssl"), "openssl is not installed"))
    func anAnswerCountsHoweverTheConnectionEnds() async throws {
        let folder = try TemporaryFolder()
        let server = try await WebhookServer(
            security: certificate(folder.path, for: "IP:127.0.0.1"), isAbrupt: true
        ) { _ in false }
        let rig = try await DeliveryRig(in: folder) { configuration in
            var sink = WebhookSink(name: "hook", url: SecretText("https://127.0.0.1:\(server.port)/in"))
            sink.authority = "\(folder.path)/ca.pem"
            configuration.sinks = [.webhook(sink)]
        }
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run), SampleEvents.scene(0)])
        let isDrained = await rig.service.drain(seconds: 300)
        #expect(isDrained)
        await rig.service.stop()
        #expect(Set(server.requests.map(\.body)).count == server.requests.count)
        #expect(rig.service.board.snapshot.sinks.values.allSatisfy { $0.errors == 0 })
        await server.stop()
    }

    @Test func aPieceIsCutIntoPartsThatKnowTheirPlace() async throws {
        let rig = try await DeliveryRig()
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run)] + (0..<4).map(SampleEvents.scene))
        let gone = JournalCursor(run: String(repeating: "0", count: 26), sequence: 7)
        var follower = EventFollower(
            rig.service.directory, selection: SinkSelection(), start: .after(["f": gone]), files: PosixFiles()
        )
        let piece = try #require(try await follower.next())
        let parts = piece.parts(of: 2)
        #expect(parts.map { $0.lines.map(\.sequence) } == [[1, 2], [3, 4], [5]])
        #expect(parts.map { $0.cursor.sequence } == [2, 4, 5])
        #expect(parts.map { $0.expired != nil } == [true, false, false])
        #expect(piece.parts(of: 5).count == 1 && piece.parts(of: Int.max).count == 1)
        await rig.service.stop()
    }
}
