internal import EventJournal
package import Platform
package import Logging
internal import NIOPosix
internal import Synchronization

/// Brings one feed's events to one sink: at least once each, in order, for as long as it takes. The journal
/// is the queue.
package struct SinkRunner {
    private let name: String
    private let feed: String
    private let sink: any EventSink
    private let types: [String]?
    private let directory: EventDirectory
    private let files: any DurableFiles
    private let board: ServiceBoard
    private let log: Logger
    /// Where the place is remembered; nil: the sink begins with what comes in this process.
    private let cursorFile: SinkCursorFile?
    private let retryCap: Double

    package init(
        name: String, feed: String, sink: any EventSink, types: [String]?, directory: EventDirectory,
        files: any DurableFiles, board: ServiceBoard, log: Logger, cursorFile: SinkCursorFile?,
        retryCap: Double
    ) {
        self.name = name
        self.feed = feed
        self.sink = sink
        self.types = types
        self.directory = directory
        self.files = files
        self.board = board
        self.log = log
        self.cursorFile = cursorFile
        self.retryCap = retryCap
    }

    /// A file system or a receiver that refuses for hours gets a few lines, and not one for each attempt.
    private let report = SinkTroubles()

    private var key: ServiceBoard.SinkKey { ServiceBoard.SinkKey(sink: name, feed: feed) }

    /// Runs until the task is canceled or the sink will take nothing any more.
    package func run() async {
        guard let entry = directory.entry(of: feed), let start = await self.start(of: entry) else { return }
        var follower = EventFollower(
            directory, selection: SinkSelection(feeds: [feed], types: types), start: start, files: files)
        let begin = follower.cursors[feed] ?? JournalCursor(run: "", sequence: 0)
        board.update(key) { entry in
            entry.taken = begin
            (entry.trouble, entry.isOurs) = (nil, false)
        }
        tell(nil, of: .start)
        var backoff = Backoff(cap: retryCap)
        while !Task.isCancelled {
            do {
                guard let piece = try await follower.next() else { return }
                backoff.reset()
                guard await take(piece) else { return }
            } catch {
                // The journal could not be read.
                guard await pause(&backoff, error, of: .delivery) else { return }
            }
        }
    }

    /// Where delivery begins. With a cursor that cannot be used, at the oldest event, so that events come
    /// twice rather than not at all; nil where the task is canceled before the disk gives it.
    private func start(of entry: EventDirectory.Entry) async -> EventStart? {
        guard let cursorFile else { return .after([feed: entry.start]) }
        var backoff = Backoff(cap: retryCap)
        while true {
            switch cursorFile.read() {
            case .missing: return .oldest
            case .sound(let cursor): return .after([feed: cursor])
            case .damaged(let damage):
                log.error(
                    "the cursor of the sink cannot be used; it gets all events that are kept",
                    metadata: ["sink": "\(name)", "feed": "\(feed)", "reason": "\(damage)"])
                return .oldest
            case .refused(let error):
                guard await pause(&backoff, error, of: .start) else { return nil }
            }
        }
    }

    /// Delivers a piece of the journal in the sink's batches. Each batch counts as soon as it is taken: what
    /// fails later does not bring it back.
    ///
    /// - Returns: false where nothing more is to be delivered.
    private func take(_ piece: EventFollower.Batch) async -> Bool {
        var isSaved = true
        for batch in piece.parts(of: sink.batchLimit) {
            guard await deliver(batch) else { return false }
            // A disk that refuses the place is asked again with the next batch; the sink has this one all the
            // same.
            var trouble: (any Error)?
            do { try await save(batch.cursor) } catch { trouble = error }
            isSaved = trouble == nil
            noteDelivered(batch, trouble: trouble)
        }
        // A crash would bring back all that was taken since the place was last saved: no more than a piece.
        var backoff = Backoff(cap: retryCap)
        while !isSaved {
            do {
                try await save(piece.cursor)
                isSaved = true
                tell(nil, of: .place)
                board.update(key) { $0.trouble = nil }
            } catch {
                guard await pause(&backoff, error, of: .place) else { return false }
            }
        }
        return true
    }

    /// Tries until the sink has taken `batch`. False where no attempt is to be made any more.
    private func deliver(_ batch: EventFollower.Batch) async -> Bool {
        guard !batch.lines.isEmpty || batch.expired != nil else { return true }
        var backoff = Backoff(cap: retryCap)
        while !Task.isCancelled {
            do {
                try await sink.deliver(batch)
                return true
            } catch {
                guard await pause(&backoff, error, of: .delivery) else { return false }
            }
        }
        return false
    }

    private func save(_ cursor: JournalCursor) async throws {
        guard let cursorFile else { return }
        // What was taken is noted also by a task that has been told to end.
        try await Task { try await NIOThreadPool.singleton.runIfActive { try cursorFile.write(cursor) } }
            .value
    }

    /// Waits before the next attempt. False where there is to be none. `kind`: what has failed.
    private func pause(_ backoff: inout Backoff, _ error: any Error, of kind: SinkTroubles.Kind) async -> Bool
    {
        if Task.isCancelled { return false }
        board.update(key) { entry in
            entry.errors += 1
            entry.trouble = "\(error)"
            entry.isOurs = error is DurableFileError
        }
        if let failure = error as? SinkFailure, failure.isFinal {
            board.update(key) { $0.isClosed = true }
            log.notice("sink closed", metadata: ["sink": "\(name)", "feed": "\(feed)", "reason": "\(error)"])
            return false
        }
        tell(error, of: kind)
        var generator = SystemRandomNumberGenerator()
        let wait = max(backoff.next(using: &generator), (error as? SinkFailure)?.retryAfter ?? 0)
        do {
            try await Task.sleep(for: .seconds(wait))
            return true
        } catch {
            return false
        }
    }

    private func tell(_ trouble: (any Error)?, of kind: SinkTroubles.Kind) {
        let names: Logger.Metadata = ["sink": "\(name)", "feed": "\(feed)"]
        switch report.take(trouble, of: kind) {
        case nil: break
        case .begins(let reason):
            log.warning(kind.begins, metadata: names.merging(["reason": "\(reason)"]) { $1 })
        case .lasts(let reason, let seconds):
            log.warning(
                kind.lasts,
                metadata: names.merging(["reason": "\(reason)", "seconds": "\(Int(seconds))"]) { $1 })
        case .mended(let seconds):
            log.notice(kind.mended, metadata: names.merging(["seconds": "\(Int(seconds))"]) { $1 })
        }
    }

    private func noteDelivered(_ batch: EventFollower.Batch, trouble: (any Error)?) {
        board.update(key) { entry in
            entry.taken = batch.cursor
            entry.delivered += batch.lines.count
            entry.errors += trouble == nil ? 0 : 1
            (entry.trouble, entry.isOurs) = (trouble.map { "\($0)" }, false)
        }
        tell(nil, of: .delivery)
        tell(trouble, of: .place)
    }
}

