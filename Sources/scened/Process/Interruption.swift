import Glibc
import MediaInput

/// Ctrl-C and SIGTERM: the first asks the run to finish what it has, the second ends the process at once.
enum Interruption {
    /// Raised by the signals that `install` takes over.
    static let stop = StopFlag()

    /// The signal that came first; 0 if none did. Written by the handler alone.
    nonisolated(unsafe) private static var received: sig_atomic_t = 0

    /// Takes over SIGINT and SIGTERM. Call before reading starts.
    static func install() {
        _ = stop
        for number in [SIGINT, SIGTERM] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { number in
                Interruption.received = number
                Interruption.stop.raise()
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
