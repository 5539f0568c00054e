/// Where a server listens.
package enum ListenAddress: Hashable, Sendable {
    case unix(path: String)
    /// `host` is an address in digits, without brackets; port 0 takes any free one.
    case tcp(host: String, port: Int)
    /// A socket that systemd opened, by its `FileDescriptorName=`.
    case inherited(name: String)

    /// Reads `unix:/run/scened/http.sock`, `127.0.0.1:9310`, `[::1]:9310` or `systemd:http`; nil where it is none of these.
    package init?(_ text: String) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            // sun_path holds 108 bytes, the closing zero included (unix(7)).
            guard path.hasPrefix("/"), path.utf8.count < 108 else { return nil }
            self = .unix(path: path)
        } else if text.hasPrefix("systemd:") {
            let name = String(text.dropFirst(8))
            guard !name.isEmpty else { return nil }
            self = .inherited(name: name)
        } else {
            guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...])
            else {
                return nil
            }
            var host = text[..<colon]
            if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
            guard !host.isEmpty else { return nil }
            self = .tcp(host: host == "localhost" ? "127.0.0.1" : String(host), port: Int(port))
        }
    }

    /// Only this machine can reach it.
    package var isLocal: Bool {
        switch self {
        case .unix, .inherited: true
        case .tcp(let host, _): host == "::1" || host.hasPrefix("127.")
        }
    }
}

extension ListenAddress: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unix(let path): "unix:\(path)"
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .inherited(let name): "systemd:\(name)"
        }
    }
}
