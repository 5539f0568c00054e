internal import Platform

/// A line on the terminal that is redrawn, at most five times a second.
final class StatusLine {
    private let isShown: Bool
    private var lastDrawn = -1.0

    init(isShown: Bool) { self.isShown = isShown }

    func show(_ text: @autoclosure () -> String) {
        guard isShown else { return }
        let now = WallClock.monotonicSeconds()
        guard now - lastDrawn >= 0.2 else { return }
        lastDrawn = now
        Console.write("\r\u{1b}[K" + text())
    }

    /// Takes the line away.
    func clear() {
        if isShown && lastDrawn >= 0 { Console.write("\r\u{1b}[K") }
    }
}
