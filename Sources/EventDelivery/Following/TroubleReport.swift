/// Decides when a trouble that lasts, or comes and goes, is told in the log: when it begins, when it changes,
/// when it is over; and again every ten minutes while it lasts. Of one that comes and goes, three lines at
/// once, then one a minute; and as many of one that changes, which cost no beginning its line.
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

    /// Lines of one kind.
    private struct Allowance: Hashable, Sendable {
        /// Those that might still be written at `spentAt`.
        private var left = TroubleReport.burst
        private var spentAt = -Double.infinity

        /// - Returns: whether one may be written now; it then counts.
        mutating func spend(now: Double) -> Bool {
            let found = min(TroubleReport.burst, left + (now - spentAt) / TroubleReport.interval)
            guard found >= 1 else { return false }
            (left, spentAt) = (found - 1, now)
            return true
        }
    }

    /// Since when there has been trouble, told or not; nil: there is none.
    private var began: Double?
    /// The cause of it that was told last; nil: nothing of it was.
    private var told: String?
    private var toldAt = 0.0
    private var beginnings = Allowance()
    private var changes = Allowance()

    package init() {}

    /// Takes how things stand.
    ///
    /// - Parameters:
    ///   - trouble: what is wrong; nil where nothing is.
    ///   - cause: what makes it the same trouble, whatever the text says; nil: the text.
    ///   - now: seconds on the monotonic clock.
    /// - Returns: what to write; nil for nothing.
    package mutating func take(_ trouble: String?, cause: String? = nil, now: Double) -> Notice? {
        guard let trouble else {
            let (since, wasTold) = (began ?? now, told != nil)
            (began, told) = (nil, nil)
            return wasTold ? .mended(seconds: now - since) : nil
        }
        let cause = cause ?? trouble
        let since = began ?? now
        began = since
        if told == cause {
            guard now - toldAt >= Self.reminder else { return nil }
            toldAt = now
            return .lasts(trouble, seconds: now - since)
        }
        guard told == nil ? beginnings.spend(now: now) : changes.spend(now: now) else { return nil }
        (told, toldAt) = (cause, now)
        return .begins(trouble)
    }
}
