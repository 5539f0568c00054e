internal import EventDelivery
internal import Logging
internal import NIOCore
internal import Platform

extension DeliveryService {
    /// Another configuration, all of which can be had: new servers listen and serve nobody yet. Must go to
    /// `commit` or `discard`.
    package struct Changes: Sendable {
        fileprivate var configuration: ServiceConfiguration
        /// What sinks are made of besides.
        fileprivate var fingerprints: [SinkConfiguration: SinkFingerprint]
        /// Servers that are not there yet.
        fileprivate var servers: [ServerKind: OpenedServer]
        /// Who may read events over HTTP.
        fileprivate var rule: EventGate.Rule
    }

    /// Opens what another configuration needs beside what there is. Readers and sinks do not notice.
    ///
    /// - Throws: where an address cannot be listened on, the token for events cannot be had, or a sink cannot
    ///   be made that is new, or whose credentials or certificates are; everything is then as it was.
    package func prepare(_ new: ServiceConfiguration) async throws -> Changes {
        var changes = Changes(
            configuration: new, fingerprints: try prepareSinks(of: new), servers: [:],
            rule: try EventGate.rule(for: new.httpEvents, secret: credentials.text(named:)))
        for kind in ServerKind.allCases {
            guard let address = kind.address(in: new), servers[kind]?.address != address else { continue }
            do {
                changes.servers[kind] = try await open(kind, at: address)
            } catch {
                await discard(changes)
                throw error
            }
        }
        return changes
    }

    /// What the sinks of a configuration are made of besides. Throws where one that is new or has changed
    /// cannot be made.
    private func prepareSinks(of new: ServiceConfiguration) throws(SinkRefusal)
        -> [SinkConfiguration: SinkFingerprint]
    {
        var found: [SinkConfiguration: SinkFingerprint] = [:]
        let feeds = Set(configuration.feeds.map(\.name))
        for sink in new.sinks {
            let (isKnown, known) = (configuration.sinks.contains(sink), fingerprints[sink])
            // Files are opened when there is something to write, and tried again.
            let names = new.feeds.map(\.name).filter { !isKnown || !feeds.contains($0) }
            let paths = sink.paths(of: names)
            if let reason = paths.lazy.compactMap(FileOutput.refusal(of:)).first {
                throw SinkRefusal(sink: sink.name, reason: reason)
            }
            do {
                guard let held = try fingerprint(of: sink) else { continue }
                if held != known { _ = try target(sink, feed: "") }
                found[sink] = held
            } catch {
                // One that could not be made before keeps nothing else from changing.
                if !isKnown || known != nil { throw SinkRefusal(sink: sink.name, reason: "\(error)") }
            }
        }
        return found
    }

    /// Takes over a configuration: sinks and servers that are the same go on untouched. Feeds are the
    /// caller's.
    package func commit(_ changes: Changes) async {
        let new = changes.configuration
        configuration = new
        fingerprints = changes.fingerprints
        gate.set(changes.rule)
        directory.expect(new.feeds.map(\.name))
        let places = DescriptorBudget.places(in: new, limit: DescriptorBudget.limit)
        for kind in ServerKind.allCases {
            books[kind]?.allow(readers: places.readers, visitors: places.visitors)
            let address = kind.address(in: new)
            guard servers[kind]?.address != address else { continue }
            servers[kind]?.task.cancel()
            servers[kind] = nil
            guard let address, let opened = changes.servers[kind] else { continue }
            if kind == .http { httpPort = opened.port }
            let log = log
            servers[kind] = RunningServer(
                address: address,
                task: Task {
                    do {
                        try await opened.serve()
                    } catch is CancellationError {
                    } catch {
                        log.error("server ended", metadata: ["server": "\(kind)", "reason": "\(error)"])
                    }
                })
            log.info("listening", metadata: ["server": "\(kind)", "address": "\(address)"])
        }
        let feeds = Set(new.feeds.map(\.name))
        endRunners { runner in
            if new.sinks.contains(runner.sink), fingerprints[runner.sink] == runner.fingerprint {
                return false
            }
            // A feed that goes has its last events yet to tell. Where no sink takes over, this one gets them,
            // and `remove` ends it.
            return feeds.contains(runner.feed)
                || new.sinks.contains { $0.name == runner.sink.name && $0.selection.takes(feed: runner.feed) }
        }
        forgetOutputs()
        for sink in new.sinks {
            for feed in outlets.keys { start(sink, feed: feed) }
        }
        // Those that could never begin have no runner that ends.
        forgetSinks()
        // Not waited for: each comes to it when its disk answers.
        for outlet in outlets.values { Task { await outlet.set(new.journal) } }
        await reopenFiles()
    }

