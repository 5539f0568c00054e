package import EventJournal
package import Platform

/// Reads the journals of a state directory from its files, all feeds or one, without asking a service: in
/// order per feed, and the feeds by turns. What it gives is on disk for good, whoever has written it.
///
/// Synchronous: it waits for the disk. Memory is that of one piece of each journal.
package struct JournalsReading {
    private let state: String
    private let feed: String?
    private let start: EventStart
    private let types: [String]
    private let files = PosixFiles()
    private var readers: [String: JournalReader] = [:]
    private var isFirst = true
    /// What was damaged or missing so far.
    package private(set) var damage = JournalDamage()

    /// - Parameters:
    ///   - state: the state directory, absolute.
    ///   - feed: one feed; nil: all there are, and those that come.
    ///   - start: from where; feeds that it does not name, and those that come later, from their oldest
    ///     event.
    ///   - types: types of events; empty: all.
    package init(state: String, feed: String?, start: EventStart, types: [String]) {
        self.state = state
        self.feed = feed
        self.start = start
        self.types = types
    }

    /// A piece of each journal that has more to read; empty where none has at present.
    ///
    /// - Throws: where a journal cannot be read; the same call may succeed later.
    package mutating func next() throws(DurableFileError) -> [ServedLine] {
        var lines: [ServedLine] = []
        for feed in try feeds() {
            var reader: JournalReader
            if let known = readers[feed] { reader = known } else { reader = try makeReader(feed) }
            while true {
                let piece = try reader.next()
                damage.add(piece)
                try settle(piece, of: reader.layout)
                if let oldest = piece.expired {
                    lines.append(
                        ServedLine(DeliveredLine.expired(feed: feed, oldest: oldest), places: [feed: oldest]))
                }
                for line in piece.lines where types.isEmpty || types.contains(line.type) {
                    lines.append(ServedLine(feed: feed, run: piece.run, line: line))
                }
                // What was passed over is not read again.
                if let last = piece.lines.last, !types.isEmpty, !types.contains(last.type) {
                    let cursor = JournalCursor(run: piece.run, sequence: last.sequence)
                    lines.append(ServedLine([], places: [feed: cursor]))
                }
                if piece.isEnd || !piece.lines.isEmpty { break }
            }
            readers[feed] = reader
        }
        isFirst = false
        return lines
    }

    /// The service may not have synced yet what stands in the file; a loss of power would give the numbers
    /// of such lines to others.
    private func settle(_ piece: JournalReader.Piece, of layout: JournalLayout) throws(DurableFileError) {
        guard let last = piece.lines.last else { return }
        let segments = try layout.segments(ofRun: piece.run, files)
        if let holder = segments.last(where: { $0.first <= last.sequence }) {
            try files.syncFile(layout.path(holder))
        }
    }

    private func feeds() throws(DurableFileError) -> [String] {
        if let feed { return [feed] }
        return try JournalLayout.feeds(state: state, files)
    }

    private func makeReader(_ feed: String) throws(DurableFileError) -> JournalReader {
        let layout = JournalLayout(state: state, feed: feed)
        switch start {
        case .now where isFirst:
            let recovery = JournalRecovery(layout, files)
            if let trouble = recovery.trouble { throw trouble }
            let cursor = recovery.run.map { JournalCursor(run: $0, sequence: recovery.lastSequence) }
            return JournalReader(layout, after: cursor, files: files)
        case .now, .oldest: return JournalReader(layout, after: nil, files: files)
        case .after(let places):
            return JournalReader(layout, after: places[feed] ?? places[""], files: files)
        }
    }
}
