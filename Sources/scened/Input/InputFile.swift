internal import Platform
import Glibc

/// Reads a whole file or standard input.
enum InputFile {
    /// U+FEFF in UTF-8.
    static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

    /// Of texts, which have a longest line, the byte order mark is left out with which some editors begin
    /// them.
    ///
    /// Throws `CommandFailure`: cannot open; longer than `limit`; a line longer than `longestLine`, neither
    /// of which is read to its end.
    static func bytes(_ path: String, limit: Int = .max, longestLine: Int = .max) throws(CommandFailure)
        -> [UInt8]
    {
        let descriptor =
            path == "-" ? STDIN_FILENO : FileName.withBytes(path) { open($0, O_RDONLY | O_CLOEXEC) }
        func failure() -> CommandFailure {
            CommandFailure(
                status: .cannotOpen, message: CommandFailure.message("read", "'\(path)'", errno))
        }
        guard descriptor >= 0 else { throw failure() }
        defer { if path != "-" { close(descriptor) } }
        func refusal(_ what: String, _ limit: Int) -> CommandFailure {
            CommandFailure(
                status: .noVideo, message: "'\(path)': \(what) longer than \(limit) bytes; give another file")
        }
        var bytes: [UInt8] = []
        var lineStart = 0
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count == 0 {
                return longestLine < .max && bytes.starts(with: byteOrderMark)
                    ? Array(bytes.dropFirst(byteOrderMark.count)) : bytes
            }
            if count > 0 {
                bytes.append(contentsOf: chunk[..<count])
                guard bytes.count <= limit else { throw refusal("it is", limit) }
                if let newline = bytes.suffix(count).lastIndex(of: UInt8(ascii: "\n")) {
                    lineStart = newline + 1
                }
                guard bytes.count - lineStart <= longestLine else { throw refusal("a line is", longestLine) }
            } else if errno != EINTR {
                throw failure()
            }
        }
    }
}
