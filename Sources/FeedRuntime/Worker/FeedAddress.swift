package import EventJournal
internal import Platform
internal import Glibc
internal import MediaInput

/// What the address of a feed tells before anything is opened.
package struct FeedAddress: Hashable, Sendable {
    /// As FFmpeg takes it; may hold a password.
    package let text: String
    /// The same as it may be printed once `Redaction` has seen it.
    package let shown: String

    /// - Parameters:
    ///   - text: an address, a path or `-`.
    ///   - shown: the same without what the caller alone knows to be secret; nil: there is nothing of the
    ///     kind.
    package init(_ text: String, shown: String? = nil) {
        self.text = MediaSource.lowered(text)
        self.shown = MediaSource.lowered(shown ?? text)
    }

    /// Lower case, without the colon; nil for paths and standard input.
    package var scheme: String? {
        if text.hasPrefix("unix:") { return "unix" }
        guard let marker = text.firstRange(of: "://") else { return nil }
        let scheme = text[..<marker.lowerBound].lowercased()
        return scheme == "file" ? nil : scheme
    }

    /// It comes from elsewhere and is opened again whenever it ends. Files, FIFOs and standard input end by
    /// themselves.
    package var isLive: Bool { scheme != nil }

    /// The path, where it is one.
    package var path: String? {
        guard !isLive, text != "-" else { return nil }
        return ["file://", "file:"].first(where: text.hasPrefix).map { String(text.dropFirst($0.count)) }
            ?? text
    }
    /// An encoder is awaited there, rather than a server connected to.
    package var isListening: Bool { ListeningAddress(text) != nil }

    /// When it was last written to, Unix seconds, where it is a regular file: that gives the same bytes
    /// again, and perhaps more at its end. Looks at the file system.
    package var fileModified: Double? {
        fileFacts.map { Double($0.st_mtim.tv_sec) + Double($0.st_mtim.tv_nsec) / 1e9 }
    }

    /// By what that file is known again; nil where it is none. Reads its first `FileMark.headLength` bytes.
    package var fileMark: FileMark? {
        guard let path, let facts = fileFacts else { return nil }
        let head = try? PosixFiles().read(path, from: 0, count: FileMark.headLength)
        return FileMark(size: Int64(facts.st_size), inode: UInt64(facts.st_ino), head: head ?? [])
    }

    /// nil where the path is not that of a regular file.
    private var fileFacts: stat? {
        guard let path else { return nil }
        var facts = stat()
        guard FileName.withBytes(path, { stat($0, &facts) }) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            return nil
        }
        return facts
    }

    /// Host and port, without user information; nil where there is none.
    package var host: String? {
        guard scheme != nil, scheme != "unix", let marker = text.firstRange(of: "://") else { return nil }
        let authority = text[marker.upperBound...].prefix { !"/?#".contains($0) }
        let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        return host.isEmpty ? nil : String(host).lowercased()
    }
}
