internal import Platform

/// Where the bytes come from.
package enum MediaSource: Sendable {
    /// A path (file, FIFO, device; `FileName` says how it stands in text), `-` for standard input, or any URL
    /// FFmpeg opens.
    case url(String)
    /// A descriptor that is already open: standard input, a FIFO, a socket. It stays the caller's and is not
    /// closed.
    case descriptor(Int32, name: String)

    /// What may be printed: credentials in URLs are replaced by `***`.
    package var displayName: String {
        switch self {
        case .url("-"): "standard input"
        case .url(let url): FileName.shown(Redaction.redacted(url))
        case .descriptor(_, let name): FileName.shown(Redaction.redacted(name))
        }
    }

    /// What a person can do where it broke off.
    package var remedyOfDamage: String {
        guard case .url(let url) = self, Self.isAddress(url) else { return "copy the input again" }
        return "check that the other side still sends, and the network between"
    }

    /// `scheme://...` or `unix:...`; anything else is a path or `-`.
    static func isAddress(_ url: String) -> Bool {
        !url.hasPrefix("file:") && (url.contains("://") || url.hasPrefix("unix:"))
    }

    /// `url` with its scheme in small letters, as FFmpeg knows them: their case means nothing (RFC 3986,
    /// section 3.1). A path stays as it is.
    package static func lowered(_ url: String) -> String {
        guard let colon = url.firstIndex(of: ":"), isScheme(url[..<colon]) else { return url }
        let scheme = url[..<colon].lowercased()
        let mark = scheme == "unix" || scheme == "file" ? ":/" : "://"
        return url[colon...].hasPrefix(mark) ? scheme + url[colon...] : url
    }

    /// RFC 3986, section 3.1.
    static func isScheme(_ text: Substring) -> Bool {
        guard let first = text.first, first.isASCII, first.isLetter else { return false }
        return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
    }
}
