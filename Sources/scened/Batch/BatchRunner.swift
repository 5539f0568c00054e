import ArchiveBatch
import Glibc
import Platform
import Synchronization

/// Runs the films of a batch, several at a time, each in programs of its own. Used once.
///
/// Threads wait for the programs; the calling thread takes signals: SIGUSR1 begins no further film, SIGTERM
/// and Ctrl-C end the programs at once, and what they had not finished is as if never begun.
final class BatchRunner: Sendable {
    private struct State {
        var queue: BatchQueue
        /// Programs that have not been reaped.
        var programs: Set<pid_t> = []
        var unusable: [(item: BatchItem, status: Int, message: String)] = []
        /// Threads that have not returned.
        var workers = 0
        /// Those of them that tell of a film.
        var tellers = 0
    }

    /// How a batch came to its end.
    struct Ending {
        /// The signal that ended it; nil where none did.
        var signal: Int32?
        /// Whoever reads the reports takes none: nothing more can be told.
        var isUnheard = false
    }

    /// Seconds for which reports wait for their reader once a signal has ended the batch.
    private static let lastWords = 2.0

    private let settings: BatchSettings
    private let state: Mutex<State>
    /// Held while a film is told of: whoever reads may be slow, and holds up nothing else.
    private let telling = Mutex(())
    /// Told of each film as it ends, one at a time.
    private let onEnd: @Sendable (BatchItem, FilmJob.Report) -> Void

    init(
        _ items: [BatchItem], _ settings: BatchSettings,
        onEnd: @escaping @Sendable (BatchItem, FilmJob.Report) -> Void
    ) {
        self.settings = settings
        self.onEnd = onEnd
        state = Mutex(State(queue: BatchQueue(items)))
    }

    /// How it stands.
    var queue: BatchQueue { state.withLock(\.queue) }

    /// Films that failed for good, or broke off.
    var unusable: [(item: BatchItem, status: Int, message: String)] { state.withLock(\.unusable) }

    /// Runs all films.
    ///
    /// - Parameters:
    ///   - count: how many at a time.
    ///   - onTick: called five times a second, for progress.
    /// - Returns: how it ended.
    func run(jobs count: Int, onTick: (BatchQueue) -> Void) -> Ending {
        var (signals, former) = (sigset_t(), sigset_t())
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGUSR1] { sigaddset(&signals, number) }
        // The threads inherit this: signals are taken here alone.
        pthread_sigmask(SIG_BLOCK, &signals, &former)
        defer { pthread_sigmask(SIG_SETMASK, &former, nil) }
        state.withLock { $0.workers = count }
        let threads = (0..<count).compactMap { _ in OwnThread { self.work() } }
        state.withLock { $0.workers -= count - threads.count }
        if threads.isEmpty {
            state.withLock { $0.workers = 1 }
            work()
        }
        var ending = Ending()
        var ended = 0.0
        while state.withLock({ $0.workers > 0 }) {
            if ending.signal != nil, WallClock.monotonicSeconds() - ended > Self.lastWords,
                state.withLock({ $0.workers == $0.tellers })
            {
                ending.isUnheard = true
                return ending
            }
            var pause = timespec(tv_sec: 0, tv_nsec: 200_000_000)
            let number = sigtimedwait(&signals, nil, &pause)
            if number == SIGUSR1 {
                state.withLock { $0.queue.stop(.draining) }
            } else if number > 0 {
                if ending.signal == nil { ended = WallClock.monotonicSeconds() }
                ending.signal = ending.signal ?? number
                end()
            }
            onTick(queue)
        }
        for thread in threads { thread.join() }
        return ending
    }

    /// Ends what runs, now.
    private func end() {
        state.withLock { state in
            state.queue.stop(.ended)
            for process in state.programs { kill(process, SIGKILL) }
        }
    }

    /// One thread: film after film.
    private func work() {
        defer { state.withLock { $0.workers -= 1 } }
        while let item = state.withLock({ $0.queue.next() }) {
            let report = FilmJob(item, settings, run: run).report()
            state.withLock { state in
                if report.wasPresent {
                    state.queue.wasPresent(item, isDamaged: report.note?.isDamaged ?? false)
                } else {
                    state.queue.ended(item, report.ending, filmSeconds: report.note?.counts.filmSeconds ?? 0)
                }
                switch report.ending {
                case .damaged(let message):
                    state.unusable.append((item, Int(ExitStatus.damaged.rawValue), message))
                case .failedForGood(let status, let message): state.unusable.append((item, status, message))
                case .done, .failedForNow, .stopped: break
                }
                if report.ending != .stopped { state.tellers += 1 }
            }
            guard report.ending != .stopped else { continue }
            telling.withLock { _ in onEnd(item, report) }
            state.withLock { $0.tellers -= 1 }
        }
    }

    /// Runs a program to its end; nil where the batch ends it, or does not begin it any more.
    private func run(_ words: [String], _ errors: String) -> Int? {
        let started: Result<pid_t, ProgramStart.Failure>? = state.withLock { state in
            guard state.queue.stop != .ended else { return nil }
            do throws(ProgramStart.Failure) {
                let process = try ChildProgram.start(words, errors: errors)
                state.programs.insert(process)
                return .success(process)
            } catch {
                return .failure(error)
            }
        }
        switch started {
        case nil: return nil
        case .failure: return Int(ExitStatus.internalError.rawValue)
        case .success(let process):
            ChildProgram.wait(for: process)
            return state.withLock { state in
                // Its number may be another's once it is reaped.
                state.programs.remove(process)
                let status = ChildProgram.reap(process)
                return state.queue.stop == .ended && status == 128 + Int(SIGKILL) ? nil : status
            }
        }
    }
}
