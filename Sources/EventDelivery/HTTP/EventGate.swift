internal import Digests
internal import NIOHTTP1
internal import Synchronization

/// Lets requests for events pass that may have them. Who may is changed by a reload, for the next request.
package final class EventGate: Sendable {
    package enum Rule: Sendable {
        case unixOnly
        case anyone
        case nobody
        /// SHA-256 of the token.
        case bearer([UInt8])
    }

    private let rule = Mutex(Rule.unixOnly)

    package init() {}

    /// Who may read events as `access` says; `secret` gives the content of a credential by its name.
    ///
    /// - Throws: what `secret` throws.
    package static func rule(for access: EventAccess, secret: (String) throws -> String) throws -> Rule {
        switch access {
        case .unixOnly: .unixOnly
        case .anyone: .anyone
        case .nobody: .nobody
        case .bearer(let token): .bearer(SHA256.bytes(of: Array(try token.resolved(secret).utf8).span))
        }
    }

    /// From now on `rule` holds.
    package func set(_ rule: Rule) { self.rule.withLock { $0 = rule } }

    /// nil: it may pass; else the answer. `authorization`: the values of all such headers; `isUnix`: it came
    /// over a Unix socket.
    package func refusal(authorization: [String], isUnix: Bool) -> HTTPPage? {
        switch rule.withLock({ $0 }) {
        case .anyone: return nil
        case .unixOnly:
            guard !isUnix else { return nil }
            return .text(
                .forbidden,
                "events are not served over TCP, where every user of this machine could read them; "
                    + "read the socket (scened events --socket PATH), or set http.token or http.events in the configuration\n"
            )
        case .nobody:
            return .text(
                .forbidden, "events are not served over HTTP; the configuration says http.events: false\n")
        case .bearer(let digest):
            guard !authorization.isEmpty else {
                return Self.unauthorized("Bearer realm=\"scened\"", "events need a token")
            }
            // Digests, and compared in constant time: how long the answer takes says nothing about the token.
            guard authorization.count == 1, let token = Self.token(authorization[0]),
                HMAC.areEqual(SHA256.bytes(of: Array(token.utf8).span), digest)
            else {
                return Self.unauthorized(
                    "Bearer realm=\"scened\", error=\"invalid_token\"", "this is not the token for events")
            }
            return nil
        }
    }

    private static func token(_ value: String) -> Substring? {
        let scheme = value.prefix { $0 != " " }
        guard scheme.lowercased() == "bearer" else { return nil }
        let token = value[scheme.endIndex...].drop { $0 == " " }
        return token.isEmpty ? nil : token
    }

    private static func unauthorized(_ challenge: String, _ reason: String) -> HTTPPage {
        var page = HTTPPage.text(
            .unauthorized, "\(reason); send 'Authorization: Bearer TOKEN' with the token of http.token\n")
        page.fields = [("www-authenticate", challenge)]
        return page
    }
}
