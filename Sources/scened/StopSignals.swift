import Dispatch
import Glibc

/// Ctrl-C and SIGTERM for commands that run feeds: the first asks them to finish what they have, the second ends the process
/// at once.
enum StopSignals {
    /// The signal that came first; 0 if none did. Written by the handler alone.
    nonisolated(unsafe) private static var received: sig_atomic_t = 0
    /// Written by the handler, read by `source`.
    nonisolated(unsafe) private static var wakeEnds: [Int32] = [-1, -1]
    nonisolated(unsafe) private static var source: (any DispatchSourceRead)?

    /// Takes over both signals. Call once, before anything runs. `stop` is called on a thread of Dispatch's.
    static func install(stop: @escaping @Sendable () -> Void) {
        guard pipe(&wakeEnds) == 0 else { return }
        for end in wakeEnds { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let source = DispatchSource.makeReadSource(fileDescriptor: wakeEnds[0], queue: .global())
        source.setEventHandler {
            source.cancel()
            stop()
        }
        source.resume()
        Self.source = source
        for number in [SIGINT, SIGTERM] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { number in
                StopSignals.received = number
                _ = write(StopSignals.wakeEnds[1], "x", 1)
            }
            // The second signal finds the default action and ends the process.
            action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
            sigaction(number, &action, nil)
        }
        // A parent may have left them blocked.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }

    /// The exit status that the received signal asks for.
    static var status: ExitStatus { received == SIGTERM ? .terminated : .interrupted }
}
