package import Platform
internal import DequeModule
internal import Glibc

/// The journal of one feed: appends events to segment files and says up to where they are on disk.
///
/// A synchronous core over `DurableFiles`. Lines wait in memory until they are on disk: `enqueue`, then
/// `flush`, which writes all that wait, one `write` per line, and syncs once. If the disk refuses, the file
/// is cut back to its last synced line and the lines stay, in order, for the next `flush`. No line is ever
/// torn, doubled or left out between two others: whoever writes holds the lock of the state directory, and
/// whether the open file is still the one at its path is asked before each batch. Where it is not, what it
/// held is gone with it, and a new segment begins behind the last event.
package struct FeedJournal: ~Copyable {
    package let layout: JournalLayout
    package private(set) var run: String
    /// What was found when the journal was opened.
    package let recovery: JournalRecovery
    /// The last event that is on disk.
    package private(set) var durable: JournalCursor
    /// Bytes of lines that wait.
    package private(set) var waitingBytes = 0
    /// Why the last flush failed; nil if it did not.
    package private(set) var trouble: DurableFileError?
    /// Why segments that are too old could not be removed; nil if they could.
    package private(set) var upkeepTrouble: DurableFileError?
    /// How often the segment was removed, replaced or shortened by somebody else.
    package private(set) var losses = 0

    /// Bytes of all segments; known after the first `prune`.
    package private(set) var diskBytes: Int64 = 0

    private let files: any DurableFiles
    private let lock: StateLock
    /// Hold from the next line on.
    package var limits: JournalLimits
    private var waiting: Deque<[UInt8]> = []
    private var segment: JournalSegment?
    private var handle: DurableFileHandle?
    /// Bytes of the segment that are synced.
    private var length: Int64
    /// More than `length` bytes may stand in the file.
    private var hasLooseEnd: Bool
    /// The segment's entry in its folder may not be on disk.
    private var hasLooseEntry = false
    /// When the segment was begun, Unix seconds.
    private var begun: Double
    private var pruned = -Double.infinity

    /// Opens a journal where it left off. Creates nothing yet, so it works on a full disk.
    ///
    /// - Parameters:
    ///   - layout: where it stands.
    ///   - limits: how it is cut and kept.
    ///   - lock: the right to write to the state directory; it need not be held yet.
    ///   - files: the file system.
    ///   - makeRun: names a new run, should one have to begin.
    package init(
        _ layout: JournalLayout, limits: JournalLimits, lock: StateLock, files: any DurableFiles,
        makeRun: () -> String
    ) {
        let recovery = JournalRecovery(layout, files)
        self.layout = layout
        self.lock = lock
        self.limits = limits
        self.files = files
        self.recovery = recovery
        // Behind the damaged one, if there is one.
        let run = recovery.run ?? RunIdentity.following(recovery.damagedRun ?? "", make: makeRun)
        self.run = run
        durable = JournalCursor(run: run, sequence: recovery.lastSequence)
        segment = recovery.segment
        length = recovery.length
        // Even whole lines may have been written and never synced.
        hasLooseEnd = recovery.segment != nil
        begun = recovery.modified
        settle()
    }

    deinit {
        if let handle { files.close(handle) }
    }

    /// Cuts off what is torn and syncs what the last process left. A disk that refuses is asked again before
    /// anything is written.
    private mutating func settle() {
        guard segment != nil else { return }
        do {
            try lock.take()
            try openSegment()
        } catch {
            trouble = error
        }
    }

    /// Begins a new run behind the last event of this one; nothing may wait. Its folder is made with the
    /// first event.
    package mutating func begin(run: String) {
        precondition(waiting.isEmpty, "what waits belongs to the run before")
        closeSegment()
        self.run = run
        durable = JournalCursor(run: run, sequence: 0)
        (length, hasLooseEnd, hasLooseEntry) = (0, false, false)
    }

    /// `seq` of the next line to enqueue.
    package var nextSequence: Int64 { durable.sequence + Int64(waiting.count) + 1 }

    /// Whether lines that the disk refuses still find room.
    package var hasRoom: Bool { waitingBytes < limits.backlogBytes }

    /// Whether the run has a file that is open, and so a folder.
    package var hasSegment: Bool { segment != nil && handle != nil }

    /// `seq` of the last event in front of the segment that is written: whatever stands up to there may be
    /// removed by `prune`. 0: none of this run.
    package var closedSequence: Int64 { segment.map { $0.first - 1 } ?? durable.sequence }

    /// Whether lines wait.
    package var isWaiting: Bool { !waiting.isEmpty }

    /// Takes a line whose `seq` is `nextSequence`, newline included. It waits for `flush`.
    package mutating func enqueue(_ line: [UInt8]) {
        waiting.append(line)
        waitingBytes += line.count
    }

    /// Writes and syncs all that waits. After an error everything that is not on disk still waits. Where
    /// nothing waits, it only looks whether there is a place to write to.
    ///
    /// - Parameter now: Unix seconds; decides when a segment is old.
    /// - Throws: what the disk refused.
    package mutating func flush(now: Double) throws(DurableFileError) {
        do {
            repeat {
                try lock.take()
                leaveLostSegment()
                if waiting.isEmpty { break }
                try prepareSegment(now: now)
                try writeBatch()
            } while !waiting.isEmpty
            trouble = nil
        } catch {
            trouble = error
            throw error
        }
    }

    /// Writes lines until the segment is full, then syncs.
    private mutating func writeBatch() throws(DurableFileError) {
        guard let handle else { preconditionFailure("prepareSegment opens the segment") }
        var (count, bytes) = (0, 0)
        hasLooseEnd = true
        for line in waiting {
            if length + Int64(bytes) >= limits.segmentBytes { break }
            try files.append(line, to: handle)
            count += 1
            bytes += line.count
        }
        try files.sync(handle)
        hasLooseEnd = false
        length += Int64(bytes)
        diskBytes += Int64(bytes)
        durable.sequence += Int64(count)
        waitingBytes -= bytes
        waiting.removeFirst(count)
    }

    /// Makes sure that a segment with room is open and ends with its last synced line.
    private mutating func prepareSegment(now: Double) throws(DurableFileError) {
        if segment != nil, length >= limits.segmentBytes || (length > 0 && now - begun >= limits.segmentAge) {
            try openSegment()
            closeSegment()
            // A segment that is closed may be one too many.
            pruned = -.infinity
        }
        if segment != nil { try openSegment() }
        if segment == nil {
            let fresh = JournalSegment(run: run, first: durable.sequence + 1)
            try files.createDirectory(layout.directory(ofRun: run))
            handle = try files.openForAppending(layout.path(fresh))
            (segment, length, hasLooseEnd, hasLooseEntry, begun) = (fresh, 0, true, true, now)
            try openSegment()
        }
    }

    /// Leaves an open segment that somebody has removed, replaced or shortened: what stood in it is gone.
    private mutating func leaveLostSegment() {
        guard let segment, let handle else { return }
        let path = layout.path(segment)
        let size = (try? files.facts(of: path))?.size ?? 0
        if files.isOpen(handle, at: path), size >= length { return }
        leaveSegment()
    }

    private mutating func leaveSegment() {
        losses += 1
        closeSegment()
        (length, hasLooseEnd, hasLooseEntry) = (0, false, false)
    }

    /// Opens the segment, and cuts off what a failed write or a crash left behind its last synced line. One
    /// that is gone meanwhile is left.
    private mutating func openSegment() throws(DurableFileError) {
        guard let segment else { return }
        if handle == nil {
            guard try files.facts(of: layout.path(segment))?.size ?? -1 >= length else {
                leaveSegment()
                return
            }
            handle = try files.openForAppending(layout.path(segment))
        }
        if hasLooseEnd, let handle {
            try files.truncate(handle, to: length)
            try files.sync(handle)
            hasLooseEnd = false
        }
        if hasLooseEntry {
            try files.syncDirectory(layout.directory(ofRun: run))
            hasLooseEntry = false
        }
    }

    private mutating func closeSegment() {
        if let handle { files.close(handle) }
        (segment, handle) = (nil, nil)
    }

    /// Removes segments that are older or more than wanted, oldest first; never the one that is written, nor
    /// the newest before there is one: it says which run a later process goes on from. At most once a minute,
    /// and whenever a segment was closed; O(segments). What the events in them come to is lost with them: the
    /// record of the run is to be written before (`RunRecordFile`).
    package mutating func prune(now: Double) {
        guard abs(now - pruned) >= 60 else { return }
        pruned = now
        do {
            try removeSuperfluous(now: now)
            upkeepTrouble = nil
        } catch {
            upkeepTrouble = error
        }
    }

    private mutating func removeSuperfluous(now: Double) throws(DurableFileError) {
        var kept: [(segment: JournalSegment, facts: DurableFileFacts)] = []
        // What cannot be looked at or removed is passed over, and told in the end.
        var refused: DurableFileError?
        for run in try layout.runs(files) {
            do {
                for segment in try layout.segments(ofRun: run, files) where segment != self.segment {
                    guard let facts = try files.facts(of: layout.path(segment)) else { continue }
                    kept.append((segment, facts))
                }
            } catch {
                refused = error
            }
        }
        var total = kept.reduce(length) { $0 + $1.facts.size }
        kept.sort { $0.segment < $1.segment }
        let closed = segment == nil ? kept.dropLast() : kept[...]
        for (segment, facts) in closed {
            guard total > limits.keepBytes || now - facts.modified > limits.keepAge else { break }
            do {
                try files.remove(layout.path(segment))
                total -= facts.size
                guard segment.run != run, try layout.segments(ofRun: segment.run, files).isEmpty else {
                    continue
                }
                for path in layout.companions(ofRun: segment.run) { try files.remove(path) }
                try files.removeDirectory(layout.directory(ofRun: segment.run))
            } catch {
                refused = error
            }
        }
        diskBytes = total
        if let refused { throw refused }
    }
}

extension DurableFileError {
    /// Events of the run before still wait for the disk in `directory`.
    package static func waiting(_ directory: String) -> DurableFileError {
        DurableFileError(
            operation: "write to", path: directory, code: EBUSY, reason: "events of the last run still wait")
    }
}
