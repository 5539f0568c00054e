internal import NIOCore
internal import NIOSSL
internal import NIOTLS

/// Tells how the TLS handshake of one connection ended; stands behind the handler that speaks TLS.
///
/// Its outcome is the only place where a refused certificate is sure to show: what is written meanwhile may
/// fail first, and says no more than that the connection is closed.
final class HandshakeWatch: ChannelInboundHandler {
    typealias InboundIn = NIOAny

    private let outcome: EventLoopPromise<Void>

    /// `outcome` is completed at the latest when the connection, and with it this handler, is gone. It fails
    /// with a `HandshakeFailure`, or where nothing is known with `ChannelError.eof`.
    init(_ outcome: EventLoopPromise<Void>) { self.outcome = outcome }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event { outcome.succeed() }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        outcome.fail(failure(error, context))
        context.fireErrorCaught(error)
    }

    private func failure(_ error: any Error, _ context: ChannelHandlerContext) -> HandshakeFailure {
        // The handler still has the certificate that it has just refused.
        guard case NIOSSLError.handshakeFailed = error,
            let handler = try? context.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self),
            let certificate = handler.peerCertificate
        else { return HandshakeFailure(cause: error) }
        return HandshakeFailure(
            cause: error, notBefore: Double(certificate.notValidBefore),
            notAfter: Double(certificate.notValidAfter))
    }

    func channelInactive(context: ChannelHandlerContext) {
        outcome.fail(ChannelError.eof)
        context.fireChannelInactive()
    }

    deinit { outcome.fail(ChannelError.eof) }
}
