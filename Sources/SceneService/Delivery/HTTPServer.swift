internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Answers `GET` over HTTP/1.1: metrics, health, the state of the feeds, and events as they come (server-sent events).
///
/// Not meant for other machines: there is no password and no TLS.
struct HTTPServer {
    let address: ListenAddress
    let pages: HTTPPages
    let directory: EventDirectory
    let files: any JournalFiles
    let limit: ClientLimit
    let log: Logger

    private typealias Client = NIOAsyncChannel<HTTPServerRequestPart, HTTPPart<HTTPResponseHead, ByteBuffer>>
    private typealias Writer = NIOAsyncChannelOutboundWriter<HTTPPart<HTTPResponseHead, ByteBuffer>>

    /// Seconds between comments on a stream without events, so that both sides see a dead connection.
    private static let pingInterval: Duration = .seconds(15)
    /// Seconds that a client may take for a request.
    private static let patience: TimeAmount = .seconds(30)

    typealias Server = NIOAsyncChannel<
        NIOAsyncChannel<HTTPServerRequestPart, HTTPPart<HTTPResponseHead, ByteBuffer>>, Never
    >

    /// Opens the socket. What it returns must go to `serve`.
    func open(on group: any EventLoopGroup, inherited: InheritedSockets) async throws -> Server {
        try await Listener.open(address, inherited: inherited, on: group) { channel in
            try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
            try channel.pipeline.syncOperations.addHandler(IdleStateHandler(readTimeout: Self.patience))
            try channel.pipeline.syncOperations.addHandler(IdleRequestCloser())
            try channel.pipeline.syncOperations.addHandler(ResponseBufferCoder())
            return try Client(wrappingChannelSynchronously: channel)
        }
    }

    /// Serves until the task is cancelled.
    func serve(_ server: Server) async throws {
        try await server.executeThenClose { clients in
            try await withThrowingDiscardingTaskGroup { tasks in
                for try await client in clients {
                    tasks.addTask { await serve(client) }
                }
            }
        }
    }

    private func serve(_ client: Client) async {
        do {
            try await client.executeThenClose { inbound, outbound in
                guard limit.enter() else {
                    try await answer(
                        .text(.serviceUnavailable, "too many connections\n"), keepAlive: false, outbound)
                    return
                }
                defer { limit.leave() }
                var head: HTTPRequestHead?
                for try await part in inbound {
                    switch part {
                    case .head(let request): head = request
                    case .body: break
                    case .end:
                        guard let request = head else { continue }
                        head = nil
                        let path = String(request.uri.prefix { $0 != "?" })
                        if path == "/v1/events", request.method == .GET, isAllowed(request) {
                            try await stream(request, client.channel, outbound)
                            return
                        }
                        let page = isAllowed(request) ? pages.page(request.method, path: path) : .foreignHost
                        try await answer(page, keepAlive: request.isKeepAlive, outbound)
                        if !request.isKeepAlive { return }
                    }
                }
            }
        } catch {
            log.debug("an HTTP client left", metadata: ["reason": "\(error)"])
        }
    }

    /// A page of the web that makes a browser ask this service under the page's own name gets no answer.
    private func isAllowed(_ request: HTTPRequestHead) -> Bool {
        guard address.isLocal, case .tcp = address, let host = request.headers.first(name: "host") else {
            return true
        }
        let name = host.hasPrefix("[") ? host.prefix { $0 != "]" } + "]" : host.prefix { $0 != ":" }
        return name == "localhost" || name == "[::1]" || name.allSatisfy { $0.isNumber || $0 == "." }
    }

    private func answer(_ page: HTTPPage, keepAlive: Bool, _ outbound: Writer) async throws {
        var headers = HTTPHeaders([
            ("content-type", page.contentType), ("content-length", "\(page.body.utf8.count)"),
            ("cache-control", "no-store"),
        ])
        if !keepAlive { headers.add(name: "connection", value: "close") }
        let head = HTTPResponseHead(version: .http1_1, status: page.status, headers: headers)
        try await outbound.write(contentsOf: [.head(head), .body(ByteBuffer(string: page.body)), .end(nil)])
    }

    private func stream(_ request: HTTPRequestHead, _ channel: any Channel, _ outbound: Writer) async throws {
        let query = request.uri.split(separator: "?", maxSplits: 1).dropFirst().first.map(String.init) ?? ""
        let wanted: EventRequest
        do throws(EventRequest.Failure) {
            wanted = try EventRequest(query: query, lastEventID: request.headers.first(name: "last-event-id"))
        } catch {
            try await answer(.text(.badRequest, error.description + "\n"), keepAlive: false, outbound)
            return
        }
        let headers = HTTPHeaders([("content-type", "text/event-stream"), ("cache-control", "no-store")])
        try await outbound.write(.head(HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)))
        try await ConnectionLife.whileOpen(channel) {
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    while true {
                        try await outbound.write(.body(ByteBuffer(string: ":\n\n")))
                        try await Task.sleep(for: Self.pingInterval)
                    }
                }
                tasks.addTask { try await send(wanted, outbound) }
                defer { tasks.cancelAll() }
                try await tasks.next()
            }
        }
    }

    private func send(_ request: EventRequest, _ outbound: Writer) async throws {
        var follower = EventFollower(
            directory, selection: request.selection, start: request.start, files: files)
        var places = follower.cursors
        while let batch = try await follower.next() {
            var text = ""
            if let oldest = batch.expired {
                places[batch.feed] = oldest
                let record = String(
                    decoding: DeliveredLine.expired(feed: batch.feed, oldest: oldest), as: UTF8.self)
                text += "event: cursor_expired\ndata: \(record)\n\n"
            }
            for line in batch.lines {
                let cursor = JournalCursor(run: batch.run, sequence: line.sequence)
                places[batch.feed] = cursor
                let identity =
                    request.selection.feeds?.count == 1
                    ? cursor.description
                    : DeliveredLine.text(places)
                let data =
                    request.usesEnvelope
                    ? DeliveredLine.envelope(feed: batch.feed, cursor: cursor, line: line) : line.bytes
                text +=
                    "id: \(identity)\nevent: \(line.type)\ndata: \(String(decoding: data, as: UTF8.self))\n\n"
            }
            if !text.isEmpty { try await outbound.write(.body(ByteBuffer(string: text))) }
        }
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

/// Closes connections on which no request comes; one that is being answered is left alone.
private final class IdleRequestCloser: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private var isAnswering = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .end = unwrapInboundIn(data) { isAnswering = true } else { isAnswering = false }
        context.fireChannelRead(data)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent {
            if !isAnswering { context.close(promise: nil) }
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }
}
