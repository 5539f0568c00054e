/// Whether a request is meant for this service, and what it asks for.
///
/// A page of the web can make a browser send requests here: under the page's own name, once that name has
/// been made to mean this machine (the browser then says so in `Host`), or from the page's origin (it says so
/// in `Origin`).
package enum HTTPAudience: Hashable, Sendable {
    case accepted(path: String, query: String)
    /// It breaks the rules of HTTP/1.1; the reason is one line.
    case malformed(String)
    /// It is meant for somebody else.
    case foreign

    /// - Parameters:
    ///   - target: of the request line.
    ///   - needsHost: HTTP/1.1, where `Host` must be there.
    ///   - hosts: the values of all `Host` headers.
    ///   - origins: the values of all `Origin` headers.
    ///   - checksNames: only this machine can reach the server, so that any name but its own is foreign.
    package init(target: String, needsHost: Bool, hosts: [String], origins: [String], checksNames: Bool) {
        // RFC 9112, section 3.2: none, several or a wrong one is answered with 400.
        guard hosts.count <= 1, !needsHost || hosts.count == 1 else {
            self = .malformed("one Host header is needed")
            return
        }
        var authority: HTTPAuthority?
        if let host = hosts.first {
            guard let read = HTTPAuthority(host) else {
                self = .malformed("Host is not a name or address with a port")
                return
            }
            authority = read
        }
        var rest = target[...]
        if let scheme = ["http://", "https://"].first(where: { target.lowercased().hasPrefix($0) }) {
            // A whole address: its host counts, not that of the header (section 3.2.2).
            rest = target.dropFirst(scheme.count)
            let text = rest.prefix { !"/?".contains($0) }
            guard let read = HTTPAuthority(text) else {
                self = .malformed("the address of the request has no host that can be read")
                return
            }
            (authority, rest) = (read, rest[text.endIndex...])
            if !rest.hasPrefix("/") { rest = "/" + rest }
        }
        guard rest.hasPrefix("/") || rest == "*" else {
            self = .malformed("the request asks for no path")
            return
        }
        if checksNames {
            guard authority?.isLocal ?? true, origins.allSatisfy(Self.isLocal(origin:)) else {
                self = .foreign
                return
            }
        }
        let path = rest.prefix { $0 != "?" }
        self = .accepted(path: String(path), query: String(rest[path.endIndex...].dropFirst()))
    }

    /// `scheme://host[:port]` of this machine; `null` is what a browser says of pages that it trusts nowhere.
    private static func isLocal(origin: String) -> Bool {
        guard let scheme = ["http://", "https://"].first(where: { origin.lowercased().hasPrefix($0) }) else {
            return false
        }
        return HTTPAuthority(origin.dropFirst(scheme.count))?.isLocal ?? false
    }
}
