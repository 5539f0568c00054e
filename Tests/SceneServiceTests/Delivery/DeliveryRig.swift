import TestSupport
import SceneService
import EventDelivery
import FeedRuntime
import EventJournal
import Platform
import Logging
import NIOCore
import NIOPosix
import SceneEvents
import Synchronization

/// A delivery service on a temporary folder.
struct DeliveryRig {
    let folder: TemporaryFolder
    let service: DeliveryService

    var socketPath: String { "\(folder.path)/events.sock" }

    /// `configure` may add sinks; the socket and an HTTP server on a free port are there, and both serve
    /// events.
    init(
        in folder: TemporaryFolder? = nil, credentials: String? = nil,
        files: any DurableFiles = PosixFiles(), log: LogLines? = nil, patience: Double = 30,
        _ configure: (inout ServiceConfiguration) -> Void = { _ in }
    ) async throws {
        let folder = try folder ?? TemporaryFolder()
        self.folder = folder
        var configuration = ServiceConfiguration()
        configuration.http = .tcp(host: "127.0.0.1", port: 0)
        configuration.httpEvents = .anyone
        configuration.socket = .unix(path: "\(folder.path)/events.sock")
        configure(&configuration)
        service = DeliveryService(
            state: folder.path, configuration: configuration,
            credentials: Credentials(directory: credentials),
            version: "0.1", build: ["libavcodec": "59"], inherited: InheritedSockets(environment: [:]),
            files: files, patience: patience,
            log: log?.logger ?? Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        do {
            try await service.start()
        } catch {
            await service.stop()
            throw error
        }
        service.board.update { $0.notReady = [] }
    }

    func outlet(_ feed: String = "f", run: Int = 1) async throws -> FeedOutlet {
        try await service.outlet(for: feed) { JournalRig.run(run) }
    }

    /// A connection that has sent `request`; its lines as they come.
    func lines(_ request: String, _ body: (inout LineReader) async throws -> Void) async throws {
        try await Self.exchange(.unix(path: socketPath), request + "\n", body)
    }

    /// The same with the HTTP server.
    func web(_ request: String, _ body: (inout LineReader) async throws -> Void) async throws {
        let port = await service.httpPort ?? 0
        try await Self.exchange(.tcp(host: "127.0.0.1", port: port), request, body)
    }

    /// Status line and body of one page.
    func page(_ path: String, host: String = "127.0.0.1") async throws -> (status: String, body: String) {
        let answer = try await self.answer(
            "GET \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
        return (answer.status, answer.body)
    }

    /// What comes back until the connection ends; names of headers in small letters.
    func answer(_ request: String) async throws -> (status: String, headers: [String: String], body: String) {
        var (status, headers, body, isBody) = ("", [String: String](), "", false)
        try await web(request) { lines in
            while let line = try await lines.next() {
                if status.isEmpty {
                    status = line
                } else if isBody {
                    body += line + "\n"
                } else if line == "\r" {
                    isBody = true
                } else if let colon = line.firstIndex(of: ":") {
                    let value = line[line.index(after: colon)...].split(separator: "\r").joined()
                    headers[line[..<colon].lowercased()] = String(value.drop { $0 == " " })
                }
            }
        }
        return (status, headers, body)
    }

    /// Returns once `server` serves `count` readers of events.
    func readers(_ server: String, _ count: Int) async {
        while service.board.snapshot.clients[server] != count { await Task.yield() }
    }

    static func exchange(
        _ address: ListenAddress, _ request: String, _ body: (inout LineReader) async throws -> Void
    ) async throws {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        @Sendable func prepare(_ channel: any Channel) -> EventLoopFuture<
            NIOAsyncChannel<ByteBuffer, ByteBuffer>
        > {
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
            }
        }
        let channel =
            switch address {
            case .unix(let path):
                try await bootstrap.connect(unixDomainSocketPath: path, channelInitializer: prepare)
            case .tcp(let host, let port):
                try await bootstrap.connect(host: host, port: port, channelInitializer: prepare)
            case .inherited: preconditionFailure("not a place to connect to")
            }
        try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: request))
            var reader = LineReader(bytes: inbound.makeAsyncIterator())
            try await body(&reader)
        }
    }
}

/// What a service logs.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    var logger: Logger {
        let output = ServiceLog.Output(linesPerMinute: 1000, hasPriorities: false, board: nil) { line in
            self.lines.withLock { $0.append(line) }
        }
        return Logger(label: "test") { ServiceLog(label: $0, level: .info, output: output) }
    }

    /// Those that hold `text`.
    func with(_ text: String) -> [String] { lines.withLock { $0.filter { $0.contains(text) } } }
}

/// Lines of a connection.
struct LineReader {
    var bytes: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var buffer = ByteBuffer()

    init(bytes: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator) { self.bytes = bytes }

    /// The next line without its newline; nil at the end.
    mutating func next() async throws -> String? {
        while true {
            if let newline = buffer.readableBytesView.firstIndex(of: 10) {
                let line = buffer.readString(length: newline - buffer.readerIndex)
                buffer.moveReaderIndex(forwardBy: 1)
                buffer.discardReadBytes()
                return line
            }
            guard var more = try await bytes.next() else { return nil }
            buffer.writeBuffer(&more)
        }
    }

    /// The next `count` lines, fewer at the end.
    mutating func next(_ count: Int) async throws -> [String] {
        var lines: [String] = []
        while lines.count < count, let line = try await next() { lines.append(line) }
        return lines
    }

    /// `seq` of the next `count` events.
    mutating func sequences(_ count: Int) async throws -> [Int] {
        try await next(count).compactMap { line in
            line.firstRange(of: "\"seq\":").flatMap { Int(line[$0.upperBound...].prefix { $0.isNumber }) }
        }
    }
}

extension FeedOutlet {
    /// Goes on with a run that begins with `start`, as a feed with the same options does after a crash;
    /// `modified` where it reads a file: its last change; `source`: what it reads.
    @discardableResult
    func goOn(
        as start: StreamStart, modified: Double? = nil, writesScores: Bool = false, source: RunSource? = nil
    ) async throws -> FeedRun {
        try join(
            terms: start.terms, writesScores: writesScores, modified: modified, source: source,
            makeRun: { RunIdentity.make() })
    }
}
