internal import NIOSSL

/// A TLS handshake that failed, with what is known beside the error.
struct HandshakeFailure: Error {
    var cause: any Error
    /// From when until when the certificate that was shown is valid, Unix seconds; nil: none was shown.
    var notBefore: Double?
    var notAfter: Double?
}

/// Why TLS did not come about, and what to do about it.
struct TLSTrouble: Hashable {
    /// A clause about the other side.
    var reason: String
    /// A clause for whoever named its address.
    var remedy: String

    private init(_ reason: String, _ remedy: String) { (self.reason, self.remedy) = (reason, remedy) }

    /// nil where TLS has nothing to do with it.
    ///
    /// - Parameters:
    ///   - error: what ended the connection.
    ///   - name: of the other side.
    ///   - now: Unix seconds.
    init?(_ error: any Error, name: String, now: Double) {
        let failure = error as? HandshakeFailure ?? HandshakeFailure(cause: error)
        if let cause = failure.cause as? NIOSSLExtraError {
            guard cause == .failedToValidateHostname || cause == .serverHostnameImpossibleToMatch else {
                return nil
            }
            self.init(
                "its certificate is for other names",
                "use one of them in the address, or get the receiver a certificate for \(name)")
            return
        }
        guard let errors = Self.errors(of: failure.cause) else { return nil }
        if errors.contains(.eofDuringHandshake) {
            self.init(
                "it closed the connection in the TLS handshake",
                "see whether this port speaks https, and the receiver's log")
            return
        }
        guard let number = errors.compactMap(Self.number).first else { return nil }
        switch number {
        case Self.certificateRefused: self.init(certificate: failure, now: now)
        case Self.versionUnsupported, Self.alert + 70:
            self.init("it does not support TLS 1.2 or later", "let the receiver speak TLS 1.2 or 1.3")
        case Self.versionUnknown:
            self.init("it does not speak TLS on this port", "check the port, or write http:// in the address")
        case Self.alert + 112:
            self.init("it does not serve this name", "use a name of the receiver")
        case Self.alert + 116:
            self.init(
                "it wants a client certificate",
                "scened has none to show: let the receiver know it by `secret`, and take it without")
        case Self.alert...:
            self.init(
                "it refused the handshake (TLS alert \(number - Self.alert))",
                "the receiver's log says why: it may want other ciphers, or a certificate of the client")
        default: return nil
        }
    }

    /// A certificate that was refused. BoringSSL does not hand on what it found; the dates can be seen.
    private init(certificate failure: HandshakeFailure, now: Double) {
        if let end = failure.notAfter, end < now {
            self.init(
                "its certificate has expired",
                "renew it at the receiver, or set this machine's clock if that is wrong")
        } else if let start = failure.notBefore, start > now {
            self.init(
                "its certificate is not valid yet",
                "wait until it is, or set this machine's clock if that is wrong")
        } else {
            self.init(
                "no authority that is trusted here signed its certificate",
                "name its authority's file with `ca`, and let the receiver send the whole chain, none of it expired"
            )
        }
    }

    /// What BoringSSL has noted of a failure; nil where it was none of its own.
    private static func errors(of cause: any Error) -> [BoringSSLInternalError]? {
        var failure = cause as? BoringSSLError
        if case NIOSSLError.handshakeFailed(let found) = cause { failure = found }
        guard case .sslError(let errors)? = failure else { return nil }
        return errors
    }

    /// The reason of an error of TLS, which shows itself as text: `Error: 268436572 error:1000045c:...`. The
    /// number holds the library in its highest eight bits and the reason in its lowest twelve (BoringSSL,
    /// include/openssl/err.h).
    private static func number(_ error: BoringSSLInternalError) -> UInt32? {
        let words = error.description.split(separator: " ")
        guard words.count > 1, let packed = UInt32(words[1]), packed >> 24 == library else { return nil }
        return packed & 0xfff
    }

    /// `ERR_LIB_SSL`, and the reasons `SSL_R_CERTIFICATE_VERIFY_FAILED`, `SSL_R_UNSUPPORTED_PROTOCOL` and
    /// `SSL_R_WRONG_VERSION_NUMBER` (BoringSSL, include/openssl/ssl.h).
    private static let library: UInt32 = 16
    private static let certificateRefused: UInt32 = 125
    private static let versionUnsupported: UInt32 = 240
    private static let versionUnknown: UInt32 = 247
    /// Reasons from here on are alerts of the other side (RFC 8446, section 6): 70 is `protocol_version`, 112
    /// `unrecognized_name`, 116 `certificate_required`.
    private static let alert: UInt32 = 1000
}
