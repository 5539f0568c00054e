internal import Platform
import Glibc

/// Lines of a file, a pipe or standard input, one at a time, as they come.
struct LineInput: ~Copyable {
    private let descriptor: Int32
    private let name: String
    private let longestLine: Int
    private var buffer: [UInt8] = []
    private var isOver = false
    private var isFirst = true

    /// `path` may be `-`. Throws `CommandFailure` (cannot open).
    init(path: String, longestLine: Int) throws(CommandFailure) {
        name = path
        self.longestLine = longestLine
        descriptor =
            path == "-" ? STDIN_FILENO : FileName.withBytes(path) { open($0, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw Self.unreadable(path) }
    }

    deinit {
        if descriptor != STDIN_FILENO { close(descriptor) }
    }

    /// The next line without its newline; nil at the end. Blocks while the input does. A byte order mark in
    /// front of the first is left out.
    mutating func next() throws(CommandFailure) -> [UInt8]? {
        guard let line = try nextLine() else { return nil }
        defer { isFirst = false }
        guard isFirst, line.starts(with: InputFile.byteOrderMark) else { return line }
        return Array(line.dropFirst(InputFile.byteOrderMark.count))
    }

    private mutating func nextLine() throws(CommandFailure) -> [UInt8]? {
        var searched = 0
        while true {
            if let newline = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(buffer[..<newline])
                buffer.removeFirst(newline + 1)
                return line
            }
            searched = buffer.count
            if isOver {
                guard !buffer.isEmpty else { return nil }
                defer { buffer = [] }
                return buffer
            }
            guard buffer.count <= longestLine else {
                throw CommandFailure(
                    status: .noVideo,
                    message: "\(name): a line is longer than \(longestLine) bytes; is it JSON lines?")
            }
            try fill()
        }
    }

    private mutating func fill() throws(CommandFailure) {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.unreadable(name) }
            if count == 0 { isOver = true }
            buffer.append(contentsOf: chunk[..<count])
            return
        }
    }

    private static func unreadable(_ path: String) -> CommandFailure {
        CommandFailure(
            status: .cannotOpen,
            message: CommandFailure.message("read", "'\(path)'", errno))
    }
}
