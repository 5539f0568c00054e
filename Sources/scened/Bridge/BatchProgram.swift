import CConfinement
import Glibc
import Platform
import Synchronization

/// The command that takes batches of events: a line for the shell, run once for each attempt, with the batch
/// as its standard input.
///
/// The batch is a file in memory, so that the command gets all of it or none: a bridge that is killed leaves
/// no torn line behind. The command has a group of its own, which is ended as a whole.
final class BatchProgram: Sendable {
    /// How an attempt ended.
    enum Outcome: Hashable {
        /// Exit status, or 128 and the number of the signal that ended it; 0: the batch is taken.
        case exited(Int)
        /// It did not end within its time, and was ended.
        case timedOut
        /// It could not be started: errno.
        case notStarted(Int32)
    }

    private let command: String
    private let timeout: Double

    /// Seconds between SIGTERM and SIGKILL for a command that has to end.
    private static let patience = 2.0
    /// Seconds that a command has to finish its batch once the bridge is asked to stop.
    private static let grace = 5.0

    private struct State {
        /// The running command's process, until it is reaped.
        var process: pid_t?
        var isTimedOut = false
        /// Counts the commands: a watch over one must not end the next.
        var number = 0
    }
    private let state = Mutex(State())

    /// - Parameters:
    ///   - command: for `/bin/sh -c`.
    ///   - timeout: seconds that it may take for a batch.
    init(_ command: String, timeout: Double) {
        self.command = command
        self.timeout = timeout
    }

    /// Runs the command once, and waits for its end.
    ///
    /// - Parameters:
    ///   - input: what stands on its standard input.
    ///   - attempt: from 1; the command finds it in `SCENED_ATTEMPT`.
    /// - Returns: how it ended.
    func run(_ input: [UInt8], attempt: Int) async -> Outcome {
        let process: pid_t
        do throws(ProgramStart.Failure) {
            process = try start(input, attempt)
        } catch {
            return .notStarted(error.code)
        }
        let number = state.withLock { state in
            state.process = process
            state.isTimedOut = false
            state.number += 1
            return state.number
        }
        let watch = Task { [timeout] in
            try await Task.sleep(for: .seconds(timeout))
            state.withLock { $0.isTimedOut = $0.isTimedOut || ($0.number == number && $0.process != nil) }
            try await end(number)
        }
        // A thread of its own waits: what it waits for may take as long as `timeout`.
        _ = try? await OwnThread.run { ChildProgram.wait(for: process) }
        watch.cancel()
        return state.withLock { state in
            state.process = nil
            let status = ChildProgram.reap(process)
            return state.isTimedOut && status != 0 ? .timedOut : .exited(status)
        }
    }

    /// Asks the running command to end, if it does not soon by itself. Returns at once.
    func stop() {
        let number = state.withLock { $0.number }
        Task {
            try await Task.sleep(for: .seconds(Self.grace))
            try await end(number)
        }
    }

    /// Ends the command of that number, in order and then by force.
    private func end(_ number: Int) async throws {
        send(SIGTERM, to: number)
        try await Task.sleep(for: .seconds(Self.patience))
        send(SIGKILL, to: number)
    }

    private func send(_ signal: Int32, to number: Int) {
        state.withLock { state in
            // Not reaped yet, so that its number is nobody else's.
            if state.number == number, let process = state.process { kill(-process, signal) }
        }
    }

    private func start(_ input: [UInt8], _ attempt: Int) throws(ProgramStart.Failure) -> pid_t {
        let file = input.withUnsafeBytes { scn_memory_file($0.baseAddress, $0.count) }
        guard file >= 0 else { throw ProgramStart.Failure(code: errno) }
        defer { close(file) }
        let environment = ChildProgram.environment(adding: "SCENED_ATTEMPT=\(attempt)")
        defer { for entry in environment { free(entry) } }
        return try ProgramStart.start("/bin/sh", ["sh", "-c", command], environment: environment) {
            posix_spawn_file_actions_adddup2(&$0, file, STDIN_FILENO)
        }
    }
}
