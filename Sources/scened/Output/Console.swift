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
    static func say(_ message: String) { write("scened: \(FileName.shown(message))\n") }

    /// Draws a line that stays until other text comes; only on a terminal. `text` has no newline.
    static func draw(_ text: String) {
        isDrawn.withLock { isDrawn in
            put(clearing + text)
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
