internal import EventJournal
package import Platform
package import Logging
package import NIOCore
package import NIOHTTP1
internal import NIOPosix

/// Answers `GET` and `HEAD` over HTTP/1.1: metrics, health, the state of the feeds, and events as they come
/// (server-sent events).
///
/// Not meant for other machines: there is no TLS. Who reads events holds up no page, and neither do idle
/// connections (`ConnectionLedger`).
package struct HTTPServer {
    private let address: ListenAddress
    private let pages: HTTPPages
    private let directory: EventDirectory
    private let files: any DurableFiles
    private let book: ConnectionBook
    private let gate: EventGate
    private let log: Logger

    package init(
        address: ListenAddress, pages: HTTPPages, directory: EventDirectory, files: any DurableFiles,
        book: ConnectionBook, gate: EventGate, log: Logger
    ) {
        self.address = address
        self.pages = pages
        self.directory = directory
        self.files = files
        self.book = book
        self.gate = gate
        self.log = log
    }

    private typealias Client = NIOAsyncChannel<HTTPServerRequestPart, HTTPPart<HTTPResponseHead, ByteBuffer>>
    private typealias Writer = NIOAsyncChannelOutboundWriter<HTTPPart<HTTPResponseHead, ByteBuffer>>

    /// Seconds between comments on a stream without events, so that both sides see a dead connection.
    private static let pingInterval: Duration = .seconds(15)

    package typealias Server = NIOAsyncChannel<
        NIOAsyncChannel<HTTPServerRequestPart, HTTPPart<HTTPResponseHead, ByteBuffer>>, Never
    >

    /// Who can reach the server; known once its socket is there, whoever opened it.
    private enum Reach {
        /// Whom the socket's file lets in.
        case file
        /// Every program on this machine.
        case machine
        case network

        init(_ address: SocketAddress?) {
            switch address {
            case .unixDomainSocket, nil: self = .file
            case .v4, .v6:
                let text = address?.ipAddress ?? ""
                let isLoopback = text.hasPrefix("127.") || text == "::1" || text.hasPrefix("::ffff:127.")
                self = isLoopback ? .machine : .network
            }
        }
    }

    /// Opens the socket. What it returns must go to `serve`.
    package func open(on group: any EventLoopGroup, inherited: InheritedSockets) async throws -> Server {
        try await Listener.open(address, inherited: inherited, on: group) { channel in
            let pipeline = channel.pipeline.syncOperations
            // Each answer says how its body is framed: by its length, or, a stream, in chunks.
            var encoder = HTTPResponseEncoder.Configuration()
            encoder.automaticallySetFramingHeaders = false
            // Answers to what is no HTTP come from the handler of errors: what all have is added behind it.
            try pipeline.configureHTTPServerPipeline(
                withErrorHandling: false, withEncoderConfiguration: encoder)
            try pipeline.addHandler(CommonHeaders())
            try pipeline.addHandler(HTTPServerProtocolErrorHandler())
            try pipeline.addHandler(ResponseBufferCoder())
            return try Client(wrappingChannelSynchronously: channel)
        }
    }

    /// Serves until the task is canceled.
    package func serve(_ server: Server) async throws {
        let reach = Reach(server.channel.localAddress)
        try await server.executeThenClose { clients in
            try await withThrowingDiscardingTaskGroup { tasks in
                tasks.addTask { await book.watch() }
                defer { tasks.cancelAll() }
                for try await client in clients {
                    tasks.addTask { await serve(client, reach) }
                }
            }
        }
    }

    private func serve(_ client: Client, _ reach: Reach) async {
        let channel = client.channel
        let number = book.enter { channel.close(promise: nil) }
        defer { book.leave(number) }
        do {
            try await client.executeThenClose { inbound, outbound in
                var head: HTTPRequestHead?
                for try await part in inbound {
                    switch part {
                    case .head(var request) where request.waitsBeforeBody:
                        // The answer does not depend on the body, and whoever has it need not send one: the
                        // connection ends, for some do (RFC 9110, section 10.1.1).
                        request.headers.replaceOrAdd(name: "connection", value: "close")
                        book.answer(number)
                        _ = try await answer(request, number, reach, channel, outbound)
                        return
                    case .head(let request): head = request
                    case .body: break
                    case .end:
                        guard let request = head else { continue }
                        head = nil
                        book.answer(number)
                        guard try await answer(request, number, reach, channel, outbound) else { return }
                        book.ask(number)
                    }
                }
            }
        } catch {
            log.debug("an HTTP client left", metadata: ["reason": "\(error)"])
        }
    }

    /// False where the connection is to be closed.
    private func answer(
        _ request: HTTPRequestHead, _ number: Int, _ reach: Reach, _ channel: any Channel, _ outbound: Writer
    ) async throws -> Bool {
        let audience = HTTPAudience(
            target: request.uri, needsHost: request.isModern, hosts: request.headers["host"],
            origins: request.headers["origin"], checksNames: reach == .machine)
        let (path, query): (String, String)
        switch audience {
        case .accepted(let asked, let rest): (path, query) = (asked, rest)
        case .foreign: return try await answer(request, .foreign, outbound)
        case .malformed(let reason):
            try await answer(request, .text(.badRequest, reason + "\n"), isLast: true, outbound)
            return false
        }
        guard [.GET, .HEAD].contains(request.method) else {
            return try await answer(request, .methodNotAllowed, outbound)
        }
        let picture = pictureName(path)
        guard path == "/v1/events" || picture != nil else {
            return try await answer(request, pages.page(path: path), outbound)
        }
        let authorization = request.headers["authorization"]
        if let refusal = gate.refusal(authorization: authorization, isUnix: reach == .file) {
            return try await answer(request, refusal, outbound)
        }
        if let picture { return try await answer(request, try await page(picture), outbound) }
        try await stream(request, query, number, channel, outbound)
        return false
    }

    /// The feed and the instant that a path of a picture names: `/v1/feeds/NAME/pictures/PTS.jpg`.
    private func pictureName(_ path: String) -> (feed: String, pts: Int64)? {
        guard let slash = path.lastIndex(of: "/"),
            let feed = String(path[...slash]).feed(between: "/v1/feeds/", and: "/pictures/"),
            let pts = JournalLayout.pts(ofPicture: String(path[path.index(after: slash)...]))
        else { return nil }
        return (feed, pts)
    }

    /// A picture of the feed's run. The disk is waited for where only such waits are.
    private func page(_ picture: (feed: String, pts: Int64)) async throws -> HTTPPage {
        let missing = HTTPPage.text(.notFound, "there is no such picture, or it is no longer kept\n")
        guard let entry = directory.entry(of: picture.feed) else { return missing }
        let jpeg = try await NIOThreadPool.singleton.runIfActive { [files] in
            let layout = entry.layout
            return try? layout.picture(ofRun: entry.durable.run, at: picture.pts, files)
        }
        return jpeg.map { HTTPPage(status: .ok, contentType: "image/jpeg", bytes: $0) } ?? missing
    }

    /// Writes a page. False where the connection is to be closed: the client wants it, or it is the `isLast`.
    @discardableResult
    private func answer(
        _ request: HTTPRequestHead, _ page: HTTPPage, isLast: Bool = false, _ outbound: Writer
    ) async throws -> Bool {
        let staysOpen = request.isKeepAlive && !isLast
        var headers = HTTPHeaders([
            ("content-type", page.contentType), ("content-length", "\(page.bytes.count)"),
        ])
        for field in page.fields { headers.add(name: field.name, value: field.value) }
        if !staysOpen {
            headers.add(name: "connection", value: "close")
        } else if !request.isModern {
            headers.add(name: "connection", value: "keep-alive")
        }
        let head = HTTPResponseHead(version: .http1_1, status: page.status, headers: headers)
        var parts: [HTTPPart<HTTPResponseHead, ByteBuffer>] = [.head(head)]
        if request.method != .HEAD { parts.append(.body(ByteBuffer(bytes: page.bytes))) }
        try await outbound.write(contentsOf: parts + [.end(nil)])
        return staysOpen
    }

    private func stream(
        _ request: HTTPRequestHead, _ query: String, _ number: Int, _ channel: any Channel,
        _ outbound: Writer
    ) async throws {
        let wanted: EventRequest
        do throws(EventRequest.Failure) {
            let last = request.headers.first(name: "last-event-id")
            wanted = try EventRequest(query: query, lastEventID: last)
        } catch {
            try await answer(request, .text(.badRequest, error.description + "\n"), isLast: true, outbound)
            return
        }
        guard book.read(number) else {
            let page = HTTPPage.text(
                .serviceUnavailable, "too many readers; try again later, or raise limits.clients\n")
            try await answer(request, page, isLast: true, outbound)
            return
        }
        try await ConnectionLife.whileOpen(channel) {
            let admitted: EventRequest
            do {
                admitted = try await directory.admitted(wanted)
            } catch let failure as EventRequest.Failure {
                let status: HTTPResponseStatus = failure.isMissing ? .notFound : .badRequest
                try await answer(request, .text(status, failure.description + "\n"), isLast: true, outbound)
                return
            }
            try await outbound.write(.head(streamHead(request)))
            if request.method == .HEAD { return try await outbound.write(.end(nil)) }
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    while true {
                        try await outbound.write(.body(ByteBuffer(string: ":\n\n")))
                        try await Task.sleep(for: Self.pingInterval)
                    }
                }
                tasks.addTask { try await send(admitted, outbound) }
                defer { tasks.cancelAll() }
                try await tasks.next()
            }
        }
    }

    /// HTTP/1.0 knows no chunks (RFC 9112, section 7.1): there the end of the connection ends the stream. A
    /// `HEAD` has no body, and so no chunks either.
    private func streamHead(_ request: HTTPRequestHead) -> HTTPResponseHead {
        var headers = HTTPHeaders([("content-type", "text/event-stream"), ("connection", "close")])
        if request.isModern, request.method != .HEAD {
            headers.add(name: "transfer-encoding", value: "chunked")
        }
        return HTTPResponseHead(
            version: request.isModern ? .http1_1 : .http1_0, status: .ok, headers: headers)
    }

    private func send(_ request: EventRequest, _ outbound: Writer) async throws {
        var follower = EventFollower(
            directory, selection: request.selection, start: request.start, files: files)
        var stream = EventStreamText(
            request, places: follower.cursors, now: WallClock.monotonicSeconds())
        if request.start == .now, !stream.place.isEmpty {
            try await outbound.write(.body(ByteBuffer(string: stream.place)))
        }
        while let batch = try await follower.next() {
            let text = stream.messages(batch, now: WallClock.monotonicSeconds())
            if !text.isEmpty { try await outbound.write(.body(ByteBuffer(string: text))) }
        }
    }
}

