package import FeedRuntime
package import EventJournal
package import Platform
package import Logging
package import NIOCore
package import SceneEvents
internal import Timeline

/// Where one feed's events go: numbered, written to its journal, and made known once they are on disk.
///
/// Runs on a thread of its own (`journalLoop`), because it waits for the disk. A disk that refuses does not
/// hold up the feed: events wait in memory, up to a limit, and are written in order when it takes them again
/// (`EventIntake` for what happens beyond the limit).
package actor FeedOutlet: EventOutlet {
    package nonisolated let feed: String
    /// The run that events are appended to.
    package nonisolated var run: String { directory.entry(of: feed)?.durable.run ?? "" }
    /// What was found of the journal.
    package nonisolated let recovery: JournalRecovery

    /// The thread that it runs on.
    package nonisolated let loop: any EventLoop
    private var journal: FeedJournal
    private var intake: EventIntake
    private let directory: EventDirectory
    private let board: ServiceBoard
    private let files: any DurableFiles
    private let log: Logger
    private var clock: MediaClock?
    private var isRetrying = false
    /// Of the journal's run; true once it was read from disk.
    private var record = RunRecord()
    private var isRead = false
    private var savedSequence: Int64 = 0
    /// What the record beside the segments says is read.
    private var savedSource: RunSource?
    /// Of a run that has begun here: its record before the first event.
    private var firstRecord: RunRecord?
    /// Unix seconds.
    private var lastFlush = 0.0
    /// Why the record or the checkpoint beside the segments could not be written; nil if they could.
    private var recordTrouble: DurableFileError?
    private var checkpointTrouble: DurableFileError?
    private var troubles: JournalTroubleLog
    /// Attempts that the disk refused.
    private var errors = 0
    /// `journal.losses` that the record beside the segments takes into account.
    private var savedLosses = 0
    /// While events come that the journal holds already.
    private var replay: RunReplay?
    /// The feed was asked to end meanwhile: nothing that still comes is written.
    private var isCutShort = false
    /// How the feed stood before it began anew: its thread counts from 0 again.
    private var former: FeedStatus?
    private var shelf: PictureShelf
    private var hasLostPictures = false

    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.executor.asUnownedSerialExecutor() }

    /// Seconds between attempts to write what the disk refused.
    private static let retryInterval = 1.0
    /// Events after which the record beside the segments is written anew: a start reads at most as many.
    private static let recordInterval: Int64 = 1000

    /// - Parameters:
    ///   - feed: its name.
    ///   - journal: opened; the outlet owns it.
    ///   - files: the file system that the journal is on.
    ///   - journalLoop: a thread for what waits for the disk.
    ///   - directory: told what is on disk.
    ///   - board: told how things stand.
    ///   - log: for people; it names the feed.
    package init(
        feed: String, journal: consuming FeedJournal, files: any DurableFiles, journalLoop: any EventLoop,
        directory: EventDirectory, board: ServiceBoard, log: Logger
    ) {
        self.files = files
        self.log = log
        troubles = JournalTroubleLog(log: log)
        self.feed = feed
        recovery = journal.recovery
        loop = journalLoop
        intake = EventIntake(nextSequence: journal.nextSequence)
        self.directory = directory
        self.board = board
        directory.register(feed: feed, layout: journal.layout, durable: journal.durable)
        shelf = PictureShelf(journal.layout, files)
        self.journal = journal
    }

    /// Names the last event that was taken and says something of the input, on disk or waiting for it; nil
    /// where there is none. Heartbeats, which come whatever the input does, do not count.
    package var lastMark: String? { record.lastMark }

    /// Decides whether the last run goes on, and makes ready for what follows; where the feed is over, tells
    /// the board. Call before the first event, and again whenever the feed begins anew.
    ///
    /// - Parameters:
    ///   - terms: `StreamStart.terms` of the `stream_start` that would be written now.
    ///   - writesScores: `score` events are told.
    ///   - modified: where the input is a file, its last change, Unix seconds; nil where it does not give the
    ///     same bytes again.
    ///   - source: what would be read; nil: what the last run read.
    ///   - makeRun: names a new run.
    /// - Returns: how the feed begins. Where the journal cannot be read as a whole, with a new run.
    /// - Throws: where events of the run before still wait for the disk.
    package func join(
        terms: String, writesScores: Bool, modified: Double?, source: RunSource? = nil,
        makeRun: @Sendable () -> String
    ) throws -> FeedRun {
        former = board.snapshot.feeds[feed]?.status
        if !isRead {
            let last = journal.durable.sequence
            record = last > 0 ? read(journal.run, last: last) : RunRecord()
            savedSource = record.source
            isRead = true
        }
        let last = journal.run
        var run = FeedRun.following(
            record, name: last, terms: terms, writesScores: writesScores,
            file: modified.map { ReplayableFile(hasChanged: $0 > max(recovery.modified, lastFlush)) },
            source: source,
            makeRun: { RunIdentity.following(last, make: makeRun) })
        if run.name != last {
            flush()
            guard !journal.isWaiting else { throw journal.trouble ?? .waiting(journal.layout.directory) }
            if run.beginning == .new(isRestart: true) {
                run.checkpoint = checkpoint(of: last, for: nil)
            }
            journal.begin(run: run.name)
            intake = EventIntake(nextSequence: 1)
            (record, savedSequence, savedSource) = (RunRecord(), 0, nil)
            directory.publish(feed: feed, durable: journal.durable)
        }
        if let damaged = recovery.damagedRun, record.sequence == 0, run.firstTimeline == 0 {
            // No `id` comes twice: numbers of timelines go on behind what is legible of the damaged run.
            let before = read(damaged, last: JournalCursor.largestSequence)
            if before.sequence > 0 {
                run.firstTimeline = before.timeline + 1
                run.beginning = .new(isRestart: modified == nil)
            }
        }
        // A run that has told nothing yet reads what is read now.
        if record.sequence == 0 { record = RunRecord() }
        if let source { record.note(source) }
        firstRecord = record.sequence == 0 ? record : nil
        (replay, isCutShort) = (nil, false)
        switch run.beginning {
        case .new: break
        case .finished:
            // No thread tells of it.
            let status = FeedStatus(feed: feed, finished: record, now: WallClock.monotonicSeconds())
                .counted(behind: former)
            board.update(feed) { $0.status = status }
        case .replay: replay = RunReplay(of: record)
        case .resume(let record):
            guard let clock = record.clock else { break }
            intake.goOn(clock: clock, timelines: record.knownTimelines)
            run.checkpoint = checkpoint(of: run.name, for: record)
            self.clock = clock
        }
        return run
    }

    /// What a process before this one left of the run, up to `record` where there is one; nil where that is
    /// of no use. What of it cannot be used is told.
    private func checkpoint(of run: String, for record: RunRecord?) -> [UInt8]? {
        let content = CheckpointFile(journal.layout, run: run, files).read(for: record)
        if let trouble = content.trouble {
            log.warning(
                "its checkpoint cannot be used, the ring begins again",
                metadata: ["run": "\(run)", "reason": "\(trouble)"])
        }
        return content.value
    }

    /// What the events of a run come to; what of them cannot be read is told.
    private func read(_ run: String, last: Int64) -> RunRecord {
        let (record, trouble, gone, unusable) = RunRecordFile(journal.layout, files)
            .read(run: run, last: last)
        if let unusable {
            log.warning(
                "journal: its record cannot be used, the run's events are read instead",
                metadata: ["run": "\(run)", "reason": "\(unusable)"])
        }
        if let trouble {
            log.error(
                "journal: some of it cannot be read, a new run begins",
                metadata: ["run": "\(run)", "reason": "\(trouble)"])
        } else if let gone {
            let place = gone == .beginning ? "beginning, and its record.json does not tell of them" : "end"
            log.warning(
                "journal: events are gone from the run's \(place); a new run begins",
                metadata: ["run": "\(run)"])
        } else if record.isPartial {
            log.warning(
                "journal: some of it is missing or cannot be right, a new run begins; see `scened journal verify`",
                metadata: ["run": "\(run)"])
        }
        return record
    }

    /// Returns once the events are on disk, or wait in memory for a disk that refuses them. A stop, or a file
    /// that breaks off, while the journal's own events still come again ends nothing: the run stays open, and
    /// the next process reads the file again.
    ///
    /// - Throws: where a file that is read again does not give what the journal says it gave.
    package func append(_ events: [Event]) async throws {
        guard !isCutShort else { return }
        let omitted = intake.omittedEvents
        for event in events {
            if case .streamStart(let start) = event { clock = start.media.clock }
            if replay != nil {
                // Heartbeats are of the moment: those of the first reading stay, and these are not needed.
                guard event.kind != .heartbeat else { continue }
                if replay?.take(event, mark: intake.replay(event)) == true { replay = nil }
                if replay != nil, case .streamEnd(let end) = event, end.reason == .end {
                    throw ReplayMismatch(feed: feed, run: journal.run)
                }
                continue
            }
            for (told, text) in intake.lines(for: event, hasRoom: journal.hasRoom) {
                let bytes = Array(text.utf8)
                if let line = JournalLine(bytes.dropLast()) { record.take(line) }
                journal.enqueue(bytes)
                note(told)
            }
        }
        board.update(feed) { $0.omittedEvents += intake.omittedEvents - omitted }
        flush()
    }

    /// What comes from here on ends where the feed was asked to, and not where the journal's own events did.
    package func stop() async { isCutShort = isCutShort || replay != nil }

    /// Takes over how the journal is cut and kept, from the next event on.
    package func set(_ limits: JournalLimits) { journal.limits = limits }

    package nonisolated var keepsCheckpoints: Bool { true }

    /// Only what stands behind events on disk may be kept; where the disk refuses, nothing is.
    package func keep(_ checkpoint: [UInt8]) async {
        guard isRead, !journal.isWaiting, journal.hasSegment, journal.trouble == nil else { return }
        do {
            try CheckpointFile(journal.layout, run: journal.run, files).write(
                checkpoint, sequence: journal.nextSequence - 1)
            checkpointTrouble = nil
        } catch {
            // Where the folder is gone, that is the trouble, and it may be made anew.
            flush()
            guard journal.hasSegment, journal.trouble == nil else { return }
            errors += 1
            checkpointTrouble = error
            makeRoom(error)
        }
    }

    /// Pictures that the disk refuses are lost; that is told once. So are those of a feed whose journal this
    /// process does not own, or cannot write.
    package func keep(_ pictures: [FeedPicture], most: Int) async {
        guard journal.hasSegment, journal.trouble == nil else { return }
        do throws(DurableFileError) {
            for picture in pictures {
                try shelf.put(picture.jpeg, at: picture.pts, run: journal.run, most: most)
            }
            hasLostPictures = false
        } catch {
            if !hasLostPictures {
                log.warning("pictures cannot be kept", metadata: ["reason": "\(error)"])
            }
            hasLostPictures = true
            makeRoom(error)
        }
    }

    /// Lets older pictures go where the disk is full: events come first. `refusal`: what it refused.
    private func makeRoom(_ refusal: DurableFileError) {
        guard refusal.isFull, let count = try? shelf.makeRoom(run: journal.run), count > 0 else { return }
        if !hasLostPictures {
            log.warning("the disk is full: older pictures go first", metadata: ["reason": "\(refusal)"])
        }
        hasLostPictures = true
    }

    package func status(_ status: FeedStatus) async {
        let status = status.counted(behind: former)
        board.update(feed) { $0.status = status }
    }

    /// Makes one more attempt to write what waits. True when nothing waits any more.
    package func drain() -> Bool {
        flush()
        return !journal.isWaiting
    }

    /// Looks whether the journal still has a place to write to, and removes what is too old. Call now and
    /// then: a feed that tells nothing for long would notice neither.
    package func look() { flush() }

    /// Events that are not on disk.
    package var waitingEvents: Int64 { journal.nextSequence - 1 - journal.durable.sequence }

    /// Counts an event that is told.
    private func note(_ event: Event) {
        board.update(feed) { entry in
            entry.events[event.kind.rawValue, default: 0] += 1
            switch event {
            case .boundary(let boundary) where boundary.state == .final:
                if let clock { entry.boundaryDelay.observe(clock.timeBase.seconds(boundary.delay)) }
            case .gap(let gap):
                entry.gaps[gap.reason, default: 0] += 1
                let seconds = clock?.timeBase.seconds(gap.end.pts - gap.start.pts) ?? 0
                entry.gapSeconds[gap.reason, default: 0] += seconds
            default: break
            }
        }
    }

    private func flush() {
        let began = WallClock.monotonicSeconds()
        let wasWaiting = journal.isWaiting
        do {
            lastFlush = journal.isWaiting ? WallClock.unixSeconds() : lastFlush
            try journal.flush(now: WallClock.unixSeconds())
            saveRecord()
            // What goes must stand in the record; before `join` nobody knows what to write there. A disk that
            // refuses it does not make the journal grow.
            if isRead, savedSequence >= journal.closedSequence || recordTrouble != nil {
                journal.prune(now: WallClock.unixSeconds())
            }
        } catch {
            errors += 1
            makeRoom(error)
            retryLater()
        }
        let isWritten = wasWaiting && !journal.isWaiting
        publish(seconds: isWritten ? WallClock.monotonicSeconds() - began : nil)
    }

    /// Tells how things stand. `seconds`: what a write took.
    private func publish(seconds: Double?) {
        let (durable, waiting, bytes) = (journal.durable, journal.waitingBytes, journal.diskBytes)
        let (losses, errors, now) = (journal.losses, errors, WallClock.monotonicSeconds())
        let trouble = journal.trouble ?? journal.upkeepTrouble ?? recordTrouble ?? checkpointTrouble
        board.update(feed) { entry in
            if let seconds { entry.flush.observe(seconds) }
            entry.journalTrouble = trouble?.description
            entry.journalErrors = errors
            entry.journalLosses = losses
            entry.note(durable: durable, now: now)
            entry.waitingBytes = waiting
            entry.journalBytes = bytes
        }
        troubles.tell(
            trouble, waiting: waitingEvents, losses: losses, of: journal.layout.directory, now: now)
        // Each wakes the feed's readers.
        if directory.entry(of: feed)?.durable != durable { directory.publish(feed: feed, durable: durable) }
    }

    /// Nothing but what is on disk may stand in it. After a loss it is all that is left of the events before,
    /// and is written at once; so it is where a segment was closed, which may be removed from then on. Where
    /// a run has begun it says what is read, as no event does, and leaves all events to the segments.
    private func saveRecord() {
        guard isRead, !journal.isWaiting, journal.hasSegment else { return }
        let isDue =
            record.sequence - savedSequence >= Self.recordInterval || savedSequence < journal.closedSequence
            || savedLosses != journal.losses
        guard isDue || record.source != savedSource else { return }
        let saved = isDue ? record : firstRecord ?? record
        do {
            try RunRecordFile(journal.layout, files).write(saved, run: journal.run)
            (savedSequence, savedLosses) = (saved.sequence, journal.losses)
            (savedSource, firstRecord) = (saved.source, nil)
            recordTrouble = nil
        } catch {
            errors += 1
            recordTrouble = error
            makeRoom(error)
        }
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
