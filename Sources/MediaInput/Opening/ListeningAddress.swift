/// An address on which an encoder is awaited, rather than one that is connected to: `tcp://...?listen`,
/// `rtmp://...?listen=1`, `srt://...?mode=listener`.
package struct ListeningAddress: Hashable, Sendable {
    /// What is spoken there, lower case.
    let scheme: String
    /// The address as FFmpeg's protocol takes it: RTMP takes listening as an option, not as a part of the
    /// address.
    let url: String

    /// Seconds within which an encoder that has connected must send its first bytes.
    static let patience = 10.0

    /// nil: the address is connected to.
    package init?(_ text: String) {
        let text = MediaSource.lowered(text)
        guard let marker = text.firstRange(of: "://") else { return nil }
        scheme = text[..<marker.lowerBound].lowercased()
        let (path, query) =
            text.firstIndex(of: "?").map { (text[..<$0], text[text.index(after: $0)...]) } ?? (text[...], "")
        let items = query.split(separator: "&")
        switch scheme {
        case "tcp":
            guard items.contains(where: Self.asksToListen) else { return nil }
            url = text
        case "rtmp":
            guard items.contains(where: Self.asksToListen) else { return nil }
            let others = items.filter { !Self.asksToListen($0) }.joined(separator: "&")
            url = others.isEmpty ? String(path) : "\(path)?\(others)"
        case "srt":
            guard items.contains("mode=listener") else { return nil }
            url = text
        default: return nil
        }
    }

    /// As FFmpeg reads the option in a TCP address: any value but the number zero, or none.
    private static func asksToListen(_ item: Substring) -> Bool {
        if item == "listen" { return true }
        guard item.hasPrefix("listen=") else { return false }
        return Int(item.dropFirst(7)) != 0
    }
}
