import Glibc

/// What happens where the program crashes.
enum CrashHandling {
    /// Signals that Swift's runtime takes over to print a backtrace by another program.
    private static let signals = [SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP]

    /// A crash ends the process at once, as the system does it: for processes that somebody starts again. The
    /// handler of Swift's runtime waits for a program that cannot start where memory is short or the process
    /// is confined, and signals that should end it wait with it. Whoever sets `SWIFT_BACKTRACE` decides
    /// himself.
    static func leaveToTheSystem() {
        guard getenv("SWIFT_BACKTRACE") == nil else { return }
        for number in signals { signal(number, SIG_DFL) }
    }
}
