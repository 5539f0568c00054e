import Foundation
import NIOSSL
import SceneService
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

    /// Trusted: delivered. From nobody the system knows, or for another address: nothing is sent, and the trouble is told.
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
}
