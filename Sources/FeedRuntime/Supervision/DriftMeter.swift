/// How fast a source's clock runs away from the wall clock, by what arrives: a line through the earliest
/// arrivals of each minute.
///
/// A value; holds an hour. What comes late through the network does not count: of each minute only the
/// picture that was least behind does.
package struct DriftMeter: Sendable {
    private static let interval = 60.0
    private static let most = 60
    /// Minutes without which a line says nothing.
    private static let fewest = 10

    /// Of each minute that is over: when it began, and the least that wall time was ahead of media time.
    private var minutes: [(time: Double, least: Double)] = []
    private var current: (time: Double, least: Double)?

    package init() {}

    /// A picture came. `now`: seconds on a clock that never steps; `media`: seconds of the source's clock.
    package mutating func push(now: Double, media: Double) {
        let ahead = now - media
        guard let minute = current else {
            current = (now, ahead)
            return
        }
        guard now - minute.time >= Self.interval else {
            current = (minute.time, min(minute.least, ahead))
            return
        }
        minutes.append(minute)
        if minutes.count > Self.most { minutes.removeFirst() }
        current = (now, ahead)
    }

    /// Another connection, or another timeline, begins.
    package mutating func restart() { self = DriftMeter() }

    /// Millionths by which the source's clock is slower than the wall clock, negative where it is faster; nil
    /// in the first ten minutes. Least squares.
    package var partsPerMillion: Double? {
        guard minutes.count >= Self.fewest else { return nil }
        let count = Double(minutes.count)
        let time = minutes.reduce(0) { $0 + $1.time } / count
        let least = minutes.reduce(0) { $0 + $1.least } / count
        let product = minutes.reduce(0) { $0 + ($1.time - time) * ($1.least - least) }
        let square = minutes.reduce(0) { $0 + ($1.time - time) * ($1.time - time) }
        return square > 0 ? 1_000_000 * product / square : nil
    }
}