/// What was told of a sink's troubles.
private final class SinkTroubles: Sendable {
    /// What can fail while the other goes on.
    enum Kind: Sendable {
        case delivery
        /// Where it begins is not known yet.
        case start
        /// What it has taken is not noted, and would come again after a crash.
        case place

        var begins: Logger.Message {
            switch self {
            case .delivery: "sink takes nothing; it is tried again"
            case .start: "the cursor of the sink cannot be read; it is tried again"
            case .place: "the cursor of the sink cannot be saved; it is tried again"
            }
        }

        var lasts: Logger.Message {
            switch self {
            case .delivery: "sink still takes nothing"
            case .start: "the cursor of the sink still cannot be read"
            case .place: "the cursor of the sink still cannot be saved"
            }
        }

        var mended: Logger.Message {
            switch self {
            case .delivery: "sink takes events again"
            case .start: "the cursor of the sink is read"
            case .place: "the cursor of the sink is saved again"
            }
        }
    }

    private let reports = Mutex<[Kind: TroubleReport]>([:])

    /// What to write of how things stand now; `trouble`: nil where all is well.
    func take(_ trouble: (any Error)?, of kind: Kind) -> TroubleReport.Notice? {
        let text = trouble.map { "\($0)" }
        // The same disk refuses one file and then another.
        let cause = (trouble as? DurableFileError).map { "\($0.code)" }
        let now = WallClock.monotonicSeconds()
        return reports.withLock { $0[kind, default: TroubleReport()].take(text, cause: cause, now: now) }
    }
}
