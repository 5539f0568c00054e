import FileNames
import Glibc

/// Where JSON lines go. One line is one `write(2)`, so that a reader never waits for half a line.
struct LineOutput: ~Copyable {
    private let descriptor: Int32
    private let closesDescriptor: Bool
    private let name: String

    /// Standard output; the caller keeps it open.
    static func standardOutput() -> LineOutput {
        LineOutput(descriptor: STDOUT_FILENO, closesDescriptor: false, name: "standard output")
    }

    /// A file, created or emptied; `option` named it. Throws `CommandFailure` (cannot write).
    static func file(_ path: String, option: String = "--output") throws(CommandFailure) -> LineOutput {
        let descriptor = FileName.withBytes(path) {
            open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        }
        guard descriptor >= 0 else {
            throw CommandFailure(
                status: .cannotWrite,
                message:
                    "cannot write '\(path)': \(String(cString: strerror(errno))); give \(option) a writable path"
            )
        }
        return LineOutput(descriptor: descriptor, closesDescriptor: true, name: "'\(path)'")
    }

    /// A file, created or gone on with. Throws `CommandFailure` (cannot write).
    static func appending(_ path: String) throws(CommandFailure) -> LineOutput {
        let descriptor = FileName.withBytes(path) {
            open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        }
        guard descriptor >= 0 else {
            throw CommandFailure(
                status: .cannotWrite,
                message:
                    "cannot write '\(path)': \(String(cString: strerror(errno))); check the folder and its permissions"
            )
        }
        return LineOutput(descriptor: descriptor, closesDescriptor: true, name: "'\(path)'")
    }

    private init(descriptor: Int32, closesDescriptor: Bool, name: String) {
        self.descriptor = descriptor
        self.closesDescriptor = closesDescriptor
        self.name = name
    }

    deinit {
        if closesDescriptor { close(descriptor) }
    }

    /// Writes `line` whole. SIGPIPE must be ignored. Throws `consumerGone` when the reader left, `cannotWrite` else.
    func write(_ line: String) throws(CommandFailure) {
        var line = line
        let failure: Int32 = line.withUTF8 { bytes in
            guard let base = bytes.baseAddress else { return 0 }
            var written = 0
            while written < bytes.count {
                let count = Glibc.write(descriptor, base + written, bytes.count - written)
                if count < 0 {
                    if errno == EINTR { continue }
                    return errno
                }
                written += count
            }
            return 0
        }
        guard failure != 0 else { return }
        if failure == EPIPE { throw CommandFailure(status: .consumerGone, message: "") }
        throw CommandFailure(
            status: .cannotWrite,
            message:
                "cannot write to \(name): \(String(cString: strerror(failure))); free space or choose another place"
        )
    }
}
