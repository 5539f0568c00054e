package import NIOCore
package import Timeline

/// Where one feed's events go: numbered, written to its journal, and made known once they are on disk.
///
/// Runs on a thread of its own (`journalLoop`), because it waits for the disk. A disk that refuses does not hold up the feed:
/// events wait in memory, up to a limit, and are written in order when it takes them again (`EventIntake` for what happens
/// beyond the limit).
package actor FeedOutlet: EventOutlet {
    package nonisolated let feed: String
    /// The run that events are appended to.
    package nonisolated var run: String { directory.entries[feed]?.durable.run ?? "" }
    /// What was found of the journal.
    package nonisolated let recovery: JournalRecovery

    private let loop: any EventLoop
    private var journal: FeedJournal
    private var intake: EventIntake
    private let directory: EventDirectory
    private let board: ServiceBoard
    private let files: any JournalFiles
    private var clock: MediaClock?
    private var isRetrying = false
    /// Of the journal's run; true once it was read from disk.
    private var record = RunRecord()
    private var isRead = false
    private var savedSequence: Int64 = 0
    /// Unix seconds.
    private var lastFlush = 0.0
    /// While events come that the journal holds already: the mark of the last of them.
    private var replayed: String?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.executor.asUnownedSerialExecutor() }

    /// Seconds between attempts to write what the disk refused.
    private static let retryInterval = 1.0
    /// Events after which the record beside the segments is written anew: a start reads at most as many.
    private static let recordInterval: Int64 = 1000

    /// - Parameters:
    ///   - feed: its name.
    ///   - journal: opened; the outlet owns it.
    ///   - files: the file system that the journal is on.
    ///   - journalLoop: the thread for all that waits for the disk.
    ///   - directory: told what is on disk.
    ///   - board: told how things stand.
    package init(
        feed: String, journal: consuming FeedJournal, files: any JournalFiles, journalLoop: any EventLoop,
        directory: EventDirectory, board: ServiceBoard
    ) {
        self.files = files
        self.feed = feed
        recovery = journal.recovery
        loop = journalLoop
        intake = EventIntake(nextSequence: journal.nextSequence)
        self.directory = directory
        self.board = board
        directory.register(feed: feed, layout: journal.layout, durable: journal.durable)
        self.journal = journal
    }

    /// `seq` of the last event that was taken, on disk or waiting for it.
    package var lastSequence: Int64 { journal.nextSequence - 1 }

    /// Decides whether the last run goes on, and makes ready for what follows. Call before the first event, and again
    /// whenever the feed begins anew.
    ///
    /// - Parameters:
    ///   - terms: `RunRecord.terms` of the `stream_start` that would be written now.
    ///   - writesScores: `score` events are told.
    ///   - modified: where the input is a file, its last change, Unix seconds; nil where it does not give the same bytes
    ///     again.
    ///   - makeRun: names a new run.
    /// - Returns: how the feed begins.
    /// - Throws: where the journal cannot be read.
    package func join(terms: String, writesScores: Bool, modified: Double?, makeRun: @Sendable () -> String)
        throws -> FeedRun
    {
        if !isRead {
            record = try RunRecordFile(journal.layout, files).read(run: journal.run)
            isRead = true
        }
        let last = journal.run
        var run = FeedRun.following(
            record, name: last, terms: terms, writesScores: writesScores,
            file: modified.map { ReplayableFile(hasChanged: $0 > max(recovery.modified, lastFlush)) },
            makeRun: { RunIdentity.following(last, make: makeRun) })
        if run.name != last {
            flush()
            guard !journal.isWaiting else { throw journal.trouble ?? .waiting(journal.layout.directory) }
            journal.begin(run: run.name)
            intake = EventIntake(nextSequence: 1)
            (record, savedSequence) = (RunRecord(), 0)
            directory.publish(feed: feed, durable: journal.durable)
        }
        replayed = nil
        switch run.beginning {
        case .new, .finished: break
        case .replay: replayed = record.lastMark
        case .resume(let record):
            guard let clock = record.clock else { break }
            intake.goOn(clock: clock, timeline: record.timeline)
            run.checkpoint = CheckpointFile(journal.layout, run: run.name, files).read(for: record)
            self.clock = clock
        }
        return run
    }

    /// Returns once the events are on disk, or wait in memory for a disk that refuses them. A stop, or a file that breaks off, while
    /// the journal's own events still come again ends nothing: the run stays open, and the next process reads the file again.
    ///
    /// - Throws: where a file that is read again does not give what the journal says it gave.
    package func append(_ events: [Event]) async throws {
        let omitted = intake.omittedEvents
        for event in events {
            if case .streamStart(let start) = event { clock = start.media.clock }
            if let last = replayed {
                // Heartbeats are of the moment: those of the first reading stay, and these are not needed.
                guard event.kind != .heartbeat else { continue }
                if intake.replay(event) == last { replayed = nil }
                if replayed != nil, case .streamEnd(let end) = event, end.reason == .end {
                    throw ReplayMismatch(feed: feed, run: journal.run)
                }
                continue
            }
            for line in intake.lines(for: event, hasRoom: journal.hasRoom) {
                let bytes = Array(line.utf8)
                if let line = JournalLine(bytes.dropLast()) { record.take(line) }
                journal.enqueue(bytes)
            }
            note(event)
        }
        board.update(feed) { $0.omittedEvents += intake.omittedEvents - omitted }
        flush()
    }

    /// Takes over how the journal is cut and kept, from the next event on.
    package func set(_ limits: JournalLimits) { journal.limits = limits }

    package nonisolated var keepsCheckpoints: Bool { true }

    /// Only what stands behind events on disk may be kept; where the disk refuses, nothing is.
    package func keep(_ checkpoint: [UInt8]) async {
        guard isRead, !journal.isWaiting else { return }
        try? CheckpointFile(journal.layout, run: journal.run, files).write(
            checkpoint, sequence: journal.nextSequence - 1)
    }

    package func status(_ status: FeedStatus) async { board.update(feed) { $0.status = status } }

    /// Makes one more attempt to write what waits. True when nothing waits any more.
    package func drain() -> Bool {
        flush()
        return !journal.isWaiting
    }

    private func note(_ event: Event) {
        board.update(feed) { entry in
            entry.events[event.kind.rawValue, default: 0] += 1
            if case .boundary(let boundary) = event, boundary.state == .final, let clock {
                entry.boundaryDelay.observe(clock.timeBase.seconds(boundary.delay))
            }
        }
    }

    private func flush() {
        let began = WallClock.monotonicSeconds()
        let wasWaiting = journal.isWaiting
        do {
            lastFlush = journal.isWaiting ? WallClock.unixSeconds() : lastFlush
            try journal.flush(now: WallClock.unixSeconds())
            try journal.prune(now: WallClock.unixSeconds())
            try saveRecord()
        } catch {
            retryLater()
        }
        let (durable, trouble, waiting) = (journal.durable, journal.trouble, journal.waitingBytes)
        let bytes = journal.diskBytes
        board.update(feed) { entry in
            if wasWaiting, trouble == nil { entry.flush.observe(WallClock.monotonicSeconds() - began) }
            entry.journalTrouble = trouble?.description
            entry.durable = durable
            entry.waitingBytes = waiting
            entry.journalBytes = bytes
        }
        directory.publish(feed: feed, durable: durable)
    }

    /// Nothing but what is on disk may stand in it.
    private func saveRecord() throws {
        guard isRead, !journal.isWaiting, record.sequence - savedSequence >= Self.recordInterval else {
            return
        }
        try RunRecordFile(journal.layout, files).write(record, run: journal.run)
        savedSequence = record.sequence
    }

    private func retryLater() {
        guard !isRetrying else { return }
        isRetrying = true
        loop.scheduleTask(in: .milliseconds(Int64(Self.retryInterval * 1000))) {
            self.assumeIsolated { outlet in
                outlet.isRetrying = false
                outlet.flush()
            }
        }
    }
}

/// A file that is read again after a crash is not the one that was read before it.
struct ReplayMismatch: Error, CustomStringConvertible {
    let feed: String
    let run: String

    var description: String {
        "what it reads now is not what run \(run) holds; move journal/\(feed)/\(run) out of the state folder to begin anew"
    }
}
