import Foundation
import Glibc

extension Process {
    /// Starts it with no signal blocked, and none of a terminal ignored.
    ///
    /// Threads that run tests have signals blocked, and a program inherits the mask of the thread that starts
    /// it: SIGTERM would not end it, nor what it starts itself. A shell lets what it runs in the background
    /// ignore SIGINT and SIGQUIT, the tests among them.
    package func start() throws {
        for number in [SIGINT, SIGQUIT] { signal(number, SIG_DFL) }
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try run()
    }
}
