package import EventJournal
package import Platform

/// Remembers on disk what a sink has taken of a feed: `STATE/cursors/SINK/FEED`, one line `run:seq`.
package struct SinkCursorFile {
    package let path: String
    private let folder: String
    private let files: any DurableFiles

    package init(state: String, sink: String, feed: String, files: any DurableFiles) {
        folder = "\(state)/cursors/\(sink)"
        path = "\(folder)/\(feed)"
        self.files = files
    }

    /// nil where nothing has been taken yet; a damaged file counts as none, so that events come twice rather
    /// than not at all.
    package func read() -> JournalCursor? {
        guard let bytes = try? files.read(path, from: 0, count: 256) else { return nil }
        return JournalCursor(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }

    /// Durable once it returns.
    package func write(_ cursor: JournalCursor) throws(DurableFileError) {
        try files.createDirectory(folder)
        try files.replace(path, with: Array("\(cursor)\n".utf8))
    }
}
