internal import NIOCore

/// `http://host[:port]/path`, the same with `https`, or `unix:/path/of/socket`.
package struct HTTPAddress: Hashable {
    var host: String
    /// nil: `host` is the path of a Unix socket.
    var port: Int?
    /// Path and query.
    var target: String
    /// https.
    var isSecure = false
    /// What stands in the `host` header.
    var authority: String

    package init?(_ url: String) {
        guard let scheme = Self.scheme(of: url) else { return nil }
        isSecure = scheme == "https://"
        let rest = url.dropFirst(scheme.count)
        let authority = rest.prefix { !"/?#".contains($0) }
        guard !authority.isEmpty, !authority.contains("@") else { return nil }
        var host = authority[...]
        var port = isSecure ? 443 : 80
        if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") {
            guard let number = UInt16(authority[authority.index(after: colon)...]) else { return nil }
            (host, port) = (authority[..<colon], Int(number))
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty else { return nil }
        let path = rest[authority.endIndex...].prefix { $0 != "#" }
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return nil }
        self.host = String(host)
        self.port = port
        self.authority = String(authority)
        target = path.hasPrefix("/") ? String(path) : "/" + path
    }

    /// Why `url` is no address that can be posted to: a clause, with a remedy where one is not plain. `url`
    /// itself may hold secrets and does not stand in it. nil: it is one.
    package static func fault(of url: String) -> String? {
        guard HTTPAddress(url) == nil else { return nil }
        let rest = scheme(of: url).map { url.dropFirst($0.count) } ?? ""
        guard rest.prefix(while: { !"/?#".contains($0) }).contains("@") else {
            return "is not http://host[:port]/path or https://host[:port]/path"
        }
        return "names a user, and no user is sent; leave out what stands before the @: `secret` lets "
            + "the receiver know who asks, or a ${credential:NAME} in the path does"
    }

    /// Where it is connected to, for messages: host and port, or the path of a Unix socket.
    var place: String {
        guard let port else { return host }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// `http://` or `https://` where `url` begins with one of them, in whatever case (RFC 3986, section 3.1).
    package static func scheme(of url: String) -> String? {
        ["http://", "https://"].first { url.prefix($0.count).lowercased() == $0 }
    }

    /// The name that a certificate must be for; nil for numeric addresses, which are compared as such.
    var certifiedName: String? {
        (try? SocketAddress(ipAddress: host, port: 0)) == nil ? host : nil
    }

    init(_ address: ListenAddress, target: String) {
        self.target = target
        authority = "localhost"
        switch address {
        case .unix(let path): (host, port) = (path, nil)
        case .tcp(let name, let number): (host, port, authority) = (name, number, address.description)
        case .inherited(let name): (host, port) = (name, nil)
        }
    }
}
