package import Timeline

/// When the mean novelty of a stream's last parts leaves the usual range, and when it is back: a value that
/// takes one part's novelty at a time.
///
/// The range is that of the archive, or a `NoveltyWindow`: that of the stream's own last hours. It begins
/// above the level that a share `rate` of the range's means exceed, and ends below the one that several times
/// that share exceed (hysteresis), so that a stream like the archive is called new for about a share `rate`
/// of its parts. The mean moves over `NoveltyLevels.partCount` parts: that many are the delay of what is
/// little newer than the limit.
package struct NoveltyAlarm: Hashable, Sendable {
    /// What a part changed.
    package struct Step: Hashable, Sendable {
        /// With the part's novelty.
        package var mean: Nats
        package var change: Novelty.State?
        /// What the mean went above, or below; nil where nothing changed.
        package var limit: Nats?
    }

    /// By what a mean is judged.
    private enum Range: Hashable {
        case archive(NoveltyLevels)
        case past(NoveltyWindow)
    }

    /// How many times as often the level of the end is exceeded, in an archive and in a stream's own past.
    package static let returnFactor = (archive: 50.0, past: 10.0)
    /// Share of the range that a stream may look new for.
    package static let defaultRate = 0.01

    private var range: Range
    private let rate: Double
    package private(set) var isNew = false
    private var mean = RunningMean(count: NoveltyLevels.partCount)

    /// By an archive. `rate`: 0 to 0.5.
    package init(_ levels: NoveltyLevels, rate: Double) {
        precondition((0...0.5).contains(rate), "a share of the range")
        (range, self.rate) = (.archive(levels), rate)
    }

    /// By the stream's own past. `rate`: 0 to 0.5.
    package init(_ window: NoveltyWindow, rate: Double) {
        precondition((0...0.5).contains(rate), "a share of the range")
        (range, self.rate) = (.past(window), rate)
    }

    /// The stream's own past, as far as it is kept; nil where the archive counts.
    package var window: NoveltyWindow? {
        if case .past(let window) = range { window } else { nil }
    }

    /// Above what the next mean is new; nil until the stream's own range is known.
    package var upper: Nats? { level(1 - rate) }
    /// Below what it is usual again; in a stream's own past also at it, where what stands still lies.
    package var lower: Nats? {
        let factor = window == nil ? Self.returnFactor.archive : Self.returnFactor.past
        return level(1 - min(0.5, max(0.01, factor * rate)))
    }

    private func level(_ share: Double) -> Nats? {
        let level: Float? =
            switch range {
            case .archive(let levels): levels.level(share)
            case .past(let window): window.level(share)
            }
        return level.map { Nats(Double($0)) }
    }

    /// Novelties that the next mean rests on, the oldest first.
    package var recent: [Float] { mean.values }

    /// Takes the next part. A stream's own past judges it by what was before, and takes it then.
    ///
    /// - Parameters:
    ///   - novelty: of the part; nil where nothing can be said of it yet.
    ///   - ticks: its length.
    /// - Returns: the mean with this part's novelty, and what it changed; nil until there are parts enough.
    package mutating func push(_ novelty: Float?, ticks: Int64) -> Step? {
        if case .past(var window) = range {
            window.advance(ticks)
            range = .past(window)
        }
        guard let novelty, let value = mean.push(novelty) else { return nil }
        defer {
            if case .past(var window) = range {
                window.keep(value)
                range = .past(window)
            }
        }
        let level = Nats(Double(value))
        guard let upper, let lower else { return Step(mean: level) }
        if !isNew, level > upper {
            isNew = true
            return Step(mean: level, change: .new, limit: upper)
        }
        if isNew, level < lower || (window != nil && level == lower) {
            isNew = false
            return Step(mean: level, change: .usual, limit: lower)
        }
        return Step(mean: level)
    }

    /// Goes on from what another alarm of the same range had. `window`: of the same length, as it was; nil of
    /// an archive.
    package mutating func restore(recent: [Float], isNew: Bool, window: NoveltyWindow? = nil) {
        precondition(window?.length == self.window?.length, "the same range")
        mean = RunningMean(count: NoveltyLevels.partCount)
        for value in recent { _ = mean.push(value) }
        self.isNew = isNew
        if let window { range = .past(window) }
    }
}
