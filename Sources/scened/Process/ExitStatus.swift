import ArgumentParser

/// What the process tells the shell. docs/reference/exit-status.md says the same; 64 to 74 follow sysexits.h.
enum ExitStatus: Int32 {
    /// Done; no boundary found is a valid result.
    case success = 0
    /// Two runs decided differently.
    case different = 1
    /// The command line is wrong.
    case usage = 64
    /// The input opened but holds no video that can be shown.
    case noVideo = 65
    case cannotOpen = 66
    /// The service does not answer, or is not ready; its address cannot be listened on.
    case unavailable = 69
    /// A fault of scened.
    case internalError = 70
    case cannotWrite = 73
    /// The input broke off; what could be read was segmented and written.
    case damaged = 74
    /// Another run may do what is left.
    case unfinished = 75
    /// The configuration file is wrong.
    case configuration = 78
    /// Stopped by SIGINT; results so far were written.
    case interrupted = 130
    /// Whoever read the output went away.
    case consumerGone = 141
    /// Stopped by SIGTERM; results so far were written.
    case terminated = 143

    var code: ExitCode { ExitCode(rawValue) }
}

/// An error that ends the command: one line for the user and the status for the shell.
struct CommandFailure: Error {
    var status: ExitStatus
    /// One line: what is wrong and what to do about it. Empty where there is nothing to say.
    var message: String
    /// What else is wrong, a line each.
    var others: [String] = []
}

extension CommandFailure {
    /// An input that broke off. A `reason` that names it has its remedy, too.
    init(damaged input: String, _ reason: String) {
        let isWhole = reason.hasPrefix(input)
        self.init(
            status: .damaged,
            message: isWhole
                ? reason : "\(input): \(reason): check the input with ffprobe, or copy it again")
    }
}
