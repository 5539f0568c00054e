internal import EventJournal
internal import Platform
internal import Digests
package import NIOCore
internal import NIOSSL

/// Posts events to a web address: JSON lines in envelopes, signed, one request at a time per feed.
///
/// A 2xx answer means that the batch was taken, whatever becomes of the connection then; with any other it
/// comes again, not before the time that `Retry-After` names.
package struct WebhookSender: EventSink {
    private let address: HTTPAddress
    private let key: [UInt8]?
    private let timeout: TimeAmount
    package let batchLimit: Int
    private let client: HTTPClient

    /// - Parameters:
    ///   - url: with its secrets in place.
    ///   - secret: key of the signature; nil: none.
    ///   - sink: what was configured.
    ///   - version: of the program.
    ///   - group: the network's thread.
    /// - Throws: `SinkFailure` where the address cannot be used.
    package init(url: String, secret: String?, sink: WebhookSink, version: String, group: any EventLoopGroup)
        throws
    {
        guard let address = HTTPAddress(url) else {
            throw SinkFailure(
                description: "sink \(sink.name): the address \(HTTPAddress.fault(of: url) ?? "is none")",
                isFinal: true)
        }
        self.address = address
        key = secret.map { Array($0.utf8) }
        timeout = .milliseconds(Int64(sink.timeout * 1000))
        batchLimit = sink.batch
        client = HTTPClient(
            group: group, userAgent: "scened/\(version)",
            security: address.isSecure ? try Self.security(sink) : nil)
    }

    /// TLS 1.2 or 1.3, with certificates of the system's authorities or of those in the sink's file.
    private static func security(_ sink: WebhookSink) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        // The answer is there: the other side's goodbye is not waited for (RFC 8446, section 6.1).
        configuration.shutdownTimeout = .milliseconds(100)
        if let path = sink.authority { configuration.trustRoots = .file(path) }
        // Whoever opens a FIFO waits for somebody to write into it.
        guard sink.authority.map({ FileKind(path: $0) == .file }) ?? true,
            let context = try? NIOSSLContext(configuration: configuration)
        else {
            throw SinkFailure(
                description:
                    "sink \(sink.name): the certificates of \(sink.authority ?? "the system") cannot be read; give a file in PEM",
                isFinal: true)
        }
        return context
    }

    package func deliver(_ batch: EventFollower.Batch) async throws {
        let body = DeliveredLine.lines(batch, envelope: true)
        var headers = [("content-type", "application/x-ndjson"), ("scened-feed", batch.feed)]
        if let first = batch.lines.first, let last = batch.lines.last {
            headers.append(("idempotency-key", "\(batch.run):\(first.sequence)-\(last.sequence)"))
        }
        if let key {
            let time = Int64(WallClock.unixSeconds())
            headers.append(("scened-signature", Self.signature(of: body, time: time, key: key)))
        }
        let answer = try await client.post(body, to: address, headers: headers, timeout: timeout)
        guard (200..<300).contains(answer.status) else {
            throw SinkFailure(
                description: "answered with status \(answer.status)",
                retryAfter: answer.retryAfter.flatMap { RetryAfter.seconds($0, now: WallClock.unixSeconds()) }
            )
        }
    }

    /// `t=UNIXTIME,v1=HEX`, HEX being HMAC-SHA-256 (RFC 2104) of `UNIXTIME.BODY`: the time is signed too, so
    /// that a receiver can refuse what was recorded and sent again.
    static func signature(of body: [UInt8], time: Int64, key: [UInt8]) -> String {
        let message = Array("\(time).".utf8) + body
        let hex = Hexadecimal.text(of: HMAC.code(of: message.span, key: key))
        return "t=\(time),v1=\(hex)"
    }
}
