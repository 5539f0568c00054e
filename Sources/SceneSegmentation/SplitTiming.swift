internal import Timeline

/// The lengths that splitting works with, in ticks, and the places where it may still split a run.
struct SplitTiming {
    let rule: SplitRule
    /// tau.
    let splitAfter: Int64
    /// m.
    let minimumLength: Int64
    /// Cells of the grid of interior key frames: 0.25 s (contract 7 asks for at most 0.5 s).
    let gridWidth: Int64

    init(rule: SplitRule, timeBase: TimeBase, splitAfter: Double, minimumShotLength: Double) {
        self.rule = rule
        // Where a tick lasts longer than tau, as in time lapses, each picture is a part.
        self.splitAfter = max(1, timeBase.ticks(seconds: splitAfter))
        minimumLength = timeBase.ticks(seconds: minimumShotLength)
        gridWidth = max(1, timeBase.ticks(seconds: 0.25))
        precondition(splitAfter > 0 && minimumShotLength >= 0, "tau is positive and m not negative")
        precondition(splitAfter >= 3 * minimumShotLength, "tau is at least 3 m: SplitRule.resolve checks it")
    }

    /// Ticks from a run's start at which a split may still be wanted (before it is moved to a picture), for a
    /// run whose last picture stands `elapsed` ticks behind its start: its ends, and what `equalParts` can
    /// still give.
    func possibleTargets(elapsed: Int64) -> [ClosedRange<Int64>] {
        let tau = splitAfter
        let m = minimumLength
        switch rule {
        case .whole:
            return [0...0, elapsed...Int64.max]
        case .ticks:
            return [0...0, (tau / 2)...((tau + m) / 2), min(elapsed, tau)...Int64.max]
        case .thirds:
            // The shortest and the longest run that three parts can still come of.
            let least = min(max(elapsed, tau), 3 * tau)
            return [
                0...0, (least / 3)...tau, (2 * least / 3)...(2 * tau),
                (3 * tau / 4)...((3 * tau + m) / 4), (3 * tau / 2)...((3 * tau + m) / 2),
                (9 * tau / 4)...((9 * tau + 3 * m) / 4),
                min(elapsed, 3 * tau)...Int64.max,
            ]
        }
    }

    /// Where a run of `length` ticks that ended with its shot is split, in ticks from its start.
    func equalParts(length: Int64) -> [Int64] {
        let count: Int64
        switch rule {
        case .whole: count = 1
        case .ticks: count = length <= splitAfter ? 1 : 2
        case .thirds: count = length <= splitAfter ? 1 : length <= 3 * splitAfter ? 3 : 4
        }
        return (1..<count).map { length * $0 / count }
    }

    /// Ticks from a run's start at which a shot that goes on is closed; nil for shots that are never split.
    var runLength: Int64? {
        switch rule {
        case .whole: nil
        case .ticks: splitAfter
        case .thirds: 3 * splitAfter
        }
    }
}
