internal import Platform

/// The line that shows how far a run is. Only on a terminal, redrawn at most five times a second.
struct ProgressLine {
    private let isShown: Bool
    private let start = WallClock.monotonicSeconds()
    private var lastDrawn = 0.0

    init(isShown: Bool) { self.isShown = isShown }

    /// `media`: seconds of media read so far.
    mutating func update(media: Double, shots: Int, boundaries: Int) {
        guard isShown else { return }
        let now = WallClock.monotonicSeconds()
        guard now - lastDrawn >= 0.2 else { return }
        lastDrawn = now
        let speed = media / max(now - start, 0.001)
        let tenths = Int((speed * 10).rounded())
        Console.write(
            "\r\u{1b}[K\(ClockText.hours(media))  \(tenths / 10).\(tenths % 10)x  shots \(shots)  boundaries \(boundaries)"
        )
    }

    /// Takes the line away.
    func clear() {
        if isShown && lastDrawn > 0 { Console.write("\r\u{1b}[K") }
    }

    /// Takes the line away until the next update, so that other text does not stand behind it.
    mutating func makeRoom() {
        clear()
        lastDrawn = 0
    }
}

/// Seconds as people read them.
enum ClockText {
    /// `H:MM:SS.mmm`
    static func hours(_ seconds: Double) -> String {
        let milliseconds = Int((seconds * 1000).rounded())
        let total = milliseconds / 1000
        return
            "\(total / 3600):\(padded(total / 60 % 60, 2)):\(padded(total % 60, 2)).\(padded(milliseconds % 1000, 3))"
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
