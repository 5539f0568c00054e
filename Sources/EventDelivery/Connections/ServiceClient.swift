internal import EventJournal
internal import Platform
internal import FoundationEssentials
internal import JSONText
internal import NIOCore
internal import NIOPosix

/// Asks a running service: what `scened status` and `scened events --socket` do.
package struct ServiceClient: Sendable {
    private let address: ListenAddress

    /// A service that does not answer, or refuses: one line with a remedy.
    package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        package var description: String
    }

    package init(_ address: ListenAddress) { self.address = address }

    /// Status and text of a page of the HTTP server, e.g. `/v1/feeds`.
    package func page(_ path: String) async throws -> (status: Int, body: [UInt8]) {
        let client = HTTPClient(group: MultiThreadedEventLoopGroup.singleton, userAgent: "scened")
        do {
            let answer = try await client.get(HTTPAddress(address, target: path), timeout: .seconds(10))
            return (answer.status, answer.body)
        } catch let failure as HTTPFailure {
            throw Failure(
                description:
                    "\(address) does not answer: \(failure.reason); is the service running, and does it listen there?"
            )
        }
    }

    /// The same as text: `take` gets lines as they come, newlines included, in any number.
    ///
    /// - Parameters:
    ///   - after: `now`, `start` or a cursor.
    ///   - feed: one feed; nil: all.
    ///   - types: types of events; empty: all.
    ///   - envelope: whether `take` gets events in their envelopes.
    ///   - away: as below.
    ///   - take: takes the lines; what it throws ends the reading.
    /// - Throws: `Failure` where nobody listens at first and `away` is nil, or the service refuses; what
    ///   `take` throws.
    package func follow(
        after: String, feed: String?, types: [String], envelope: Bool, away: ((String?) -> Void)? = nil,
        take: ([UInt8]) throws -> Void
    ) async throws {
        try await follow(after: after, feed: feed, types: types, away: away) { lines in
            let text = lines.flatMap { $0.text(envelope: envelope) }
            if !text.isEmpty { try take(text) }
        }
    }

    /// Reads events from the socket until the task is canceled. When the service goes away, waits for it and
    /// goes on where it was.
    ///
    /// - Parameters:
    ///   - after: `now`, `start` or a cursor.
    ///   - feed: one feed; nil: all.
    ///   - types: types of events; empty: all.
    ///   - away: is told after each attempt to connect why it failed, or nil where it did not; the first may
    ///     fail, too. nil: it may not, and nobody is told.
    ///   - take: takes lines as they come, in any number, and places behind events of other types; no more
    ///     are read meanwhile. What it throws ends the reading.
    /// - Throws: `Failure` where nobody listens at first and `away` is nil, or the service refuses; what
    ///   `take` throws.
    package func follow(
        after: String, feed: String?, types: [String], away: ((String?) -> Void)? = nil,
        take: ([ServedLine]) async throws -> Void
    ) async throws {
        guard case .unix(let path) = address else {
            throw Failure(description: "\(address) is not a socket of events; give the path of one")
        }
        var places = Places(start: after)
        var backoff = Backoff(first: 0.2, cap: 5, floor: 0.1)
        var generator = SystemRandomNumberGenerator()
        var mayFail = away != nil
        while true {
            var channel: Connection?
            do throws(Failure) {
                channel = try await connect(path)
                away?(nil)
            } catch {
                guard mayFail else { throw error }
                away?(error.description)
            }
            if let connected = channel {
                mayFail = true
                backoff.reset()
                try await read(
                    connected, Self.request(after: places.text, feed: feed, types: types), &places, take)
            }
            try await Task.sleep(for: .seconds(backoff.next(using: &generator)))
        }
    }

    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// Where to go on.
    private struct Places {
        var start: String
        var cursors: [String: JournalCursor] = [:]

        init(start: String) {
            self.start = start
            // Feeds that the service does not have for the moment keep their places.
            if case .after(let places)? = EventStart(start), places[""] == nil { cursors = places }
        }

        var text: String { cursors.isEmpty ? start : DeliveredLine.text(cursors) }
    }

    private func connect(_ path: String) async throws(Failure) -> Connection {
        do {
            return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(unixDomainSocketPath: path) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try Connection(wrappingChannelSynchronously: channel)
                    }
                }
        } catch {
            throw Failure(
                description:
                    "nobody listens at '\(path)'; is the service running, and does its configuration name this socket?"
            )
        }
    }

    /// Reads until the service closes the connection.
    private func read(
        _ channel: Connection, _ request: String, _ places: inout Places,
        _ take: ([ServedLine]) async throws -> Void
    ) async throws {
        var known = places
        defer { places = known }
        try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: request + "\n"))
            var rest = ByteBuffer()
            var chunks = inbound.makeAsyncIterator()
            // A connection that breaks is as good as one that is closed.
            while var bytes = try? await chunks.next() {
                rest.writeBuffer(&bytes)
                var lines: [ServedLine] = []
                while let newline = rest.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) {
                    let line = rest.readBytes(length: newline - rest.readerIndex) ?? []
                    rest.moveReaderIndex(forwardBy: 1)
                    let served = try Self.served(line)
                    known.cursors.merge(served.places) { $1 }
                    lines.append(served)
                }
                rest.discardReadBytes()
                if !lines.isEmpty { try await take(lines) }
            }
        }
    }

    /// Reads a line of the service.
    private static func served(_ line: [UInt8]) throws -> ServedLine {
        if let event = DeliveredLine.opened(line) {
            return ServedLine(line, body: event.line, places: [event.feed: event.cursor])
        }
        let record = try? JSONDecoder().decode(Record.self, from: Data(line))
        switch record?.type {
        case "error":
            throw Failure(description: "the service refuses: \(record?.reason ?? "no reason given")")
        case "cursor":
            guard case .after(let cursors) = EventStart(record?.cursor ?? "") else {
                return ServedLine([], places: [:])
            }
            return ServedLine([], places: cursors)
        case "cursor_expired":
            guard let feed = record?.feed, let oldest = record?.oldest.flatMap({ JournalCursor($0) }) else {
                fallthrough
            }
            return ServedLine(line, places: [feed: oldest])
        default: return ServedLine(line, places: [:])
        }
    }

    private struct Record: Decodable {
        var type: String
        var reason: String?
        var cursor: String?
        var feed: String?
        var oldest: String?
    }

    /// The line that asks the socket for events, with their envelopes, without newline.
    private static func request(after: String, feed: String?, types: [String]) -> String {
        var object = JSONLine()
        object.field("after", after)
        if let feed { object.field("feed", feed) }
        if !types.isEmpty { object.field("types", list: types.map(JSONLine.quoted)) }
        object.field("envelope", true)
        object.field("hello", true)
        return object.object
    }
}
