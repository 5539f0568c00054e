internal import NIOCore
internal import NIOTLS

/// Tells how the TLS handshake of one connection ended; stands behind the handler that speaks TLS.
///
/// Its outcome is the only place where a refused certificate is sure to show: what is written meanwhile may
/// fail first, and says no more than that the connection is closed.
final class HandshakeWatch: ChannelInboundHandler {
    typealias InboundIn = NIOAny

    private let outcome: EventLoopPromise<Void>

    /// `outcome` is completed at the latest when the connection, and with it this handler, is gone.
    init(_ outcome: EventLoopPromise<Void>) { self.outcome = outcome }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event { outcome.succeed() }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        outcome.fail(error)
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        outcome.fail(ChannelError.eof)
        context.fireChannelInactive()
    }

    deinit { outcome.fail(ChannelError.eof) }
}
