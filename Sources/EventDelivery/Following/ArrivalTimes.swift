package import EventJournal

/// When a feed's events came to the disk: tells for how long the oldest that somebody has not taken has
/// waited.
///
/// A value without a clock. It remembers moments and no events, and the fewer the longer ago they are: a wait
/// is known to an eighth of it, and two hundred moments are years.
package struct ArrivalTimes: Hashable, Sendable {
    private struct Moment: Hashable {
        /// What is on disk from then on.
        var cursor: JournalCursor
        /// Seconds on the monotonic clock.
        var time: Double
    }

    /// In order.
    private var moments: [Moment] = []

    /// Moments that are kept at most. Thinned out, years of a thousand a second are about two hundred.
    private static let most = 256
    /// Share of a wait by which it may be told too short.
    private static let tolerance = 0.125

    package init() {}

    /// The events up to `cursor` are on disk.
    ///
    /// - Parameters:
    ///   - cursor: behind the one before; of an event that is there already it says nothing.
    ///   - now: seconds on the monotonic clock. The first call stands for all that is older.
    /// - Complexity: O(1) in the mean.
    package mutating func note(_ cursor: JournalCursor, now: Double) {
        guard cursor.sequence > 0, moments.last.map({ $0.cursor < cursor }) ?? true else { return }
        moments.append(Moment(cursor: cursor, time: now))
        if moments.count > Self.most { thinOut(now) }
    }

    /// For how long the oldest event behind a place has been on disk. O(moments).
    ///
    /// - Parameters:
    ///   - cursor: up to where somebody has taken them.
    ///   - now: seconds on the monotonic clock.
    /// - Returns: seconds; nil where there is none.
    package func wait(behind cursor: JournalCursor, now: Double) -> Double? {
        moments.first { $0.cursor > cursor }.map { max(0, now - $0.time) }
    }

    /// Leaves out what can be: its events then count as come with those behind them. The first stays, for
    /// nothing else says how old its events are.
    private mutating func thinOut(_ now: Double) {
        var kept = Array(moments.prefix(1))
        for (moment, next) in zip(moments.dropFirst(), moments.dropFirst(2)) {
            guard let before = kept.last, next.time - before.time > Self.tolerance * (now - next.time) else {
                continue
            }
            kept.append(moment)
        }
        moments = kept + moments.dropFirst().suffix(1)
    }
}
