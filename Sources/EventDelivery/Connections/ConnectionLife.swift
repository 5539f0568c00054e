internal import NIOCore

/// Ties work to a connection.
enum ConnectionLife {
    /// Does `work`, and cancels it once the other side has closed the connection. A peer that only stops
    /// sending is not gone.
    static func whileOpen(_ channel: any Channel, _ work: @Sendable @escaping () async throws -> Void)
        async throws
    {
        let (closing, closed) = AsyncStream.makeStream(of: Void.self)
        channel.closeFuture.whenComplete { _ in closed.finish() }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await work() }
            tasks.addTask { for await _ in closing {} }
            defer { tasks.cancelAll() }
            try await tasks.next()
        }
    }
}
