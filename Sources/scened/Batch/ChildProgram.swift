import CConfinement
import Glibc
import Platform

/// A run of this program for one film of a batch: its own process, so that a film that makes it fall takes
/// no other with it. It ends when the batch does, however that ends.
enum ChildProgram {
    /// Names the batch in the environment of its programs.
    private static let parentName = "SCENED_BATCH_PARENT"

    /// For the start of the program: a run for a batch is killed when the batch ends.
    static func joinParent() {
        guard let value = getenv(parentName), let parent = pid_t(String(cString: value)) else { return }
        unsetenv(parentName)
        scn_die_with_parent()
        // It may have ended before.
        if getppid() != parent { Glibc.exit(ExitStatus.terminated.rawValue) }
    }

    /// Starts the program.
    ///
    /// - Parameters:
    ///   - words: of the command line, without the program's name.
    ///   - errors: file that takes its standard error; standard output goes nowhere.
    /// - Returns: its process.
    /// - Throws: an errno value.
    static func start(_ words: [String], errors: String) throws(ProgramStart.Failure) -> pid_t {
        let environment = environment(adding: "\(parentName)=\(getpid())")
        defer { for entry in environment { free(entry) } }
        // A group of its own: Ctrl-C is the batch's to handle.
        return try ProgramStart.start("/proc/self/exe", ["scened"] + words, environment: environment) {
            actions in
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
            posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
            _ = FileName.withBytes(errors) {
                posix_spawn_file_actions_addopen(&actions, 2, $0, O_WRONLY | O_CREAT | O_TRUNC, 0o640)
            }
        }
    }

    /// The environment of this process with one entry more; the caller frees all of them.
    static func environment(adding addition: String) -> [UnsafeMutablePointer<CChar>?] {
        var environment: [UnsafeMutablePointer<CChar>?] = [strdup(addition)]
        var entry = scn_environment()
        while let variable = entry.pointee {
            environment.append(strdup(variable))
            entry += 1
        }
        return environment
    }

    /// Waits until a process has ended; it is not reaped yet, so that its number stays its own.
    static func wait(for process: pid_t) {
        var facts = siginfo_t()
        while waitid(P_PID, id_t(process), &facts, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    }

    /// The exit status of a process that has ended, or 128 and the number of the signal that ended it; that
    /// of an internal error where the system does not know how it ended.
    static func reap(_ process: pid_t) -> Int {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            if errno != EINTR { return Int(ExitStatus.internalError.rawValue) }
        }
        return Int(status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f)
    }
}
