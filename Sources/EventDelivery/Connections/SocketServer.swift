package import Platform
package import Logging
package import NIOCore
internal import NIOPosix

/// Serves events to programs on this machine: a client sends one line that says what it wants
/// (`EventRequest`), and gets JSON lines, first what is kept, then what comes.
///
/// Each client has a task that reads the journal at the client's pace: it waits while the client's socket is
/// full, with at most one batch and NIO's 64 KiB in memory, and holds up nobody.
package struct SocketServer {
    private let address: ListenAddress
    private let directory: EventDirectory
    private let files: any DurableFiles
    private let book: ConnectionBook
    private let log: Logger

    package init(
        address: ListenAddress, directory: EventDirectory, files: any DurableFiles, book: ConnectionBook,
        log: Logger
    ) {
        self.address = address
        self.directory = directory
        self.files = files
        self.book = book
        self.log = log
    }

    private typealias Client = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// Bytes that a request may have: cursors of ten thousand feeds have room.
    private static let longestRequest = 1 << 20

    package typealias Server = NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never>

    /// Opens the socket. What it returns must go to `serve`.
    ///
    /// - Throws: `ListenFailure`, also where systemd passed a socket that other users can reach.
    package func open(on group: any EventLoopGroup, inherited: InheritedSockets) async throws -> Server {
        let server = try await Listener.open(address, inherited: inherited, on: group) { channel in
            try Client(
                wrappingChannelSynchronously: channel,
                configuration: .init(isOutboundHalfClosureEnabled: true))
        }
        guard server.channel.localAddress?.ipAddress == nil else {
            try await server.executeThenClose { _ in }
            throw ListenFailure(
                description:
                    "\(address) is a socket of IP, which every user can reach; pass a Unix socket for events")
        }
        return server
    }

    /// Serves until the task is canceled.
    package func serve(_ server: Server) async throws {
        try await server.executeThenClose { clients in
            try await withThrowingDiscardingTaskGroup { tasks in
                tasks.addTask { await book.watch() }
                defer { tasks.cancelAll() }
                for try await client in clients {
                    tasks.addTask { await serve(client) }
                }
            }
        }
    }

    private func serve(_ client: Client) async {
        let (channel, patience) = (client.channel, book.patience)
        let number = book.enter {
            let seconds = patience == patience.rounded() ? "\(Int(patience))" : "\(patience)"
            let reason = "no request came within \(seconds) s, or many came after; send {\"after\":\"now\"}"
            channel.writeAndFlush(ByteBuffer(string: DeliveredLine.refusal(reason) + "\n")).whenComplete {
                _ in
                channel.close(promise: nil)
            }
        }
        defer { book.leave(number) }
        do {
            try await client.executeThenClose { inbound, outbound in
                var received = ByteBuffer()
                var request: EventRequest?
                for try await var bytes in inbound {
                    received.writeBuffer(&bytes)
                    let view = received.readableBytesView
                    if let newline = view.firstIndex(of: UInt8(ascii: "\n")) {
                        do throws(EventRequest.Failure) {
                            request = try EventRequest(line: view[..<newline])
                        } catch {
                            try await refuse(error.description, outbound)
                        }
                        break
                    }
                    guard view.count < Self.longestRequest else {
                        try await refuse("the request is too long", outbound)
                        break
                    }
                }
                guard let wanted = request else { return }
                guard book.read(number) else {
                    try await refuse("too many readers; try again later, or raise limits.clients", outbound)
                    return
                }
                try await ConnectionLife.whileOpen(channel) {
                    do {
                        try await send(try await directory.admitted(wanted), outbound)
                    } catch let failure as EventRequest.Failure {
                        try await refuse(failure.description, outbound)
                    }
                }
            }
        } catch {
            // The client went away, or the service stops; both are ordinary.
            log.debug("a reader of the socket left", metadata: ["reason": "\(error)"])
        }
    }

    private func send(_ request: EventRequest, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>)
        async throws
    {
        var follower = EventFollower(
            directory, selection: request.selection, start: request.start, files: files)
        if request.hello {
            try await outbound.write(ByteBuffer(string: DeliveredLine.places(follower.cursors) + "\n"))
        }
        while let batch = try await follower.next() {
            var bytes = DeliveredLine.lines(batch, envelope: request.usesEnvelope)
            if request.hello, batch.hasUnshownEnd {
                bytes += "\(DeliveredLine.places([batch.feed: batch.cursor]))\n".utf8
            }
            if !bytes.isEmpty { try await outbound.write(ByteBuffer(bytes: bytes)) }
        }
    }

    private func refuse(_ reason: String, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) async throws
    {
        try await outbound.write(ByteBuffer(string: DeliveredLine.refusal(reason) + "\n"))
    }
}
