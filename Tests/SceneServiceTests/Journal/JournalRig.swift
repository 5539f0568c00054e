import EventJournal

/// Journals of a feed `f` under `/s`, made of small lines that tell their number.
enum JournalRig {
    static let layout = JournalLayout(state: "/s", feed: "f")

    /// The nth name of a run.
    static func run(_ number: Int) -> String { "01J00000000000000000000000".dropLast(1) + String(number) }

    /// Line with `seq` n; every line of a number has the same bytes.
    static func line(_ n: Int64, padding: Int = 0) -> [UInt8] {
        let pad = String(repeating: "x", count: padding)
        return Array("{\"v\":1,\"type\":\"watermark\",\"seq\":\(n),\"id\":\"watermark/0/\(n)\(pad)\"}\n".utf8)
    }

    static func open(_ files: FaultyFiles, limits: JournalLimits = JournalLimits(), run: Int = 1) throws
        -> FeedJournal
    {
        FeedJournal(layout, limits: limits, lock: StateLock(state: "/s", files: files), files: files) {
            Self.run(run)
        }
    }

    /// Enqueues and flushes lines `range`.
    static func write(_ range: ClosedRange<Int64>, to journal: inout FeedJournal, now: Double = 0) throws {
        for n in range { journal.enqueue(line(n)) }
        try journal.flush(now: now)
    }

    /// All that a reader gets, in order.
    static func read(_ files: FaultyFiles, after: JournalCursor? = nil, pieceBytes: Int = 64) throws
        -> (lines: [JournalLine], expired: [JournalCursor], damaged: Int)
    {
        var reader = JournalReader(layout, after: after, files: files, pieceBytes: pieceBytes)
        var (lines, expired, damaged): ([JournalLine], [JournalCursor], Int) = ([], [], 0)
        while true {
            let piece = try reader.next()
            lines += piece.lines
            expired += piece.expired.map { [$0] } ?? []
            damaged += piece.damagedLines
            if piece.isEnd { return (lines, expired, damaged) }
        }
    }

    static func sequences(_ files: FaultyFiles) throws -> [Int64] { try read(files).lines.map(\.sequence) }
}
