import Dispatch
import Glibc

/// Signals for commands that run feeds, handed on one by one. A second Ctrl-C or SIGTERM ends the process at
/// once.
enum ProcessSignals {
    /// The first that asked for an end; 0 if none did. Written by the handler alone.
    nonisolated(unsafe) private static var received: sig_atomic_t = 0
    /// Written by the handler, read by `source`.
    nonisolated(unsafe) private static var wakeEnds: [Int32] = [-1, -1]
    nonisolated(unsafe) private static var source: (any DispatchSourceRead)?

    /// Takes over `numbers`. Call once, before anything runs.
    static func install(_ numbers: [Int32]) -> AsyncStream<Int32> {
        let (stream, continuation) = AsyncStream<Int32>.makeStream()
        guard pipe(&wakeEnds) == 0 else { return stream }
        for end in wakeEnds { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let source = DispatchSource.makeReadSource(fileDescriptor: wakeEnds[0], queue: .global())
        source.setEventHandler {
            var number: UInt8 = 0
            if read(wakeEnds[0], &number, 1) == 1 { continuation.yield(Int32(number)) }
        }
        source.resume()
        Self.source = source
        var taken = sigset_t()
        sigemptyset(&taken)
        for number in numbers {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { number in
                if number != SIGHUP, ProcessSignals.received == 0 { ProcessSignals.received = number }
                var byte = UInt8(truncatingIfNeeded: number)
                _ = write(ProcessSignals.wakeEnds[1], &byte, 1)
            }
            // The second signal finds the default action and ends the process.
            action.sa_flags = number == SIGHUP ? SA_RESTART : Int32(bitPattern: UInt32(SA_RESETHAND))
            sigaction(number, &action, nil)
            sigaddset(&taken, number)
        }
        // A parent may have left them blocked.
        pthread_sigmask(SIG_UNBLOCK, &taken, nil)
        return stream
    }

    /// The exit status that the received signal asks for.
    static var status: ExitStatus { received == SIGTERM ? .terminated : .interrupted }
}
