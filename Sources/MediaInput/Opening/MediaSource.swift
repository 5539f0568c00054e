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
}