extension HTTPRequestHead {
    /// HTTP/1.1, not an older one.
    fileprivate var isModern: Bool { version.major > 1 || version.major == 1 && version.minor >= 1 }

    /// The client sends a body only once it is told to; HTTP/1.0 knows no such thing.
    fileprivate var waitsBeforeBody: Bool {
        isModern && headers[canonicalForm: "expect"].contains { $0.lowercased() == "100-continue" }
    }
}

/// Gives every answer what all of them have: nobody keeps it, and nobody takes it for another type than it
/// says.
private final class CommonHeaders: ChannelOutboundHandler {
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(var head) = unwrapOutboundIn(data) else {
            context.write(data, promise: promise)
            return
        }
        head.headers.add(name: "cache-control", value: "no-store")
        head.headers.add(name: "x-content-type-options", value: "nosniff")
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }
}

/// Lets the server write bodies as plain buffers.
private final class ResponseBufferCoder: ChannelOutboundHandler {
    typealias OutboundIn = HTTPPart<HTTPResponseHead, ByteBuffer>
    typealias OutboundOut = HTTPServerResponsePart

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let part: HTTPServerResponsePart =
            switch unwrapOutboundIn(data) {
            case .head(let head): .head(head)
            case .body(let bytes): .body(.byteBuffer(bytes))
            case .end(let trailers): .end(trailers)
            }
        context.write(wrapOutboundOut(part), promise: promise)
    }
}
