package import EventJournal

/// Events that are handed on together, and where to go on once they are taken.
package struct EventBatch: Hashable, Sendable {
    /// Those that have something to show.
    package var lines: [ServedLine] = []
    /// Where each feed of the batch is to be read on.
    package var places: [String: JournalCursor] = [:]

    package init() {}

    /// The lines, newlines included.
    package func text(envelope: Bool) -> [UInt8] { lines.flatMap { $0.text(envelope: envelope) } }
}

/// Makes batches of lines that come one by one: as many as wait, up to a limit. Nothing is held back to fill
/// a batch.
///
/// A value without a clock. Memory is that of the lines that wait: whoever adds stops while `isFull`.
package struct EventBatcher {
    private let limit: Int
    private let byteLimit: Int
    private var waiting: [ServedLine] = []
    private var bytes = 0

    /// - Parameters:
    ///   - limit: most events in a batch; at least 1.
    ///   - byteLimit: most bytes in a batch, newlines not counted; a longer line is a batch of its own.
    package init(limit: Int, byteLimit: Int = 4 << 20) {
        self.limit = limit
        self.byteLimit = byteLimit
    }

    /// A whole batch waits.
    package var isFull: Bool { waiting.count >= limit || bytes >= byteLimit }

    package mutating func add(_ lines: [ServedLine]) {
        waiting += lines
        bytes += lines.reduce(0) { $0 + $1.bytes.count }
    }

    /// Takes the next batch; nil where nothing waits. Lines with nothing to show count for nothing: a batch
    /// may consist of places alone.
    package mutating func next() -> EventBatch? {
        guard !waiting.isEmpty else { return nil }
        var (batch, size, count) = (EventBatch(), 0, 0)
        for line in waiting {
            if !line.bytes.isEmpty {
                let isRoom = batch.lines.count < limit && size + line.bytes.count <= byteLimit
                guard isRoom || batch.lines.isEmpty else { break }
                batch.lines.append(line)
                size += line.bytes.count
            }
            batch.places.merge(line.places) { $1 }
            count += 1
        }
        waiting.removeFirst(count)
        bytes -= size
        return batch
    }
}
