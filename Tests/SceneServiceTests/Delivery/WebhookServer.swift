import Digests
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// Takes webhook requests on a loopback port, after refusing the first ones.
final class WebhookServer: Sendable {
    struct Request: Sendable {
        var body: String
        var signature: String

        /// Checks `t=TIME,v1=HEX` as `docs/explanation/delivery.md` tells receivers to.
        func isSigned(with key: String) -> Bool {
            let fields = signature.split(separator: ",")
            guard fields.count == 2, fields[0].hasPrefix("t="), fields[1].hasPrefix("v1=") else {
                return false
            }
            let signed = fields[0].dropFirst(2) + "." + body
            // RFC 2104, section 2, for keys of at most 64 bytes.
            func padded(_ byte: UInt8) -> [UInt8] {
                (Array(key.utf8) + [UInt8](repeating: 0, count: 64 - key.utf8.count)).map { $0 ^ byte }
            }
            let inner = SHA256.bytes(of: (padded(0x36) + Array(signed.utf8)).span)
            return SHA256.digest(of: (padded(0x5c) + inner).span) == fields[1].dropFirst(3)
        }
    }

    private final class Book: Sendable {
        let state = Mutex<(requests: [Request], refused: Int)>(([], 0))
    }

    let port: Int
    private let book: Book
    private let channel: any Channel

    var requests: [Request] { book.state.withLock { $0.requests } }
    var refused: Int { book.state.withLock { $0.refused } }

    /// `security`: speaks TLS.
    convenience init(refusing: Int, security: NIOSSLContext? = nil) async throws {
        try await self.init(security: security) { number in number <= refusing }
    }

    /// `security`: speaks TLS. `headers`: of a refusal, besides its length. `isAbrupt`: ends each connection
    /// behind the head of the answer, without a length and without TLS' goodbye. `refuses`: whether the nth
    /// request is answered with 503, from 1.
    init(
        security: NIOSSLContext? = nil, headers: [(String, String)] = [], isAbrupt: Bool = false,
        refuses: @escaping @Sendable (Int) -> Bool
    ) async throws {
        let book = Book()
        self.book = book
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let security {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: security))
                    }
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(
                        WebhookHandler(headers: headers, isAbrupt: isAbrupt) { request in
                            book.state.withLock { state in
                                guard !refuses(state.requests.count + state.refused + 1) else {
                                    state.refused += 1
                                    return .serviceUnavailable
                                }
                                state.requests.append(request)
                                return .noContent
                            }
                        })
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    func stop() async { try? await channel.close() }
}

private final class WebhookHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let headers: [(String, String)]
    private let isAbrupt: Bool
    private let take: @Sendable (WebhookServer.Request) -> HTTPResponseStatus
    private var request = WebhookServer.Request(body: "", signature: "")

    init(
        headers: [(String, String)], isAbrupt: Bool,
        _ take: @escaping @Sendable (WebhookServer.Request) -> HTTPResponseStatus
    ) {
        (self.headers, self.isAbrupt, self.take) = (headers, isAbrupt, take)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            request = .init(body: "", signature: head.headers.first(name: "scened-signature") ?? "")
        case .body(let bytes): request.body += String(buffer: bytes)
        case .end:
            let status = take(request)
            if isAbrupt {
                // Past TLS: the connection ends, and nobody said that it would.
                let tls = try? context.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self)
                let sent = context.eventLoop.makePromise(of: Void.self)
                let head = HTTPResponseHead(version: .http1_0, status: status)
                context.writeAndFlush(wrapOutboundOut(.head(head)), promise: sent)
                let end = NIOLoopBound((tls ?? context), eventLoop: context.eventLoop)
                sent.futureResult.whenComplete { _ in end.value.close(promise: nil) }
                return
            }
            let fields = HTTPHeaders([("content-length", "0")] + (status == .noContent ? [] : headers))
            let head = HTTPResponseHead(version: .http1_1, status: status, headers: fields)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
