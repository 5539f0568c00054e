internal import Platform
import Glibc
import Synchronization

/// Standard error: what is for people. Never mixed with results.
enum Console {
    static let isTerminal = isatty(STDERR_FILENO) == 1

    /// A line is drawn that the next text must not stand behind.
    private static let isDrawn = Mutex(false)

    /// Writes `text` as it stands, in place of a line that is drawn.
    static func write(_ text: String) {
        isDrawn.withLock { isDrawn in
            put((isDrawn ? clearing : "") + text)
            isDrawn = false
        }
    }

    /// One line, with the program's name in front.
    static func say(_ message: String) { write("scened: \(shown(message))\n") }

    /// Text as it may stand in one line of a terminal or a log, whatever it tells of names and contents of
    /// files: what would end the line, or move, color or turn what stands there, stands as an escape, such as
    /// `\n` and `\x1b`; what is no text of a name, as U+FFFD.
    static func shown(_ text: String) -> String { LineText.shown(FileName.shown(text)) }

    /// The same of text that has several lines of its own.
    ///
    /// - Parameters:
    ///   - text: of the parser of the command line, say.
    ///   - quoted: what it may quote, with line ends that are not its own.
    /// - Returns: the text.
    static func shownLines(_ text: String, quoting quoted: [String]) -> String {
        var text = text
        for word in quoted where !word.isEmpty {
            let safe = shown(word)
            if safe != word { text = text.replacing(word, with: safe) }
        }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { shown(String($0)) }
            .joined(separator: "\n")
    }

    /// Draws a line that stays until other text comes; only on a terminal. `text` has no newline.
    static func draw(_ text: String) {
        isDrawn.withLock { isDrawn in
            put(clearing + shown(text))
            isDrawn = true
        }
    }

    /// Takes the drawn line away, so that other text may come, on standard output, too.
    static func clear() { write("") }

    private static let clearing = "\r\u{1b}[K"

    private static func put(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
            _ = Glibc.write(STDERR_FILENO, base, bytes.count)
        }
    }
}
