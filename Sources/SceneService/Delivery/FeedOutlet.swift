package import NIOCore
package import Timeline

/// Where one feed's events go: numbered, written to its journal, and made known once they are on disk.
///
/// Runs on a thread of its own (`journalLoop`), because it waits for the disk. A disk that refuses does not hold up the feed:
/// events wait in memory, up to a limit, and are written in order when it takes them again (`EventIntake` for what happens
/// beyond the limit).
package actor FeedOutlet: EventOutlet {
    package nonisolated let feed: String
    /// The run that events are appended to: a new one, or that of the last process.
    package nonisolated let run: String
    /// What was found of the journal.
    package nonisolated let recovery: JournalRecovery

    private let loop: any EventLoop
    private var journal: FeedJournal
    private var intake: EventIntake
    private let directory: EventDirectory
    private let board: ServiceBoard
    private var clock: MediaClock?
    private var isRetrying = false

    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.executor.asUnownedSerialExecutor() }

    /// Seconds between attempts to write what the disk refused.
    private static let retryInterval = 1.0

    /// - Parameters:
    ///   - feed: its name.
    ///   - journal: opened; the outlet owns it.
    ///   - journalLoop: the thread for all that waits for the disk.
    ///   - directory: told what is on disk.
    ///   - board: told how things stand.
    package init(
        feed: String, journal: consuming FeedJournal, journalLoop: any EventLoop, directory: EventDirectory,
        board: ServiceBoard
    ) {
        self.feed = feed
        run = journal.run
        recovery = journal.recovery
        loop = journalLoop
        intake = EventIntake(nextSequence: journal.nextSequence)
        self.directory = directory
        self.board = board
        directory.register(feed: feed, layout: journal.layout, durable: journal.durable)
        self.journal = journal
    }

    /// `seq` of the last event that is on disk; 0: none. What a checkpoint may rely on.
    package var durableSequence: Int64 { journal.durable.sequence }

    /// `seq` of the last event that was taken, on disk or waiting for it.
    package var lastSequence: Int64 { journal.nextSequence - 1 }

    /// Takes over clock and timeline of the stream that goes on from before a restart, in place of a `streamStart` event.
    package func resume(_ start: StreamStart) {
        intake.resume(start)
        clock = start.media.clock
    }

    /// Returns once the events are on disk, or wait in memory for a disk that refuses them. Never throws.
    package func append(_ events: [Event]) async {
        let omitted = intake.omittedEvents
        for event in events {
            if case .streamStart(let start) = event { clock = start.media.clock }
            for line in intake.lines(for: event, hasRoom: journal.hasRoom) {
                journal.enqueue(Array(line.utf8))
            }
            note(event)
        }
        board.update(feed) { $0.omittedEvents += intake.omittedEvents - omitted }
        flush()
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
        let began = SystemTime.monotonic()
        let wasWaiting = journal.isWaiting
        do {
            try journal.flush(now: SystemTime.unix())
            try journal.prune(now: SystemTime.unix())
        } catch {
            retryLater()
        }
        let (durable, trouble, waiting) = (journal.durable, journal.trouble, journal.waitingBytes)
        let bytes = journal.diskBytes
        board.update(feed) { entry in
            if wasWaiting, trouble == nil { entry.flush.observe(SystemTime.monotonic() - began) }
            entry.journalTrouble = trouble?.description
            entry.durable = durable
            entry.waitingBytes = waiting
            entry.journalBytes = bytes
        }
        directory.publish(feed: feed, durable: durable)
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
