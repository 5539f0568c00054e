internal import CConfinement
internal import Glibc
internal import Platform
internal import Timeline

/// A running worker as its feed sees it: a socket to read and a process to end. Owned by one thread.
final class WorkerProcess {
    /// The feed's end of the socket.
    let descriptor: Int32
    let identifier: pid_t
    private var isReaped = false

    /// How a worker process ended.
    enum Exit: Hashable {
        case status(Int32)
        case signal(Int32)
    }

    /// Starts a worker and gives it its specification.
    ///
    /// - Parameters:
    ///   - executable: the program that understands `feed-worker`.
    ///   - specification: what to read.
    ///   - keepsErrors: the worker's standard error is the feed's.
    /// - Throws: an errno value.
    init(executable: String, specification: WorkerSpecification, keepsErrors: Bool) throws(WorkerStartError) {
        var ends: [Int32] = [0, 0]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw WorkerStartError(errno) }
        defer { close(ends[1]) }
        descriptor = ends[0]
        do throws(WorkerStartError) {
            identifier = try Self.spawn(
                executable, socket: ends[1], keepsInput: specification.input == "-", keepsErrors: keepsErrors)
        } catch {
            close(ends[0])
            throw error
        }
        send(specification.message)
    }

    deinit {
        if !isReaped {
            kill(identifier, SIGKILL)
            _ = reap()
        }
        close(descriptor)
    }

    private static func spawn(_ executable: String, socket: Int32, keepsInput: Bool, keepsErrors: Bool)
        throws(WorkerStartError) -> pid_t
    {
        let environment = Self.environment
        defer { for entry in environment { free(entry) } }
        do throws(ProgramStart.Failure) {
            // A group of its own: what a terminal sends to its foreground does not reach it.
            return try ProgramStart.start(
                executable, ["scened", "feed-worker"], environment: environment, ownGroup: !keepsInput
            ) { actions in
                posix_spawn_file_actions_adddup2(&actions, socket, FeedWorker.descriptor)
                if !keepsInput { posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0) }
                posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
                if !keepsErrors { posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) }
            }
        } catch {
            throw WorkerStartError(error.code)
        }
    }

    /// Libraries of arithmetic that start threads when they are loaded: a thread that is there before the
    /// worker gives up its rights would keep them.
    private static let threadCounts = [
        "OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS",
    ]

    /// Swift's crash handler cannot start its program in a confined worker, and where memory is short it
    /// waits for ever.
    private static let crashHandling = "SWIFT_BACKTRACE="

    /// The environment without what is meant for the feed's own process alone, with one thread for arithmetic
    /// and without Swift's crash handler; the caller frees its entries.
    private static var environment: [UnsafeMutablePointer<CChar>?] {
        let own = ["NOTIFY_SOCKET", "WATCHDOG_", "LISTEN_", "CREDENTIALS_DIRECTORY", "STATE_DIRECTORY"]
        let left = own + threadCounts.map { "\($0)=" } + [crashHandling]
        var kept = threadCounts.map { strdup("\($0)=1") }
        kept.append(strdup(crashHandling + "enable=no"))
        var entry = scn_environment()
        while let variable = entry.pointee {
            let name = String(cString: variable)
            if !left.contains(where: { name.hasPrefix($0) }) { kept.append(strdup(variable)) }
            entry += 1
        }
        return kept
    }

    /// Asks the worker to finish what it has.
    func askToStop() { send(WorkerOrder.stop.message) }

    /// Asks the worker to leave out at least so much.
    func askToLeaveOut(_ step: Relief.Step) { send(WorkerOrder.leaveOut(step).message) }

    /// A worker that does not listen any more shows when it is read from.
    private func send(_ message: [UInt8]) {
        FrameBuffer.framed(message).withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            _ = Glibc.send(descriptor, base, buffer.count, Int32(MSG_NOSIGNAL))
        }
    }

    /// Reads what is there, at most `buffer.count` bytes; waits for nothing. nil: nothing now; 0: the end.
    func read(into buffer: inout [UInt8]) -> Int? {
        while true {
            let count = buffer.withUnsafeMutableBytes {
                recv(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
            }
            if count >= 0 { return count }
            if errno == EINTR { continue }
            return errno == EAGAIN ? nil : 0
        }
    }

    /// Ends the process at once, whatever it waits for.
    func end() { kill(identifier, SIGKILL) }

    /// Waits for the process, which has closed its socket or was ended.
    func reap() -> Exit {
        var status: Int32 = 0
        defer { isReaped = true }
        while waitpid(identifier, &status, 0) < 0 {
            // Nobody knows how it ended: not in order.
            if errno != EINTR { return .signal(SIGKILL) }
        }
        let signal = status & 0x7f
        return signal == 0 ? .status((status >> 8) & 0xff) : .signal(signal)
    }
}

/// A worker could not be started.
struct WorkerStartError: Error {
    /// A clause with the system's reason.
    let reason: String

    init(_ code: Int32) {
        let cause = ResourceShortage(code: code)?.description ?? String(cString: strerror(code))
        reason = "its reader cannot be started: \(cause)"
    }
}
