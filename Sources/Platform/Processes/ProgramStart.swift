package import Glibc

/// Starts other programs, as a shell does: no signal is blocked or ignored in them.
package enum ProgramStart {
    /// The system did not start it.
    package struct Failure: Error {
        /// An errno value.
        package let code: Int32

        package init(code: Int32) { self.code = code }
    }

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - executable: its path.
    ///   - words: of its command line, its own name first.
    ///   - environment: entries NAME=VALUE, without the end; they stay the caller's.
    ///   - ownGroup: it leads a group of its own, so that what a terminal sends does not reach it.
    ///   - files: says what becomes of descriptors; others are as they are here.
    /// - Returns: its process, which the caller reaps.
    /// - Throws: an errno value.
    package static func start(
        _ executable: String, _ words: [String], environment: [UnsafeMutablePointer<CChar>?],
        ownGroup: Bool = true, files: (inout posix_spawn_file_actions_t) -> Void
    ) throws(Failure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        files(&actions)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (ownGroup ? POSIX_SPAWN_SETPGROUP : 0)))
        let arguments = words.map { word in FileName.withBytes(word) { strdup($0) } } + [nil]
        defer { for word in arguments { free(word) } }
        var process = pid_t()
        let code = posix_spawn(
            &process, executable, &actions, &attributes, arguments, environment + [nil])
        guard code == 0 else { throw Failure(code: code) }
        return process
    }
}
