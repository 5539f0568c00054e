internal import Glibc

/// Where a server listens.
package enum ListenAddress: Hashable, Sendable {
    case unix(path: String)
    /// `host` is an address in digits or a name, without brackets; port 0 takes any free one.
    case tcp(host: String, port: Int)
    /// A socket that systemd opened, by its `FileDescriptorName=`.
    case inherited(name: String)

    /// Reads `unix:/run/scened/http.sock`, `127.0.0.1:9310`, `[::1]:9310` or `systemd:http`; nil where it is
    /// none of these.
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
            if host.hasPrefix("["), host.hasSuffix("]") {
                host = host.dropFirst().dropLast()
                guard Self.isAddress(host, AF_INET6) else { return nil }
            } else {
                guard Self.isHost(host) else { return nil }
            }
            self = .tcp(host: host == "localhost" ? "127.0.0.1" : String(host), port: Int(port))
        }
    }

    private static func isAddress(_ text: Substring, _ family: Int32) -> Bool {
        // As many bytes as an IPv6 address has.
        var bytes = [UInt8](repeating: 0, count: 16)
        return inet_pton(family, String(text), &bytes) == 1
    }

    /// An IPv4 address, or a name that cannot be taken for one (RFC 1123, section 2.1).
    private static func isHost(_ text: Substring) -> Bool {
        guard let last = text.utf8.last, text.utf8.count <= 253 else { return false }
        if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(last) || last == UInt8(ascii: ".") {
            let label = text.split(separator: ".", omittingEmptySubsequences: false).last ?? ""
            if label.allSatisfy(\.isNumber) { return isAddress(text, AF_INET) }
        }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"):
                true
            default: false
            }
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
