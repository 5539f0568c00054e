internal import Platform

/// The line that shows how far a run is. Only on a terminal, redrawn at most five times a second.
struct ProgressLine {
    private let line: StatusLine
    private let start = WallClock.monotonicSeconds()

    /// `isShown`: standard error is a terminal, and nobody asked for silence.
    init(isShown: Bool) { line = StatusLine(isShown: isShown) }

    /// Shows how far the run is, unless it was shown only just now.
    ///
    /// - Parameters:
    ///   - media: seconds of media read so far.
    ///   - length: of how many; nil where that is not known.
    ///   - shots: found so far.
    ///   - boundaries: the same; nil where none are looked for.
    func update(media: Double, of length: @autoclosure () -> Double?, shots: Int, boundaries: Int? = nil) {
        line.show(text(media, length(), WallClock.monotonicSeconds() - start, shots, boundaries))
    }

    private func text(_ media: Double, _ length: Double?, _ spent: Double, _ shots: Int, _ boundaries: Int?)
        -> String
    {
        let tenths = Int((media / max(spent, 0.001) * 10).rounded())
        var text = "\(ClockText.hours(media))  \(tenths / 10).\(tenths % 10)x"
        if let length, length > 0, media > 0 {
            let share = min(media / length, 1)
            text = "\(Int(share * 100)) %  \(text)"
            // The first moments say little about the rest.
            if spent >= 1 { text += "  \(ClockText.short(spent * (1 / share - 1))) left" }
        }
        text += "  shots \(shots)"
        if let boundaries { text += "  boundaries \(boundaries)" }
        return text
    }

    /// Takes the line away until the next update, so that other text does not stand behind it.
    func clear() { line.clear() }
}

/// Seconds as people read them.
enum ClockText {
    /// `H:MM:SS.mmm`
    static func hours(_ seconds: Double) -> String {
        // What comes out of a file may be any number.
        let milliseconds = Int(((seconds > 0 ? min(seconds, 1e12) : 0) * 1000).rounded())
        let total = milliseconds / 1000
        return
            "\(total / 3600):\(padded(total / 60 % 60, 2)):\(padded(total % 60, 2)).\(padded(milliseconds % 1000, 3))"
    }

    /// `M:SS`, or `H:MM:SS` from an hour on.
    static func short(_ seconds: Double) -> String {
        let total = Int(min(max(seconds, 0), 1e9).rounded(.up))
        let minutes = total < 3600 ? "\(total / 60)" : "\(total / 3600):\(padded(total / 60 % 60, 2))"
        return "\(minutes):\(padded(total % 60, 2))"
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
