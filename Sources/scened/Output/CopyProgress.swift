internal import Platform

/// How far a film is copied, on a terminal.
final class CopyProgress {
    private let line: StatusLine
    private let length: Double?
    private let begun = WallClock.monotonicSeconds()

    /// `length`: seconds of the film; nil where that is not known.
    init(isShown: Bool, of length: Double?) {
        line = StatusLine(isShown: isShown)
        self.length = length
    }

    func show(_ seconds: Double) { line.show(text(seconds)) }

    func clear() { line.clear() }

    private func text(_ seconds: Double) -> String {
        guard let length, length > 0, seconds > 0 else { return ClockText.hours(max(0, seconds)) }
        let share = min(seconds / length, 1)
        let spent = WallClock.monotonicSeconds() - begun
        let rest = spent >= 1 ? "  \(ClockText.short(spent * (1 / share - 1))) left" : ""
        return "\(Int(share * 100)) %  \(ClockText.hours(seconds))\(rest)"
    }
}
