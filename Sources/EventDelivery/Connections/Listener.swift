internal import Glibc
internal import NIOCore
internal import NIOPosix

/// Opens the server sockets of the service.
enum Listener {
    /// A listening socket at `address`. A socket file that stands there is replaced, unless somebody listens
    /// at it; it can be opened by owner and group. `prepare` sets up each connection on its event loop.
    ///
    /// - Throws: `ListenFailure`.
    static func open<Inbound: Sendable, Outbound: Sendable>(
        _ address: ListenAddress, inherited: InheritedSockets, on group: any EventLoopGroup,
        prepare: @escaping @Sendable (any Channel) throws -> NIOAsyncChannel<Inbound, Outbound>
    ) async throws -> NIOAsyncChannel<NIOAsyncChannel<Inbound, Outbound>, Never> {
        let prepare: @Sendable (any Channel) throws -> NIOAsyncChannel<Inbound, Outbound> = { channel in
            let client = try prepare(channel)
            // Who connects while the server stops is never served, and NIO ends the program where the writer
            // of such a connection goes unfinished.
            channel.closeFuture.whenComplete { _ in (client as any FinishableClient).finish() }
            return client
        }
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 64)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
        do {
            switch address {
            case .unix(let path):
                try UnixSocketFile(path: path).clear()
                let channel = try await bootstrap.bind(unixDomainSocketPath: path) { channel in
                    channel.eventLoop.makeCompletedFuture { try prepare(channel) }
                }
                chmod(path, 0o660)
                return channel
            case .tcp(let host, let port):
                return try await bootstrap.bind(host: host, port: port) { channel in
                    channel.eventLoop.makeCompletedFuture { try prepare(channel) }
                }
            case .inherited(let name):
                guard let descriptor = inherited.take(name) else {
                    throw ListenFailure(
                        description:
                            "systemd passed no socket named '\(name)'; start the service through scened.socket"
                    )
                }
                return try await bootstrap.bind(descriptor) { channel in
                    channel.eventLoop.makeCompletedFuture { try prepare(channel) }
                }
            }
        } catch let failure as ListenFailure {
            throw failure
        } catch {
            throw ListenFailure(address, code: (error as? IOError)?.errnoCode, text: "\(error)")
        }
    }
}

/// A connection whose writer can be finished from outside.
private protocol FinishableClient: Sendable {
    func finish()
}

extension NIOAsyncChannel: FinishableClient {
    // NIO wants the writer to be reached through `executeThenClose` only, which such a connection never comes
    // to.
    @available(*, deprecated)
    fileprivate func finish() { outbound.finish() }
}
