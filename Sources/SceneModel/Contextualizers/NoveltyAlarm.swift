package import Timeline

/// When the mean novelty of a stream's last parts leaves the archive's usual range, and when it is back: a
/// value that takes one part's novelty at a time.
///
/// It begins above the level that a share `rate` of the archive's means exceed, and ends below the one that
/// `returnFactor` times that share exceed (hysteresis), so that a stream like the archive is called new for
/// about a share `rate` of its parts. The mean moves over `NoveltyLevels.partCount` parts: that many are the
/// delay of what is little newer than the limit.
package struct NoveltyAlarm: Hashable, Sendable {
    /// How many times as often the level of the end is exceeded.
    package static let returnFactor = 50.0
    /// Share of the archive that a stream may look new for.
    package static let defaultRate = 0.01

    package let upper: Nats
    package let lower: Nats
    package private(set) var isNew = false
    private var mean = RunningMean(count: NoveltyLevels.partCount)

    /// `rate`: 0 to 0.5.
    package init(_ levels: NoveltyLevels, rate: Double) {
        precondition((0...0.5).contains(rate), "a share of the archive")
        upper = Nats(Double(levels.level(1 - rate)))
        lower = Nats(Double(levels.level(1 - min(0.5, max(0.01, Self.returnFactor * rate)))))
    }

    /// Novelties that the next mean rests on, the oldest first.
    package var recent: [Float] { mean.values }

    /// The mean with this part's novelty, once there are parts enough, and what it changed.
    package mutating func push(_ novelty: Float) -> (mean: Nats, change: Novelty.State?)? {
        guard let value = mean.push(novelty) else { return nil }
        let level = Nats(Double(value))
        if !isNew, level > upper {
            isNew = true
            return (level, .new)
        }
        if isNew, level < lower {
            isNew = false
            return (level, .usual)
        }
        return (level, nil)
    }

    /// Goes on from what another alarm of the same levels had.
    package mutating func restore(recent: [Float], isNew: Bool) {
        mean = RunningMean(count: NoveltyLevels.partCount)
        for value in recent { _ = mean.push(value) }
        self.isNew = isNew
    }
}