    /// Lets go of what was prepared.
    package func discard(_ changes: Changes) async {
        for server in changes.servers.values { await server.close() }
    }

    /// `prepare` and `commit`: for what stands by itself.
    package func reload(_ new: ServiceConfiguration) async throws { await commit(try prepare(new)) }

    /// Lets go of files that no sink writes to any more.
    func forgetOutputs() {
        let used = Set(configuration.sinks).union(runners.keys.map(\.sink))
        outputs = outputs.filter { used.contains($0.key) }
    }

    /// What the credentials and files that a sink names hold now; nil for kinds that name none.
    private func fingerprint(of sink: SinkConfiguration) throws -> SinkFingerprint? {
        guard case .webhook(let webhook) = sink else { return nil }
        let read = credentials.text(named:)
        let url = try webhook.url.resolved(read)
        let secret = try webhook.secret?.resolved(read)
        var authority: [UInt8]?
        if let path = webhook.authority {
            authority = try files.read(path, from: 0, count: Self.longestAuthority)
        }
        return SinkFingerprint([Array(url.utf8), secret.map { Array($0.utf8) }, authority])
    }

    /// Bytes of a file of certificates beyond which nobody looks for a change.
    private static let longestAuthority = 4 << 20

    private func open(_ kind: ServerKind, at address: ListenAddress) async throws -> OpenedServer {
        guard let book = books[kind] else { preconditionFailure("each kind has its book") }
        switch kind {
        case .http:
            let server = HTTPServer(
                address: address, pages: HTTPPages(board: board, monitor: monitor), directory: directory,
                files: files, book: book, gate: gate, log: log)
            return .http(server, try await server.open(on: networkGroup, inherited: inherited))
        case .socket:
            let server = SocketServer(
                address: address, directory: directory, files: files, book: book, log: log)
            return .socket(server, try await server.open(on: networkGroup, inherited: inherited))
        }
    }
}

/// The servers that a configuration may ask for.
enum ServerKind: String, CaseIterable, Sendable {
    case http, socket

    func address(in configuration: ServiceConfiguration) -> ListenAddress? {
        switch self {
        case .http: configuration.http
        case .socket: configuration.socket
        }
    }
}

/// A server that serves until its task is canceled.
struct RunningServer {
    var address: ListenAddress
    var task: Task<Void, Never>
}

/// A server that listens. Exactly one of `serve` and `close` must be called.
private enum OpenedServer: Sendable {
    case http(HTTPServer, HTTPServer.Server)
    case socket(SocketServer, SocketServer.Server)

    var port: Int? {
        switch self {
        case .http(_, let channel): channel.channel.localAddress?.port
        case .socket(_, let channel): channel.channel.localAddress?.port
        }
    }

    func serve() async throws {
        switch self {
        case .http(let server, let channel): try await server.serve(channel)
        case .socket(let server, let channel): try await server.serve(channel)
        }
    }

    /// Who has connected meanwhile is turned away.
    func close() async {
        switch self {
        case .http(_, let channel): try? await channel.executeThenClose { _ in }
        case .socket(_, let channel): try? await channel.executeThenClose { _ in }
        }
    }
}

/// A sink of a new configuration that cannot be made.
struct SinkRefusal: Error, CustomStringConvertible {
    let sink: String
    let reason: String

    var description: String { "sink '\(sink)': \(reason)" }
}
