import EventDelivery
import EventJournal
import Glibc
import Platform

/// Hands events on to a command in batches, at least once each, in order per feed: the cursor in the file
/// moves on when the command has taken a batch, and not before.
struct EventBridge {
    private let program: BatchProgram
    private let file: EventPlaceFile
    private let envelope: Bool
    private let attempts: Int?
    private let retryCap: Double
    private var places: [String: JournalCursor]
    /// The file has all of `places`.
    private var isSaved = true
    /// When it was written last, seconds on the monotonic clock.
    private var savedAt = -Double.infinity
    /// Seconds between two writes of a place for which the command was not run.
    private static let restInterval = 10.0
    private var commandTroubles = TroubleReport()
    private var placeTroubles = TroubleReport()

    /// - Parameters:
    ///   - program: takes the batches.
    ///   - file: remembers the place; locked by the caller.
    ///   - places: what it holds.
    ///   - envelope: whether events are in their envelopes.
    ///   - attempts: failed attempts at one batch after which to give up; nil: never.
    ///   - retryCap: longest wait between two attempts, seconds.
    init(
        _ program: BatchProgram, file: EventPlaceFile, places: [String: JournalCursor], envelope: Bool,
        attempts: Int?, retryCap: Double
    ) {
        self.program = program
        self.file = file
        self.places = places
        self.envelope = envelope
        self.attempts = attempts
        self.retryCap = retryCap
    }

    /// Hands on what comes out of `queue`, until that ends.
    ///
    /// - Throws: `CommandFailure` where it gives up, or the place could not be saved at last; what the queue
    ///   ends with.
    mutating func run(_ queue: EventQueue) async throws {
        do {
            while let batch = try await queue.next() {
                guard try await deliver(batch) else { break }
                guard !batch.places.isEmpty else { continue }
                places.merge(batch.places) { $1 }
                let isDue = WallClock.monotonicSeconds() - savedAt >= Self.restInterval
                if isDue || !batch.lines.isEmpty { save() } else { isSaved = false }
            }
        } catch {
            try finish()
            throw error
        }
        try finish()
    }

    /// Tries until the command has taken `batch`. False where it was ended before that.
    private mutating func deliver(_ batch: EventBatch) async throws -> Bool {
        guard !batch.lines.isEmpty else { return true }
        let text = batch.text(envelope: envelope)
        var backoff = Backoff(cap: retryCap)
        var generator = SystemRandomNumberGenerator()
        var attempt = 1
        while true {
            let outcome = await program.run(text, attempt: attempt)
            let now = WallClock.monotonicSeconds()
            guard let trouble = outcome.trouble else {
                Console.say(
                    commandTroubles.take(nil, now: now), recovery: "the command takes events again")
                return true
            }
            if Task.isCancelled { return false }
            let reason = "\(trouble); its \(batch.lines.count) events are tried again"
            Console.say(
                commandTroubles.take(reason, cause: trouble, now: now),
                recovery: "the command takes events again")
            if let attempts, attempt >= attempts {
                throw CommandFailure(
                    status: .unfinished,
                    message: "\(trouble), \(attempt) times; the cursor stays before its "
                        + "\(batch.lines.count) events, and the next start tries them again")
            }
            attempt += 1
            do {
                try await Task.sleep(for: .seconds(backoff.next(using: &generator)))
            } catch {
                return false
            }
        }
    }

    /// Saves the place. A disk that refuses is asked again after the next batch: the command has this one all
    /// the same, and a crash would bring it back.
    private mutating func save() {
        let trouble: String?
        do throws(DurableFileError) {
            try file.write(places)
            (isSaved, savedAt) = (true, WallClock.monotonicSeconds())
            trouble = nil
        } catch {
            isSaved = false
            trouble = "the cursor is not saved: \(error)"
        }
        Console.say(
            placeTroubles.take(trouble, now: WallClock.monotonicSeconds()),
            recovery: "the cursor is saved again")
    }

    private mutating func finish() throws {
        guard !isSaved else { return }
        do throws(DurableFileError) {
            try file.write(places)
        } catch {
            throw CommandFailure(
                status: .cannotWrite, message: "\(error); what was taken last will come again")
        }
    }
}

extension BatchProgram.Outcome {
    /// Why the batch is not taken; nil where it is.
    var trouble: String? {
        switch self {
        case .exited(0): nil
        case .exited(let status) where status > 128:
            "the command was ended by signal \(status - 128)"
        case .exited(let status): "the command ended with status \(status)"
        case .timedOut: "the command did not end within --timeout and was ended"
        case .notStarted(let code): "the command cannot be started: \(String(cString: strerror(code)))"
        }
    }
}
