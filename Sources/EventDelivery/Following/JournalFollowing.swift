package import EventJournal
package import Platform
internal import Glibc

/// Prints the journal of one feed from its files, without asking a service: what `scened events --state`
/// does.
package struct JournalFollowing {
    private var reader: JournalReader
    private let types: [String]

    /// Seconds between looks at files that have not grown.
    private static let interval: UInt32 = 200_000

    /// - Parameters:
    ///   - layout: where the feed's journal stands.
    ///   - start: from where.
    ///   - types: types of events; empty: all.
    /// - Throws: where the journal cannot be read.
    package init(_ layout: JournalLayout, start: EventStart, types: [String]) throws(DurableFileError) {
        self.types = types
        let files = PosixFiles()
        switch start {
        case .oldest: reader = JournalReader(layout, after: nil, files: files)
        case .after(let cursors): reader = JournalReader(layout, after: cursors.values.first, files: files)
        case .now:
            let recovery = JournalRecovery(layout, files)
            if let trouble = recovery.trouble { throw trouble }
            let cursor = recovery.run.map { JournalCursor(run: $0, sequence: recovery.lastSequence) }
            reader = JournalReader(layout, after: cursor, files: files)
        }
    }

    /// Gives lines, newlines included, to `take`: what there is, and with `follow` what comes, until it
    /// throws.
    ///
    /// - Parameters:
    ///   - feed: its name, for the record of events that are gone.
    ///   - follow: go on at the end.
    ///   - take: takes the lines.
    /// - Returns: what was damaged or missing.
    /// - Throws: what `take` throws; where the journal cannot be read.
    package mutating func run(
        feed: String, follow: Bool, take: ([UInt8]) throws -> Void
    ) throws -> JournalDamage {
        var damage = JournalDamage()
        while true {
            let piece = try reader.next()
            damage.add(piece)
            var bytes: [UInt8] = []
            if let oldest = piece.expired {
                bytes += DeliveredLine.expired(feed: feed, oldest: oldest) + [UInt8(ascii: "\n")]
            }
            for line in piece.lines where types.isEmpty || types.contains(line.type) {
                bytes += line.bytes + [UInt8(ascii: "\n")]
            }
            if !bytes.isEmpty { try take(bytes) }
            if piece.isEnd {
                guard follow else { return damage }
                usleep(Self.interval)
            }
        }
    }
}
