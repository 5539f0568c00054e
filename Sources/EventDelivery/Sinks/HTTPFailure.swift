internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import Platform

/// Why a request had no answer. What the network's libraries say of it names their functions and source
/// files; here it stands in words, with what to do about it.
package struct HTTPFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong: one clause.
    package var reason: String
    /// What to do about it, for whoever named the address: one more.
    package var remedy: String

    package var description: String { "\(reason); \(remedy)" }
}

extension HTTPFailure {
    static func noAnswer(within timeout: TimeAmount) -> HTTPFailure {
        HTTPFailure(
            reason: "no answer within \(timeout.nanoseconds / 1_000_000) ms",
            remedy: "see what keeps the receiver, or raise `timeout`")
    }

    /// No connection to `address` came about, because of `error`.
    static func noConnection(to address: HTTPAddress, _ error: any Error) -> HTTPFailure {
        let failure = "cannot connect to \(address.place)"
        var causes = [error]
        if let found = error as? NIOConnectionError {
            causes = found.connectionErrors.map { $0.error }
            if causes.isEmpty { causes = [found.dnsAError, found.dnsAAAAError].compactMap { $0 } }
        }
        if let unknown = causes.compactMap({ $0 as? SocketAddressError.UnknownHost }).first {
            return HTTPFailure(
                reason: "\(failure): \(unknown.errorDescription)",
                remedy: "check the name, and the DNS of this machine")
        }
        // Of several addresses of one name, the one that answered says most.
        let codes = causes.compactMap(systemCode)
        guard let code = codes.first(where: { $0 == ECONNREFUSED }) ?? codes.first else {
            return HTTPFailure(reason: failure, remedy: "check the address")
        }
        return HTTPFailure(reason: "\(failure): \(text(code))", remedy: advice(for: code))
    }

    /// A connection to `address` is there, and TLS did not come about on it, because of `error`. `now`: Unix
    /// seconds.
    static func noSecureConnection(to address: HTTPAddress, _ error: any Error, now: Double) -> HTTPFailure {
        let failure = "no secure connection to \(address.host): "
        if let trouble = TLSTrouble(error, name: address.host, now: now) {
            return HTTPFailure(reason: failure + trouble.reason, remedy: trouble.remedy)
        }
        let code = systemCode((error as? HandshakeFailure)?.cause ?? error)
        return HTTPFailure(
            reason: failure + "it broke in the TLS handshake" + (code.map { ": \(text($0))" } ?? ""),
            remedy: "see whether this port speaks https, and the receiver's log")
    }

    /// The connection to `address` ended before an answer came, or what came is none; because of `error`,
    /// where there was one. `now`: Unix seconds.
    static func noAnswer(from address: HTTPAddress, _ error: (any Error)?, now: Double) -> HTTPFailure {
        // In TLS 1.3 the other side refuses after the handshake has ended here.
        if let error, TLSTrouble(error, name: address.host, now: now) != nil {
            return noSecureConnection(to: address, error, now: now)
        }
        let remedy =
            "see the receiver's log" + (address.isSecure ? "" : ", and whether the port wants https://")
        if let error = error as? HTTPParserError, error != .invalidEOFState {
            return HTTPFailure(reason: "what \(address.host) answered is not HTTP", remedy: remedy)
        }
        if let code = error.flatMap(systemCode) {
            return HTTPFailure(
                reason: "the connection to \(address.host) broke before an answer came: \(text(code))",
                remedy: remedy)
        }
        return HTTPFailure(
            reason: "\(address.host) closed the connection before an answer came", remedy: remedy)
    }

    /// errno, where the system has refused something.
    private static func systemCode(_ error: any Error) -> Int32? {
        if case ChannelError.connectTimeout = error { return ETIMEDOUT }
        return (error as? IOError)?.errnoCode
    }

    private static func text(_ code: Int32) -> String { String(cString: strerror(code)) }

    /// What to do where the system could not connect.
    private static func advice(for code: Int32) -> String {
        switch code {
        case ECONNREFUSED: "nobody listens there: start the receiver, or check the port"
        case ENETUNREACH, EHOSTUNREACH, ENETDOWN, EHOSTDOWN:
            "no route to it: check the address, and the network of this machine"
        case ETIMEDOUT: "see whether the host is up, and what a firewall lets through"
        case EACCES, EPERM: "let the firewall, or IPAddressAllow= of the unit, permit it"
        case EMFILE, ENFILE, ENOMEM: FileRemedy.text(for: code, isWriting: true)
        default: "check the address and the network"
        }
    }
}
