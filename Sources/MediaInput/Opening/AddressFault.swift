/// Why an address can never work, as its text alone says: no server that comes later makes it better.
package enum AddressFault {
    /// Schemes whose addresses name a port, for FFmpeg has none to take instead.
    private static let withPort: Set<String> = [
        "sctp", "srt", "srtp", "rtp", "tcp", "tls", "udp", "udplite",
    ]
    /// Schemes whose addresses name a host, save where an encoder is awaited.
    private static let withHost: Set<String> = [
        "ftp", "gopher", "gophers", "http", "https", "mmsh", "mmst", "rtmp", "rtmpe", "rtmps", "rtmpt",
        "rtsp", "rtsps", "sctp", "sftp", "srt", "tcp", "tls",
    ]
    /// Bytes of a passphrase of SRT, where there is one (libsrt, SRTO_PASSPHRASE).
    private static let passphrases = 10...79

    /// Judges an address without opening anything.
    ///
    /// - Parameter text: an address, a path or `-`.
    /// - Returns: what is wrong with it and what to write instead, as a clause whose subject is the address;
    ///   nil: it may work. Shows nothing of it that may be secret.
    package static func find(in text: String) -> String? {
        let text = MediaSource.lowered(text)
        guard MediaSource.isAddress(text) else { return nil }
        let scheme = text.prefix { $0 != ":" }
        guard InputRules.schemes.contains(String(scheme)) else {
            let isShown = MediaSource.isScheme(scheme) && scheme.count <= 16
            let named = isShown ? "the scheme '\(scheme)', which" : "a scheme that"
            return "has \(named) nothing here reads; take "
                + "\(InputRules.schemes.joined(separator: ", ")), or file:PATH for a path with ://"
        }
        guard scheme != "unix", let marker = text.firstRange(of: "://"),
            marker.lowerBound == scheme.endIndex
        else { return nil }
        return faultOfPlace(text[marker.upperBound...], scheme: String(scheme), in: text)
            ?? (scheme == "srt" ? faultOfSRT(items(of: text)) : nil)
    }

    /// `rest`: what follows `://` in `text`.
    private static func faultOfPlace(_ rest: Substring, scheme: String, in text: String) -> String? {
        let authority = rest.prefix { !"/?#".contains($0) }
        let (host, port) = parts(of: authority)
        guard port.map({ UInt16($0).map { $0 > 0 } ?? false }) ?? true else {
            let hasMore = rest[authority.endIndex...].contains("@")
            return "has a port that is not a number from 1 to 65535; "
                + (hasMore
                    ? "write / ? # and @ in a user or password as %2F %3F %23 and %40"
                    : "write \(scheme)://HOST:PORT, and an IPv6 address in brackets")
        }
        if withHost.contains(scheme), host.isEmpty, ListeningAddress(text) == nil {
            return "names no host; write \(scheme)://HOST\(withPort.contains(scheme) ? ":PORT" : "/PATH")"
        }
        guard withPort.contains(scheme), port == nil else { return nil }
        // The port to listen on may stand in the query alone.
        let isLocal = items(of: text).contains { item in
            item.hasPrefix("localport=") || item.hasPrefix("localrtpport=")
        }
        return isLocal ? nil : "names no port; write \(scheme)://HOST:PORT"
    }

    /// Host and port as FFmpeg takes them apart, without brackets; no port: nil.
    private static func parts(of authority: Substring) -> (host: Substring, port: Substring?) {
        let place = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        var (host, tail) = (place, place[place.endIndex...])
        if place.hasPrefix("["), let end = place.firstIndex(of: "]") {
            host = place[..<end].dropFirst()
            tail = place[place.index(after: end)...]
        } else if let colon = place.firstIndex(of: ":") {
            (host, tail) = (place[..<colon], place[colon...])
        }
        return (host, tail.hasPrefix(":") ? tail.dropFirst() : nil)
    }

    /// The parameters of the query, as FFmpeg finds them.
    private static func items(of text: String) -> [Substring] {
        guard let mark = text.firstIndex(of: "?") else { return [] }
        return text[text.index(after: mark)...].split(separator: "&")
    }

    private static func faultOfSRT(_ items: [Substring]) -> String? {
        func value(_ name: String) -> Substring? {
            items.first { $0.hasPrefix(name + "=") }.map { $0.dropFirst(name.count + 1) }
        }
        if let mode = value("mode"), !["caller", "listener", "rendezvous"].contains(mode) {
            return "has a mode that SRT does not know; take mode=caller, mode=listener or mode=rendezvous"
        }
        if let passphrase = value("passphrase"), !passphrase.isEmpty,
            !passphrases.contains(passphrase.utf8.count)
        {
            return "has a passphrase that SRT cannot take; give one of 10 to 79 characters"
        }
        return nil
    }
}
