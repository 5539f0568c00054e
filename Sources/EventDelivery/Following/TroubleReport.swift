/// Decides when a trouble that lasts, or comes and goes, is told in the log: when it begins, when it changes,
/// when it is over; and again every ten minutes while it lasts. Of one that comes and goes, three lines at
/// once, then one a minute.
///
/// A value without a clock.
package struct TroubleReport: Hashable, Sendable {
    /// What to write.
    package enum Notice: Hashable, Sendable {
        case begins(String)
        /// It has lasted for so many seconds.
        case lasts(String, seconds: Double)
        /// It is over, after so many seconds.
        case mended(seconds: Double)
    }

    /// Seconds between two lines about trouble that comes and goes, or changes, after the first few.
    package static let interval = 60.0
    private static let burst = 3.0
    /// Seconds between two lines about one that lasts.
    package static let reminder = 600.0

    private var told: String?
    private var began = 0.0
    private var toldAt = -Double.infinity
    /// Lines that may still be written at once, at `toldAt`.
    private var allowance = burst

    package init() {}

    /// Takes how things stand.
    ///
    /// - Parameters:
    ///   - trouble: what is wrong; nil where nothing is.
    ///   - now: seconds on the monotonic clock.
    /// - Returns: what to write; nil for nothing.
    package mutating func take(_ trouble: String?, now: Double) -> Notice? {
        switch (told, trouble) {
        case (nil, nil): return nil
        case (.some, nil):
            told = nil
            return .mended(seconds: now - began)
        case (let before, .some(let trouble)):
            let allowed = min(Self.burst, allowance + (now - toldAt) / Self.interval)
            guard before == trouble ? now - toldAt >= Self.reminder : allowed >= 1 else { return nil }
            if before == nil { began = now }
            (told, toldAt, allowance) = (trouble, now, allowed - 1)
            return before == trouble ? .lasts(trouble, seconds: now - began) : .begins(trouble)
        }
    }
}
