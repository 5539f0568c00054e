internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// `http://host[:port]/path`, the same with `https`, or `unix:/path/of/socket`.
struct HTTPAddress: Hashable {
    var host: String
    /// nil: `host` is the path of a Unix socket.
    var port: Int?
    /// Path and query.
    var target: String
    /// https.
    var isSecure = false
    /// What stands in the `host` header.
    var authority: String

    init?(_ url: String) {
        guard let scheme = ["http://", "https://"].first(where: url.hasPrefix) else { return nil }
        isSecure = scheme == "https://"
        let rest = url.dropFirst(scheme.count)
        let authority = rest.prefix { !"/?#".contains($0) }
        guard !authority.isEmpty, !authority.contains("@") else { return nil }
        var host = authority[...]
        var port = isSecure ? 443 : 80
        if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") {
            guard let number = UInt16(authority[authority.index(after: colon)...]) else { return nil }
            (host, port) = (authority[..<colon], Int(number))
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        let path = rest[authority.endIndex...].prefix { $0 != "#" }
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return nil }
        self.host = String(host)
        self.port = port
        self.authority = String(authority)
        target = path.hasPrefix("/") ? String(path) : "/" + path
    }

    /// The name that a certificate must be for; nil for numeric addresses, which are compared as such.
    var certifiedName: String? {
        (try? SocketAddress(ipAddress: host, port: 0)) == nil ? host : nil
    }

    init(_ address: ListenAddress, target: String) {
        self.target = target
        authority = "localhost"
        switch address {
        case .unix(let path): (host, port) = (path, nil)
        case .tcp(let name, let number): (host, port, authority) = (name, number, address.description)
        case .inherited(let name): (host, port) = (name, nil)
        }
    }
}

/// A small HTTP/1.1 client: one request per connection.
struct HTTPClient {
    let group: any EventLoopGroup
    let userAgent: String
    /// Whom to trust, for https; nil: only http is spoken.
    var security: NIOSSLContext?

    private typealias Connection = NIOAsyncChannel<
        HTTPClientResponsePart, HTTPPart<HTTPRequestHead, ByteBuffer>
    >

    /// The status of the answer; its body is not read.
    func post(_ body: [UInt8], to address: HTTPAddress, headers: [(String, String)], timeout: TimeAmount)
        async throws
        -> Int
    {
        try await request(.POST, address, headers: headers, body: body, longestAnswer: 0, timeout: timeout)
            .status
    }

    /// Status and body of the answer; a body beyond `longestAnswer` bytes is cut off.
    func get(_ address: HTTPAddress, longestAnswer: Int = 16 << 20, timeout: TimeAmount) async throws
        -> (status: Int, body: [UInt8])
    {
        try await request(
            .GET, address, headers: [], body: [], longestAnswer: longestAnswer, timeout: timeout)
    }

    private func request(
        _ method: HTTPMethod, _ address: HTTPAddress, headers: [(String, String)], body: [UInt8],
        longestAnswer: Int,
        timeout: TimeAmount
    ) async throws -> (status: Int, body: [UInt8]) {
        try await withThrowingTaskGroup(of: (status: Int, body: [UInt8])?.self) { tasks in
            tasks.addTask { try await exchange(method, address, headers, body, longestAnswer, timeout) }
            tasks.addTask {
                try await Task.sleep(for: .nanoseconds(timeout.nanoseconds))
                return nil
            }
            defer { tasks.cancelAll() }
            guard let answer = try await tasks.next() ?? nil else {
                throw SinkFailure(description: "no answer within \(timeout.nanoseconds / 1_000_000) ms")
            }
            return answer
        }
    }

