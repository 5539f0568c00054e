internal import NIOPosix

/// Reads the events of some feeds for one reader: first what is kept, then what comes, in order per feed.
///
/// Files are read on a pool of threads made for blocking; nothing is read that is not on disk for good.
package struct EventFollower: ~Copyable {
    /// Some events of one feed.
    package struct Batch: Sendable {
        package var feed: String
        package var run: String
        /// Those of the wanted types.
        package var lines: [JournalLine]
        /// Where to go on after this batch.
        package var cursor: JournalCursor
        /// Set where events before `lines` are no longer kept: the place before the oldest that is.
        package var expired: JournalCursor?
    }

    private let directory: EventDirectory
    private let selection: SinkSelection
    private let start: EventStart
    private let files: any JournalFiles
    private var readers: [String: JournalReader] = [:]
    private var changes: AsyncStream<Void>.Iterator

    /// - Parameters:
    ///   - directory: the feeds there are.
    ///   - selection: which feeds and types; feeds that are added later count too, where it names none.
    ///   - start: from where; a feed that is added later is read from its first event of this process.
    ///   - files: the file system.
    package init(
        _ directory: EventDirectory, selection: SinkSelection, start: EventStart, files: any JournalFiles
    ) {
        self.directory = directory
        self.selection = selection
        self.start = start
        self.files = files
        changes = directory.changes().makeAsyncIterator()
        for (feed, entry) in directory.entries where selection.takes(feed: feed) {
            let cursor = start.cursor(for: feed, entry, isOnlyFeed: selection.feeds == [feed])
            readers[feed] = JournalReader(entry.layout, after: cursor, files: files)
        }
    }

    /// Where each feed is to be read on.
    package var cursors: [String: JournalCursor] { readers.compactMapValues(\.cursor) }

    /// The next events; waits until there are some.
    ///
    /// - Returns: nil once the task is cancelled.
    /// - Throws: where the journal cannot be read.
    package mutating func next() async throws -> Batch? {
        while !Task.isCancelled {
            let entries = directory.entries
            for (feed, entry) in entries.sorted(by: { $0.key < $1.key }) where selection.takes(feed: feed) {
                let reader = readers[feed] ?? JournalReader(entry.layout, after: entry.start, files: files)
                if let cursor = reader.cursor, cursor >= entry.durable {
                    readers[feed] = reader
                    continue
                }
                if let batch = try await read(feed, reader, through: entry.durable) { return batch }
            }
            guard await changes.next() != nil else { return nil }
        }
        return nil
    }

    /// The next piece of one feed that has something in it.
    private mutating func read(_ feed: String, _ reader: JournalReader, through durable: JournalCursor)
        async throws
        -> Batch?
    {
        var reader = reader
        while true {
            let before = reader
            let (after, piece) = try await NIOThreadPool.singleton.runIfActive {
                var reader = before
                let piece = try reader.next(through: durable)
                return (reader, piece)
            }
            reader = after
            readers[feed] = reader
            if !piece.lines.isEmpty || piece.expired != nil, let cursor = reader.cursor {
                let lines = piece.lines.filter { selection.takes(type: $0.type) }
                return Batch(feed: feed, run: piece.run, lines: lines, cursor: cursor, expired: piece.expired)
            }
            if piece.isEnd { return nil }
        }
    }
}
