package import EventJournal
package import Platform

/// Remembers on disk what a sink has taken of a feed: `STATE/cursors/SINK/FEED`, one line `run:seq`.
package struct SinkCursorFile {
    private let folder: String
    private let file: KeptFile
    private let files: any DurableFiles

    package init(state: String, sink: String, feed: String, files: any DurableFiles) {
        folder = "\(state)/cursors/\(sink)"
        file = KeptFile("\(folder)/\(feed)", largest: 256, files)
        self.files = files
    }

    /// Reads it; it is missing where nothing has been taken yet. A damaged one is set aside.
    package func read() -> KeptFile.Content<JournalCursor> {
        file.read { bytes in
            JournalCursor(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
        }
    }

    /// Durable once it returns.
    package func write(_ cursor: JournalCursor) throws(DurableFileError) {
        try files.createDirectory(folder)
        try files.replace(file.path, with: Array("\(cursor)\n".utf8))
    }
}
