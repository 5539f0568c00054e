package import NIOCore
internal import NIOHTTP1
internal import NIOPosix
package import NIOSSL
internal import Platform
internal import Synchronization

/// What came back.
package struct HTTPAnswer: Hashable, Sendable {
    package var status: Int
    /// As much of it as was asked for.
    package var body: [UInt8] = []
    /// The header `Retry-After` as it stands.
    package var retryAfter: String?
}

/// A small HTTP/1.1 client: one request per connection.
package struct HTTPClient {
    let group: any EventLoopGroup
    let userAgent: String
    /// Whom to trust, for https; nil: an https address is refused.
    var security: NIOSSLContext?

    package init(group: any EventLoopGroup, userAgent: String, security: NIOSSLContext? = nil) {
        self.group = group
        self.userAgent = userAgent
        self.security = security
    }

    private typealias Connection = NIOAsyncChannel<
        HTTPClientResponsePart, HTTPPart<HTTPRequestHead, ByteBuffer>
    >

    /// The answer without its body, which is read and dropped. The head says what became of the request: a
    /// connection that breaks behind it, ends without TLS' goodbye, or does not end in time takes nothing
    /// back.
    ///
    /// - Throws: `HTTPFailure`, which says why there is no answer.
    package func post(
        _ body: [UInt8], to address: HTTPAddress, headers: [(String, String)], timeout: TimeAmount
    ) async throws -> HTTPAnswer {
        try await request(.POST, address, headers: headers, body: body, longestAnswer: nil, timeout: timeout)
    }

    /// The answer; a body beyond `longestAnswer` bytes is cut off.
    ///
    /// - Throws: `HTTPFailure`, which says why there is no whole answer.
    package func get(_ address: HTTPAddress, longestAnswer: Int = 16 << 20, timeout: TimeAmount) async throws
        -> HTTPAnswer
    {
        try await request(
            .GET, address, headers: [], body: [], longestAnswer: longestAnswer, timeout: timeout)
    }

    private func request(
        _ method: HTTPMethod, _ address: HTTPAddress, headers: [(String, String)], body: [UInt8],
        longestAnswer: Int?, timeout: TimeAmount
    ) async throws -> HTTPAnswer {
        let head = AnswerHead()
        return try await withThrowingTaskGroup(of: HTTPAnswer?.self) { tasks in
            tasks.addTask { try await exchange(method, address, headers, body, longestAnswer, head, timeout) }
            tasks.addTask {
                try await Task.sleep(for: .nanoseconds(timeout.nanoseconds))
                return longestAnswer == nil ? head.answer : nil
            }
            defer { tasks.cancelAll() }
            guard let answer = try await tasks.next() ?? nil else {
                throw HTTPFailure.noAnswer(within: timeout)
            }
            return answer
        }
    }

    private func exchange(
        _ method: HTTPMethod, _ address: HTTPAddress, _ headers: [(String, String)], _ body: [UInt8],
        _ longestAnswer: Int?, _ head: AnswerHead, _ timeout: TimeAmount
    ) async throws -> HTTPAnswer {
        let (connection, handshake) = try await connect(address, timeout)
        return try await connection.executeThenClose { inbound, outbound in
            do {
                // Before anything is written: a write to a connection that failed would only say that it is
                // closed.
                try await withTaskCancellationHandler {
                    try await handshake?.get()
                } onCancel: {
                    connection.channel.close(promise: nil)
                }
            } catch {
                throw HTTPFailure.noSecureConnection(to: address, error, now: WallClock.unixSeconds())
            }
            var trouble: (any Error)?
            // Who answers before it has read everything may close its end: the answer is there all the same.
            do { try await outbound.write(contentsOf: parts(method, address, headers, body)) } catch {
                trouble = error
            }
            do {
                if let answer = try await answer(inbound, longestAnswer ?? 0, head) { return answer }
            } catch {
                // What ended the connection; the write before knew only that it had ended.
                trouble = error
            }
            if longestAnswer == nil, let answer = head.answer { return answer }
            throw HTTPFailure.noAnswer(from: address, trouble, now: WallClock.unixSeconds())
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

    /// nil: the connection ended before the answer did.
    private func answer(
        _ inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>, _ longest: Int, _ head: AnswerHead
    ) async throws -> HTTPAnswer? {
        var answer = HTTPAnswer(status: 0)
        for try await part in inbound {
            switch part {
            case .head(let fields):
                answer.status = Int(fields.status.code)
                answer.retryAfter = fields.headers.first(name: "retry-after")
                head.answer = answer
            case .body(let bytes):
                answer.body += bytes.readableBytesView.prefix(max(0, longest - answer.body.count))
            case .end: return answer
            }
        }
        return nil
    }

    /// The connection, and how its TLS handshake ends; nil: it has none.
    private func connect(_ address: HTTPAddress, _ timeout: TimeAmount) async throws
        -> (Connection, handshake: EventLoopFuture<Void>?)
    {
        guard !address.isSecure || security != nil else {
            throw HTTPFailure(
                reason: "\(address.host) needs https, which is not supported here",
                remedy: "give an http:// address")
        }
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
            throw HTTPFailure.noConnection(to: address, error)
        }
    }
}

/// The head of an answer, once it is there.
private final class AnswerHead: Sendable {
    private let state = Mutex<HTTPAnswer?>(nil)

    var answer: HTTPAnswer? {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
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
