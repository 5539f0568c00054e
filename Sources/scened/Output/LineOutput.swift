internal import Platform
import Glibc

/// Where lines and other text go: standard output, or a file that `finish` completes. One line is one
/// `write(2)`, so that a reader never waits for half a line.
struct LineOutput: ~Copyable {
    private var file: OutputFile
    /// Whether a person may see the lines, and progress beside them: a drawn line is taken away first.
    let isTerminal: Bool

    /// Standard output; it stays open.
    static func standardOutput() -> LineOutput {
        LineOutput(
            OutputFile(descriptor: STDOUT_FILENO, name: "standard output"),
            isTerminal: isatty(STDOUT_FILENO) == 1)
    }

    /// A file that has its name once it is finished; `option` named it. Throws `CommandFailure` (cannot
    /// write).
    static func file(_ path: String, option: String = "--output") throws(CommandFailure) -> LineOutput {
        try open(path, .aside, option)
    }

    /// The file that `path` names, or standard output where it names none.
    static func file(orStandardOutput path: String?) throws(CommandFailure) -> LineOutput {
        if let path { try file(path) } else { standardOutput() }
    }

    /// A file that others may read while it grows: emptied now, each line is there when it is written. Throws
    /// `CommandFailure` (cannot write).
    static func growing(_ path: String, option: String = "--output") throws(CommandFailure) -> LineOutput {
        try open(path, .inPlace, option)
    }

    /// A file, created or gone on with. Throws `CommandFailure` (cannot write).
    static func appending(_ path: String) throws(CommandFailure) -> LineOutput {
        try open(path, .appended, "--run")
    }

    private static func open(
        _ path: String, _ manner: OutputFile.Manner, _ option: String
    ) throws(CommandFailure) -> LineOutput {
        do throws(OutputError) {
            return LineOutput(try OutputFile(path: path, manner))
        } catch {
            throw CommandFailure(error, option: option)
        }
    }

    private init(_ file: consuming OutputFile, isTerminal: Bool = false) {
        self.file = file
        self.isTerminal = isTerminal
    }

    /// Writes `line` whole. SIGPIPE must be ignored. Throws `consumerGone` when the reader left,
    /// `cannotWrite` else.
    func write(_ line: String) throws(CommandFailure) {
        if isTerminal { Console.clear() }
        do throws(OutputError) {
            try file.write(line)
        } catch {
            throw Self.failure(error)
        }
    }

    /// The same of any bytes.
    func write(_ bytes: [UInt8]) throws(CommandFailure) {
        if isTerminal { Console.clear() }
        do throws(OutputError) {
            try file.write(bytes)
        } catch {
            throw Self.failure(error)
        }
    }

    /// Everything is written: a file takes its name. Without it a file goes, unless it grows in its place.
    mutating func finish() throws(CommandFailure) {
        do throws(OutputError) {
            try file.finish()
        } catch {
            throw Self.failure(error)
        }
    }

    private static func failure(_ error: OutputError) -> CommandFailure {
        if error.number == EPIPE { return CommandFailure(status: .consumerGone, message: "") }
        return CommandFailure(
            status: .cannotWrite,
            message: "cannot write to '\(error.path)': \(error.reason); \(error.remedy)")
    }
}

extension CommandFailure {
    /// The exit status that goes with a file that cannot be made; `option` named it.
    init(_ error: OutputError, option: String) {
        self.init(status: .cannotWrite, message: "\(error); give \(option) a writable path")
    }
}
