package import EventJournal
package import Platform
internal import DequeModule
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

        /// Whether `cursor` lies behind all that the batch shows: events that nobody asked for came last. Who
        /// remembers its place by what it is shown has to be told of this one.
        package var hasUnshownEnd: Bool {
            cursor != (lines.last.map { JournalCursor(run: run, sequence: $0.sequence) } ?? expired)
        }

        /// The same in parts of at most `limit` events, each with the place behind it.
        package func parts(of limit: Int) -> [Batch] {
            guard lines.count > limit else { return [self] }
            return stride(from: 0, to: lines.count, by: limit).map { first in
                var part = self
                part.lines = Array(lines[first..<min(first + limit, lines.count)])
                if first > 0 { part.expired = nil }
                if first + limit < lines.count, let line = part.lines.last {
                    part.cursor = JournalCursor(run: run, sequence: line.sequence)
                }
                return part
            }
        }
    }

    private let directory: EventDirectory
    private let selection: SinkSelection
    private let start: EventStart
    private let files: any DurableFiles
    private var readers: [String: JournalReader] = [:]
    /// Feeds whose journal does not reach to the place that was given: their first batch says so.
    private var strays: Set<String> = []
    /// Feeds that may have something to read, the next one first, each once.
    private var due: Deque<String> = []
    private var isDue: Set<String> = []
    private var changes: FeedChanges

    /// - Parameters:
    ///   - directory: the feeds there are.
    ///   - selection: which feeds and types; feeds that are added later count too, where it names none.
    ///   - start: from where; it holds for feeds that are added later, too. Its places name their feeds.
    ///   - files: the file system.
    package init(
        _ directory: EventDirectory, selection: SinkSelection, start: EventStart, files: any DurableFiles
    ) {
        self.directory = directory
        self.selection = selection
        self.start = start
        self.files = files
        changes = directory.follow(selection.feeds)
        for (feed, entry) in directory.entries where selection.takes(feed: feed) {
            readers[feed] = makeReader(feed, entry, isLate: false)
        }
    }

    /// A reader at the place where `feed` is to be begun.
    private mutating func makeReader(_ feed: String, _ entry: EventDirectory.Entry, isLate: Bool)
        -> JournalReader
    {
        var cursor = start.cursor(for: feed, entry, isLate: isLate)
        if let given = cursor, given > entry.durable {
            // The journal lost its end, or was removed: what comes now bears numbers that the reader has seen
            // already.
            strays.insert(feed)
            cursor = given.run == entry.durable.run ? entry.durable : nil
        }
        return JournalReader(entry.layout, after: cursor, files: files)
    }

    /// Where each feed is to be read on.
    package var cursors: [String: JournalCursor] { readers.compactMapValues(\.cursor) }

    /// The next events; waits until there are some. Feeds take turns, so that one with much to read holds up
    /// no other. O(1) in the number of feeds.
    ///
    /// - Returns: nil once the task is canceled.
    /// - Throws: where the journal cannot be read.
    package mutating func next() async throws -> Batch? {
        while !Task.isCancelled {
            // What came meanwhile stands behind what waits, and before what is read on.
            for feed in changes.take() { expect(feed) }
            guard let feed = due.popFirst() else {
                guard let feeds = await changes.next() else { return nil }
                for feed in feeds { expect(feed) }
                continue
            }
            isDue.remove(feed)
            guard let entry = directory.entry(of: feed) else { continue }
            var reader = readers[feed] ?? makeReader(feed, entry, isLate: true)
            if let former = entry.former, reader.cursor == former {
                let beginning = JournalCursor(run: entry.durable.run, sequence: 0)
                reader = JournalReader(entry.layout, after: beginning, files: files)
            }
            readers[feed] = reader
            if let cursor = reader.cursor, cursor >= entry.durable { continue }
            do {
                guard let batch = try await read(feed, reader, through: entry.durable) else { continue }
                for feed in changes.take() { expect(feed) }
                if batch.cursor < entry.durable { expect(feed) }
                return batch
            } catch {
                // Whoever asks again has it tried again.
                expect(feed)
                throw error
            }
        }
        return nil
    }

    private mutating func expect(_ feed: String) {
        if isDue.insert(feed).inserted { due.append(feed) }
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
            directory.faults?.note(piece, of: feed)
            if !piece.lines.isEmpty || piece.expired != nil, let cursor = reader.cursor {
                let lines = piece.lines.filter { selection.takes(type: $0.type) }
                var expired = piece.expired
                if strays.remove(feed) != nil, expired == nil, let first = piece.lines.first {
                    expired = JournalCursor(run: piece.run, sequence: first.sequence - 1)
                }
                return Batch(feed: feed, run: piece.run, lines: lines, cursor: cursor, expired: expired)
            }
            if piece.isEnd { return giveUp(feed, reader, through: durable) }
        }
    }

    /// What a reader is told where the journal ends before the last event that was on disk; nil where it does
    /// not.
    private mutating func giveUp(_ feed: String, _ reader: JournalReader, through durable: JournalCursor)
        -> Batch?
    {
        guard durable.sequence > 0, reader.cursor.map({ $0 < durable }) ?? true else { return nil }
        var reader = reader
        let piece = reader.giveUp(to: durable)
        directory.faults?.note(piece, of: feed)
        readers[feed] = reader
        strays.remove(feed)
        return Batch(feed: feed, run: durable.run, lines: [], cursor: durable, expired: piece.expired)
    }
}
