import TestSupport
import Platform
import FeedRuntime
import EventJournal
import SceneService
import EventDelivery
import Foundation
import Logging
import Testing
import Timeline

/// What the HTTP server does besides its pages.
@Suite struct HTTPServerTests {
    @Test func headIsGetWithoutTheBody() async throws {
        let rig = try await DeliveryRig()
        for path in ["/", "/healthz", "/readyz", "/metrics", "/v1/feeds", "/nowhere"] {
            let get = try await rig.answer(
                "GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            let head = try await rig.answer(
                "HEAD \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            #expect(head.status == get.status)
            #expect(head.headers["content-type"] == get.headers["content-type"])
            #expect(head.headers["content-length"] != nil)
            #expect(head.body.isEmpty && !get.body.isEmpty)
        }
        // A stream without end has no length; its head comes all the same.
        let stream = try await rig.answer("HEAD /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(stream.status.contains("200") && stream.headers["content-type"] == "text/event-stream")
        #expect(stream.status.hasPrefix("HTTP/1.1 "))
        #expect(stream.headers["transfer-encoding"] == nil && stream.body.isEmpty)
        await rig.service.stop()
    }

    /// Also answers that no page of ours gives: to a request that is none, and a stream.
    @Test(arguments: [
        ("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "200"),
        ("GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "404"),
        ("GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", "403"),
        ("POST /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "405"),
        ("GET /healthz HTTP/1.1\r\n\r\n", "400"), ("nonsense\r\n\r\n", "400"),
        ("GET /healthz HTTP/1.1\r\nHost localhost\r\n\r\n", "400"),
        ("BREW /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", "400"),
        ("HEAD /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n", "200"),
        ("GET /v1/events?feed=none HTTP/1.1\r\nHost: localhost\r\n\r\n", "404"),
    ])
    func noAnswerIsKeptOrTakenForAnotherType(request: String, status: String) async throws {
        let rig = try await DeliveryRig()
        let answer = try await rig.answer(request)
        #expect(answer.status.contains(" \(status) "))
        #expect(answer.headers["cache-control"] == "no-store")
        #expect(answer.headers["x-content-type-options"] == "nosniff")
        await rig.service.stop()
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "OPTIONS"])
    func otherMethodsAreToldWhatIsAllowed(method: String) async throws {
        let rig = try await DeliveryRig()
        for path in ["/metrics", "/v1/events"] {
            let answer = try await rig.answer(
                "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
            )
            #expect(answer.status.contains("405"))
            #expect(answer.headers["allow"] == "GET, HEAD")
        }
        await rig.service.stop()
    }

    /// Who holds a body back until it is asked for is answered at once: the answer does not depend on it.
    @Test(.timeLimit(.minutes(2)), arguments: [("POST", "/metrics", "405"), ("GET", "/healthz", "200")])
    func nobodyWaitsToSendABody(method: String, path: String, status: String) async throws {
        let rig = try await DeliveryRig()
        let answer = try await rig.answer(
            "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
                + "Expect: 100-Continue\r\n\r\n")
        #expect(answer.status.contains(" \(status) ") && answer.headers["connection"] == "close")
        #expect(!answer.body.isEmpty)
        await rig.service.stop()
    }

    /// A stream in chunks, to who knows them.
    @Test func aStreamComesInChunks() async throws {
        let rig = try await DeliveryRig()
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run)])
        try await rig.web("GET /v1/events?after=start HTTP/1.1\r\nHost: localhost\r\n\r\n") { lines in
            var head: [String] = []
            while let line = try await lines.next(), line != "\r" { head.append(line.lowercased()) }
            #expect(head.first?.hasPrefix("http/1.1 200") == true)
            #expect(head.contains("transfer-encoding: chunked\r"))
            let size = try await lines.next() ?? ""
            #expect(Int(size.dropLast(), radix: 16) ?? 0 > 0, "\(size)")
        }
        await rig.service.stop()
    }

    /// Of two values of a key one would count, and nobody could tell which; feeds add up.
    @Test(arguments: [
        ("types=scene&types=gap", "400", "'types' may be given once; separate types by commas"),
        ("after=now&after=start", "400", "'after' may be given once"),
        ("envelope=true&envelope=true", "400", "'envelope' may be given once"),
        ("types=scene,gap&after=now", "200", ""), ("feed=f&feed=f", "200", ""),
    ])
    func keysOfTheQueryComeOnce(query: String, status: String, reason: String) async throws {
        let rig = try await DeliveryRig()
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run)])
        let method = status == "200" ? "HEAD" : "GET"
        let answer = try await rig.answer("\(method) /v1/events?\(query) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(answer.status.contains(" \(status) "))
        #expect(answer.body == (reason.isEmpty ? "" : reason + "\n"))
        await rig.service.stop()
    }

    @Test func aPageThatIsNotThereNamesThoseThatAre() async throws {
        let rig = try await DeliveryRig()
        let answer = try await rig.page("/nowhere")
        let known = [
            "/", "/feeds/NAME", "/v1/feeds/NAME/pictures/PTS.jpg", "/v1/feeds", "/v1/events", "/metrics",
            "/healthz", "/readyz",
        ]
        #expect(answer.body == "known: \(known.joined(separator: ", "))\n")
        await rig.service.stop()
    }

    /// HTTP/1.0 knows no chunks; its keep-alive must be granted.
    @Test func anOldClientIsAnsweredInItsOwnWay() async throws {
        let rig = try await DeliveryRig()
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run)])
        try await rig.web("GET /v1/events?after=start HTTP/1.0\r\n\r\n") { lines in
            var head: [String] = []
            while let line = try await lines.next(), line != "\r" { head.append(line.lowercased()) }
            #expect(head.first?.hasPrefix("http/1.0 200") == true)
            #expect(!head.contains { $0.hasPrefix("transfer-encoding") })
            // The body as it stands: no sizes between the lines.
            while let line = try await lines.next() {
                #expect(line.isEmpty || line == ":" || line.contains(": "))
                if line.hasPrefix("data: ") { break }
            }
        }
        try await rig.web("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n") { lines in
            var head: [String] = []
            while let line = try await lines.next(), line != "\r" { head.append(line.lowercased()) }
            #expect(head.contains("connection: keep-alive\r"))
        }
        await rig.service.stop()
    }

    @Test(arguments: [
        ("Host: LOCALHOST\r\n", "200"), ("Host: [::1]:9310\r\n", "200"), ("Host: [::1].evil\r\n", "400"),
        ("", "400"),
        ("Host: localhost\r\nHost: localhost\r\n", "400"), ("Host: evil.example\r\n", "403"),
        ("Host: localhost\r\nOrigin: http://evil.example\r\n", "403"),
        ("Host: localhost\r\nOrigin: http://localhost:3000\r\n", "200"),
    ])
    func whoIsMeantDecides(headers: String, status: String) async throws {
        let rig = try await DeliveryRig()
        for path in ["/healthz", "/v1/events?types=gap"] {
            try await rig.web("GET \(path) HTTP/1.1\r\n\(headers)Connection: close\r\n\r\n") { lines in
                let got = try await lines.next() ?? ""
                #expect(got.contains(" \(status) "), "\(path)")
            }
        }
        await rig.service.stop()
    }

    @Test func theFirstPageSaysWhatThereIs() async throws {
        let rig = try await DeliveryRig()
        let answer = try await rig.answer("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        #expect(answer.status.contains("200"))
        #expect(answer.headers["content-type"] == "text/html; charset=utf-8")
        for path in ["/v1/events", "/v1/feeds", "/metrics", "/healthz", "/readyz"] {
            #expect(answer.body.contains("<a href=\"\(path)\">"))
        }
        await rig.service.stop()
    }

    /// Readers as many as may be, and idle connections more than may be, that have asked once or never: pages
    /// come.
    @Test func pagesComeBesideReadersAndIdleConnections() async throws {
        let rig = try await DeliveryRig { $0.limits.clients = 3 }
        try await held(3, rig, "GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n") {
            await rig.readers("http", 3)
            try await held(40, rig, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n") {
                try await held(40, rig, "GET /healthz HTTP/1.1\r\n") {
                    for path in ["/healthz", "/readyz", "/metrics"] {
                        let page = try await rig.page(path)
                        #expect(page.status.contains("200"))
                    }
                    let reader = try await rig.page("/v1/events")
                    #expect(reader.status.contains("503") && reader.body.contains("limits.clients"))
                }
            }
        }
        await rig.service.stop()
    }

    /// Connections that have sent `request` and stay, while `body` is done; the first line of an answer is
    /// waited for where one comes.
    private func held(
        _ count: Int, _ rig: DeliveryRig, _ request: String, _ body: () async throws -> Void
    ) async throws {
        if count == 0 { return try await body() }
        try await rig.web(request) { lines in
            if request.hasSuffix("\r\n\r\n") { _ = try await lines.next() }
            try await held(count - 1, rig, request, body)
        }
    }

    /// Who sends no request is let go, also after one that was answered.
    @Test(
        .timeLimit(.minutes(2)),
        arguments: ["", "GET / HT", "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"])
    func whoAsksForNothingIsLetGo(request: String) async throws {
        let rig = try await DeliveryRig(patience: 0.1)
        try await rig.web(request) { lines in
            var last = ""
            while let line = try await lines.next() { last = line }
            #expect(last.isEmpty == !request.hasSuffix("\r\n\r\n") || last == "\r")
        }
        await rig.service.stop()
    }

    @Test(.timeLimit(.minutes(2))) func whoSendsTheSocketNoRequestIsToldAndLetGo() async throws {
        let rig = try await DeliveryRig(patience: 0.1)
        let outlet = try await rig.outlet()
        try await DeliveryRig.exchange(.unix(path: rig.socketPath), "{\"after\"") { lines in
            let answer = try await lines.next(2)
            #expect(answer.count == 1)
            #expect(answer[0].contains("no request came within 0.1 s"))
        }
        // Who has sent one may wait as long as it likes.
        try await rig.lines("{\"after\":\"now\",\"feed\":\"f\"}") { lines in
            await rig.readers("socket", 1)
            try await DeliveryRig.exchange(.unix(path: rig.socketPath), "") { others in
                _ = try await others.next(2)
            }
            try await outlet.append([SampleEvents.start(run: outlet.run)])
            let got = try await lines.sequences(1)
            #expect(got == [1])
        }
        await rig.service.stop()
    }

    // MARK: Who may read events

    @Test(arguments: [
        (EventAccess.unixOnly, "", "403"), (.nobody, "", "403"), (.anyone, "", "200"),
        (.bearer(SecretText("${credential:key}")), "", "401"),
        (.bearer(SecretText("${credential:key}")), "Authorization: Bearer a secret\r\n", "200"),
        (.bearer(SecretText("${credential:key}")), "Authorization: bearer  a secret\r\n", "200"),
        (.bearer(SecretText("${credential:key}")), "Authorization: Bearer a secre\r\n", "401"),
        (.bearer(SecretText("${credential:key}")), "Authorization: Bearer \r\n", "401"),
        (.bearer(SecretText("${credential:key}")), "Authorization: Basic a secret\r\n", "401"),
        (
            .bearer(SecretText("${credential:key}")),
            "Authorization: Bearer a secret\r\nAuthorization: Bearer a secret\r\n", "401"
        ),
    ])
    func eventsAreForThoseWhoMayReadThem(access: EventAccess, headers: String, status: String) async throws {
        let folder = try TemporaryFolder()
        try Data("a secret\n".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/key"))
        let rig = try await DeliveryRig(in: folder, credentials: folder.path) { $0.httpEvents = access }
        try await rig.web("GET /v1/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\(headers)\r\n")
        { lines in
            var head: [String] = []
            while let line = try await lines.next(), line != "\r" { head.append(line.lowercased()) }
            #expect(head.first?.contains(" \(status) ") == true)
            #expect(head.contains { $0.hasPrefix("www-authenticate: bearer") } == (status == "401"))
            if status != "200" {
                let remedy = try await lines.next() ?? ""
                #expect(remedy.contains("http.token") || remedy.contains("http.events"))
            }
        }
        // Health, state and metrics are open.
        for path in ["/healthz", "/v1/feeds", "/metrics"] {
            let page = try await rig.page(path)
            #expect(page.status.contains("200"))
        }
        await rig.service.stop()
    }

    /// The file of a Unix socket says who may open it: events are served there without more.
    @Test func aUnixSocketServesEventsOverHTTP() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/http.sock"
        let rig = try await DeliveryRig(in: folder) { configuration in
            configuration.http = .unix(path: path)
            configuration.httpEvents = .unixOnly
        }
        try await DeliveryRig.exchange(.unix(path: path), "GET /v1/events HTTP/1.1\r\nHost: any\r\n\r\n") {
            lines in
            let status = try await lines.next() ?? ""
            #expect(status.contains("200"))
        }
        await rig.service.stop()
    }

    @Test func aTokenThatIsMissingIsNamedAtTheStart() async throws {
        await #expect(throws: Credentials.Failure.self) {
            _ = try await DeliveryRig { $0.httpEvents = .bearer(SecretText("${credential:key}")) }
        }
    }

    // MARK: Where it listens

    private func message(_ configure: (inout ServiceConfiguration) -> Void, in folder: TemporaryFolder)
        async throws
        -> String
    {
        do {
            let rig = try await DeliveryRig(in: folder, configure)
            await rig.service.stop()
            return ""
        } catch let failure as ListenFailure {
            return failure.description
        }
    }

    @Test func aPortInUseIsSaidInOneLine() async throws {
        let rig = try await DeliveryRig()
        let port = await rig.service.httpPort ?? 0
        let message = try await message(
            { $0.http = .tcp(host: "127.0.0.1", port: port) }, in: try TemporaryFolder())
        #expect(
            message
                == "127.0.0.1:\(port) is in use by another program; choose another address, or end that program"
        )
        await rig.service.stop()
    }

    /// The first one goes on serving; what a process left behind that has ended is replaced.
    @Test func aSocketIsServedByOneProcess() async throws {
        let folder = try TemporaryFolder()
        let rig = try await DeliveryRig(in: folder)
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run)])
        // With a state directory of its own: one on the same is refused before it opens anything.
        let refusal = try await message(
            { $0.socket = .unix(path: rig.socketPath) }, in: TemporaryFolder())
        #expect(refusal.contains("another process serves '\(rig.socketPath)'"))
        try await rig.lines("{\"after\":\"start\",\"feed\":\"f\"}") { lines in
            let got = try await lines.sequences(1)
            #expect(got == [1])
        }
        await rig.service.stop()
        // A socket whose process ended by force.
        try abandonSocket(rig.socketPath)
        #expect(FileManager.default.fileExists(atPath: rig.socketPath))
        let replaced = try await message({ _ in }, in: folder)
        #expect(replaced == "")
    }

    @Test func aFileThatIsNoSocketIsKept() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/events.sock"
        try Data("mine".utf8).write(to: URL(fileURLWithPath: path))
        let refusal = try await message({ _ in }, in: folder)
        #expect(refusal == "'\(path)' is there and is not a socket; choose another path, or remove it")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
    }

    private func abandonSocket(_ path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let isBound = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(isBound == 0)
    }
}
