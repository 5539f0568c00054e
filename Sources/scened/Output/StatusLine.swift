internal import Platform

/// A line on the terminal that is redrawn, at most five times a second.
final class StatusLine {
    private let isShown: Bool
    private var drawnAt = -1.0

    init(isShown: Bool) { self.isShown = isShown }

    /// Shows `text` in its place, unless the last one has only just come.
    func show(_ text: @autoclosure () -> String) {
        guard isShown else { return }
        let now = WallClock.monotonicSeconds()
        guard now - drawnAt >= 0.2 else { return }
        drawnAt = now
        Console.draw(text())
    }

    /// Takes the line away; the next text is shown at once.
    func clear() {
        guard isShown else { return }
        drawnAt = -1
        Console.clear()
    }
}
