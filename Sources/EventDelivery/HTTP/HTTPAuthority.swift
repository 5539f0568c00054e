internal import Glibc

/// Host and port as they stand in an address, in `Host` and in `Origin` (RFC 3986, section 3.2; RFC 9110,
/// section 7.2): a name, an IPv4 address or an IPv6 address in brackets, and perhaps a port. User information
/// is none of it.
package struct HTTPAuthority: Hashable, Sendable {
    /// In small letters, IPv6 in its brackets; not empty.
    package var host: String
    /// nil: the scheme's own.
    package var port: Int?

    /// nil where `text` is no authority.
    package init?(_ text: some StringProtocol) {
        let text = String(text).lowercased()
        var rest = text[...]
        if rest.hasPrefix("[") {
            guard let end = rest.firstIndex(of: "]"), Self.isIPv6(rest[..<end].dropFirst()) else {
                return nil
            }
            host = String(rest[...end])
            rest = rest[rest.index(after: end)...]
        } else {
            let name = rest.prefix { $0 != ":" }
            guard !name.isEmpty, Self.isName(name) else { return nil }
            host = String(name)
            rest = rest[name.endIndex...]
        }
        guard !rest.isEmpty else { return }
        let digits = rest.dropFirst()
        guard rest.hasPrefix(":"), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        // "host:" means the scheme's own port.
        guard !digits.isEmpty else { return }
        guard let port = UInt16(digits) else { return nil }
        self.port = Int(port)
    }

    /// Names this machine, or an address in digits: no page of the web can have such a name for its own.
    package var isLocal: Bool {
        // With a dot at its end it is the same name (RFC 1034, section 3.1).
        host == "localhost" || host == "localhost." || host.hasPrefix("[") || Self.isIPv4(host[...])
    }

    /// `reg-name`: letters, digits, `-._~`, `!$&'()*+,;=` and `%XX`.
    private static func isName(_ text: Substring) -> Bool {
        var bytes = Array(text.utf8)[...]
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): break
            case UInt8(ascii: "%"):
                guard bytes.count >= 2,
                    UInt8(String(decoding: bytes.prefix(2), as: UTF8.self), radix: 16) != nil,
                    bytes.first != UInt8(ascii: "+")
                else { return false }
                bytes = bytes.dropFirst(2)
            default: guard "-._~!$&'()*+,;=".utf8.contains(byte) else { return false }
            }
        }
        return true
    }

    private static func isIPv4(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                part.utf8.allSatisfy { (0x30...0x39).contains($0) } && UInt8(part) != nil
                    && (part.utf8.count == 1 || !part.hasPrefix("0"))
            }
    }

    private static func isIPv6(_ text: Substring) -> Bool {
        var address = [UInt8](repeating: 0, count: 16)
        return inet_pton(AF_INET6, String(text), &address) == 1
    }
}
