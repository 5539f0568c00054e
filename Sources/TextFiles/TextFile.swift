internal import FoundationEssentials
internal import Glibc
internal import Platform

/// Gives the text that stands in the file at a path; a front door may take other files for it, too.
package typealias TextSource = (_ path: String) throws(TextFileError) -> TextFile

/// A text file, read whole, with its non-empty lines.
package struct TextFile: Sendable {
    package struct Line: Sendable {
        /// Counts from 1, empty lines included.
        package var number: Int
        /// Without line ends and without white space around it.
        package var text: String
    }

    package let path: String
    package let text: String
    package let lines: [Line]

    /// Longest line that is read, in bytes. A list of cuts or labels may be JSON on one line; no real one
    /// comes near.
    package static let longestLine = 64 << 20

    /// Reads the file at `path`; not to its end where a line is longer than `longestLine`.
    package init(path: String) throws(TextFileError) {
        let file = FileName.withBytes(path) { open($0, O_RDONLY | O_CLOEXEC) }
        guard file >= 0 else {
            throw .unreadable(path: path, reason: Self.reason(errno))
        }
        defer { close(file) }
        var (bytes, lineStart) = ([UInt8](), 0)
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(file, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw .unreadable(path: path, reason: Self.reason(errno))
            }
            if count == 0 { break }
            bytes += chunk[..<count]
            if let newline = bytes.suffix(count).lastIndex(of: UInt8(ascii: "\n")) { lineStart = newline + 1 }
            guard bytes.count - lineStart <= Self.longestLine else {
                throw .malformed(
                    path: path, line: nil, problem: "a line is longer than \(Self.longestLine) bytes",
                    remedy: "give a text file")
            }
        }
        try self.init(path: path, bytes: bytes)
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

    /// Takes what was read elsewhere.
    package init(path: String, bytes: some Sequence<UInt8>) throws(TextFileError) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .malformed(
                path: path, line: nil, problem: "is not UTF-8 text", remedy: "save it as UTF-8")
        }
        self.init(path: path, text: text)
    }

    /// `path` names the text in messages, and may tell its form.
    package init(path: String, text: String) {
        let text = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
        self.path = path
        self.text = text
        let bytes = text.utf8
        lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
            .compactMap {
                number, bytes in
                let isSpace = { (byte: UInt8) in byte == 32 || byte == 9 || byte == 13 }
                guard let first = bytes.firstIndex(where: { !isSpace($0) }),
                    let last = bytes.lastIndex(where: { !isSpace($0) })
                else { return nil }
                return Line(number: number + 1, text: String(Substring(bytes[first...last])))
            }
    }

    /// The path itself, or the files in it where it names a folder, in order of name; hidden files are left
    /// out.
    package static func expand(_ path: String) throws(TextFileError) -> [String] {
        guard let kind = FileKind(path: path) else {
            throw .unreadable(path: path, reason: Self.reason(ENOENT))
        }
        guard kind == .folder else { return [path] }
        do {
            let names = try PosixFiles().names(in: path)
            return names.filter { !$0.hasPrefix(".") }.sorted().map { path + "/" + $0 }
        } catch {
            throw .unreadable(path: path, reason: "the folder cannot be listed")
        }
    }

    /// File name without folders and without its last extension.
    package static func stem(_ path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
        return String(name[..<dot])
    }

    /// That of `path`.
    package var stem: String { Self.stem(path) }

    /// An error that names the file.
    package func malformed(_ problem: String, line: Int? = nil, remedy: String) -> TextFileError {
        .malformed(path: path, line: line, problem: problem, remedy: remedy)
    }
}
