internal import Platform
import Glibc

/// Standard error: what is for people. Never mixed with results.
enum Console {
    static let isTerminal = isatty(STDERR_FILENO) == 1

    /// Writes `text` as it stands.
    static func write(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            guard let base = bytes.baseAddress else { return }
            _ = Glibc.write(STDERR_FILENO, base, bytes.count)
        }
    }

    /// One line, with the program's name in front.
    static func say(_ message: String) { write("scened: \(FileName.shown(message))\n") }
}
