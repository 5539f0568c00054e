extension ListenAddress {
    /// Where a service is asked, as a person writes it: `127.0.0.1:9310`, `localhost:9310`,
    /// `http://127.0.0.1:9310/` or `unix:/run/scened/http.sock`; nil where it is none of these. A name stays
    /// one, so that all its addresses are tried.
    package init?(service text: String) {
        var rest = text[...]
        let scheme = "http://"
        let isURL = text.lowercased().hasPrefix(scheme)
        if isURL {
            rest = rest.dropFirst(scheme.count)
            if rest.hasSuffix("/") { rest = rest.dropLast() }
        } else if text.hasPrefix("unix:") {
            self.init(text)
            return
        }
        guard let authority = HTTPAuthority(rest), let port = authority.port ?? (isURL ? 80 : nil) else {
            return nil
        }
        let host = authority.host
        self = .tcp(host: host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host, port: port)
    }
}
