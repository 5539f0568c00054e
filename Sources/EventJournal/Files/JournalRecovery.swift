package import Platform

/// What is left of a journal after a stop of any kind.
package struct JournalRecovery: Hashable, Sendable {
    /// The run that goes on; nil: a new one must begin, because there is none, or it cannot be read or is
    /// damaged.
    package var run: String?
    /// The run that cannot go on because its end is damaged or cannot be read; its files stay for `scened
    /// journal repair`.
    package var damagedRun: String?
    /// What kept the feed's folder or its last run from being read.
    package var trouble: DurableFileError?
    /// The segment to append to; nil: none yet.
    package var segment: JournalSegment?
    /// Bytes of `segment` up to the end of its last whole event. What follows is to be cut off.
    package var length: Int64 = 0
    /// Last change of `segment`, Unix seconds.
    package var modified: Double = 0
    /// `seq` of the last event; 0: none.
    package var lastSequence: Int64 = 0
    /// Bytes after the last whole event: of one that was being written, and was promised to nobody.
    package var tornBytes: Int64 = 0

    /// Looks at the newest run of a feed. Reads the end of one file; memory is that of its last line.
    ///
    /// Never fails: a torn last line is cut off, since nobody was told of it before it was on disk whole;
    /// anything worse, and what cannot be read, makes a new run begin.
    package init(_ layout: JournalLayout, _ files: some DurableFiles) {
        do {
            guard let run = try layout.runs(files).last else { return }
            self.run = run
        } catch {
            trouble = error
            return
        }
        guard let run else { return }
        do {
            guard let segment = try layout.segments(ofRun: run, files).last else {
                // Whatever else stands there was written behind events, which somebody has removed.
                let isFresh = try files.names(in: layout.directory(ofRun: run)).isEmpty
                if !isFresh { self = .afterDamage(of: run) }
                return
            }
            let path = layout.path(segment)
            guard let facts = try files.facts(of: path) else { return }
            self.segment = segment
            modified = facts.modified
            let tail = try JournalTail(path: path, size: facts.size, files)
            let last = tail.lastSequence ?? segment.first - 1
            if tail.isDamaged || last < segment.first - 1 {
                self = .afterDamage(of: run)
                return
            }
            length = tail.length
            lastSequence = last
            tornBytes = facts.size - tail.length
        } catch {
            self = .afterDamage(of: run, error)
        }
    }

    private init() {}

    private static func afterDamage(of run: String, _ trouble: DurableFileError? = nil) -> JournalRecovery {
        var recovery = JournalRecovery()
        recovery.damagedRun = run
        recovery.trouble = trouble
        return recovery
    }
}

/// The end of a segment.
struct JournalTail: Hashable {
    /// Bytes up to the end of the last whole event.
    var length: Int64 = 0
    /// nil: the segment holds no event.
    var lastSequence: Int64?
    /// Whole lines that are no events follow the last event, or lead to the first: more than a torn write.
    var isDamaged = false

    /// Bytes at the end that are looked at, at most: the longest line, and as much torn behind it.
    private static let largestWindow = 2 * Int64(JournalLine.longest) + 2

    init(path: String, size: Int64, _ files: some DurableFiles) throws(DurableFileError) {
        var window = Int64(64 << 10)
        while true {
            let start = max(0, size - window)
            let bytes = try files.read(path, from: start, count: Int(size - start))
            if find(in: bytes, at: start) || start == 0 { return }
            if window >= Self.largestWindow {
                isDamaged = true
                return
            }
            window = min(8 * window, Self.largestWindow)
        }
    }

    /// Looks for the last event in `bytes`, which begin at offset `start`. True once it is found.
    private mutating func find(in bytes: [UInt8], at start: Int64) -> Bool {
        let newline = UInt8(ascii: "\n")
        isDamaged = false
        var end = bytes.lastIndex(of: newline)
        while let close = end {
            let before = bytes[..<close].lastIndex(of: newline)
            // The line's beginning may lie before the window.
            if before == nil, start > 0 { return false }
            let line = bytes[(before.map { $0 + 1 } ?? 0)..<close]
            if let event = JournalLine(line) {
                length = start + Int64(close) + 1
                lastSequence = event.sequence
                return true
            }
            // Zeros stand where the disk had room for bytes that never came.
            if !line.allSatisfy({ $0 == 0 }) { isDamaged = true }
            end = before
        }
        return false
    }
}