    private func exchange(
        _ method: HTTPMethod, _ address: HTTPAddress, _ headers: [(String, String)], _ body: [UInt8],
        _ longestAnswer: Int, _ timeout: TimeAmount
    ) async throws -> (status: Int, body: [UInt8]) {
        let (connection, handshake) = try await connect(address, timeout)
        return try await connection.executeThenClose { inbound, outbound in
            do {
                // Before anything is written: a write to a connection that failed would only say that it is closed.
                try await withTaskCancellationHandler {
                    try await handshake?.get()
                } onCancel: {
                    connection.channel.close(promise: nil)
                }
            } catch {
                throw SinkFailure(
                    description:
                        "no secure connection to \(address.host): its certificate may not be trusted or not be for "
                        + "this name; `ca` names another authority")
            }
            do {
                try await outbound.write(contentsOf: parts(method, address, headers, body))
                if let answer = try await answer(inbound, longestAnswer) { return answer }
            } catch {
                throw SinkFailure(
                    description: "the connection to \(address.host) broke before an answer came (\(error))")
            }
            throw SinkFailure(description: "\(address.host) closed the connection before an answer came")
        }
    }

    private func parts(
        _ method: HTTPMethod, _ address: HTTPAddress, _ headers: [(String, String)], _ body: [UInt8]
    ) -> [HTTPPart<HTTPRequestHead, ByteBuffer>] {
        var fields = HTTPHeaders([
            ("host", address.authority), ("user-agent", userAgent), ("connection", "close"),
        ])
        for (name, value) in headers { fields.add(name: name, value: value) }
        if method == .POST { fields.add(name: "content-length", value: "\(body.count)") }
        let head = HTTPRequestHead(version: .http1_1, method: method, uri: address.target, headers: fields)
        return [.head(head), .body(ByteBuffer(bytes: body)), .end(nil)]
    }

    /// nil: it ended before the answer did.
    private func answer(
        _ inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>, _ longest: Int
    ) async throws -> (status: Int, body: [UInt8])? {
        var (status, body) = (0, [UInt8]())
        for try await part in inbound {
            switch part {
            case .head(let head): status = Int(head.status.code)
            case .body(let bytes): body += bytes.readableBytesView.prefix(max(0, longest - body.count))
            case .end: return (status, body)
            }
        }
        return nil
    }

    /// The connection, and how its TLS handshake ends; nil: it has none.
    private func connect(_ address: HTTPAddress, _ timeout: TimeAmount) async throws
        -> (Connection, handshake: EventLoopFuture<Void>?)
    {
        let bootstrap = ClientBootstrap(group: group).connectTimeout(timeout)
        let security = address.isSecure ? security : nil
        @Sendable func prepare(_ channel: any Channel)
            -> EventLoopFuture<(Connection, handshake: EventLoopFuture<Void>?)>
        {
            channel.eventLoop.makeCompletedFuture {
                var handshake: EventLoopFuture<Void>?
                if let security {
                    try channel.pipeline.syncOperations.addHandler(
                        NIOSSLClientHandler(context: security, serverHostname: address.certifiedName))
                    let outcome = channel.eventLoop.makePromise(of: Void.self)
                    try channel.pipeline.syncOperations.addHandler(HandshakeWatch(outcome))
                    handshake = outcome.futureResult
                }
                try channel.pipeline.syncOperations.addHTTPClientHandlers()
                try channel.pipeline.syncOperations.addHandler(RequestBufferCoder())
                return (try Connection(wrappingChannelSynchronously: channel), handshake)
            }
        }
        do {
            if let port = address.port {
                return try await bootstrap.connect(
                    host: address.host, port: port, channelInitializer: prepare)
            }
            return try await bootstrap.connect(
                unixDomainSocketPath: address.host, channelInitializer: prepare)
        } catch {
            throw SinkFailure(
                description: "cannot connect to \(address.host)\(address.port.map { ":\($0)" } ?? "")")
        }
    }
}

/// Lets the client write bodies as plain buffers.
private final class RequestBufferCoder: ChannelOutboundHandler {
    typealias OutboundIn = HTTPPart<HTTPRequestHead, ByteBuffer>
    typealias OutboundOut = HTTPClientRequestPart

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let part: HTTPClientRequestPart =
            switch unwrapOutboundIn(data) {
            case .head(let head): .head(head)
            case .body(let bytes): .body(.byteBuffer(bytes))
            case .end(let trailers): .end(trailers)
            }
        context.write(wrapOutboundOut(part), promise: promise)
    }
}
