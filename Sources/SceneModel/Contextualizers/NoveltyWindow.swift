/// How new a stream was in its own last hours: what `NoveltyLevels` are of an archive, of a stream's recent
/// past.
///
/// It keeps one mean novelty of each 1,024th of the window, so that memory is bounded however short parts
/// are. Its time is that of the parts that it was told of, as in `NoveltyPast`. Equal parts give equal
/// levels, whoever brings them.
package struct NoveltyWindow: Hashable, Sendable {
    /// A mean that was kept, and the time at which it was, in ticks of the window's own time.
    package struct Sample: Hashable, Sendable {
        package var time: Int64
        package var level: Float

        package init(time: Int64, level: Float) { (self.time, self.level) = (time, level) }
    }

    /// Stretches of the window, of each of which one mean is kept.
    package static let stretchCount: Int64 = 1024
    /// Most means that are kept: the window may begin and end within a stretch.
    package static let mostSamples = Int(stretchCount) + 1

    /// In ticks.
    package let length: Int64
    /// Ticks of the parts so far.
    package private(set) var seen: Int64 = 0
    /// The oldest first; at most `mostSamples`.
    package private(set) var samples: [Sample] = []
    /// Their levels, ascending.
    private var sorted: [Float] = []

    /// - Parameter length: in ticks, at least 1.
    package init(length: Int64) {
        precondition(length > 0, "a time to look back on")
        self.length = length
    }

    /// Ticks of a stretch.
    private var stretch: Int64 { (length + Self.stretchCount - 1) / Self.stretchCount }

    /// Whether it says anything: a quarter of it was seen, and `NoveltyLevels.partCount` means are kept.
    package var isKnown: Bool { samples.count >= NoveltyLevels.partCount && seen >= length / 4 }

    /// The level below which a share of the means lies, 0 to 1; nil until it is known. O(1).
    package func level(_ share: Double) -> Float? {
        isKnown ? NoveltyLevels.interpolated(sorted, share) : nil
    }

    /// A part is over: time goes on, and what is older than the window is forgotten. O(samples forgotten and
    /// kept).
    ///
    /// - Parameter ticks: its length, at least 0.
    package mutating func advance(_ ticks: Int64) {
        precondition(ticks >= 0, "time goes forward")
        seen += ticks
        let old = samples.prefix { $0.time <= seen - length }.count
        for sample in samples[..<old] { sorted.remove(at: place(of: sample.level)) }
        samples.removeFirst(old)
    }

    /// Keeps the mean behind the part that is over, if none of this stretch was kept. O(samples).
    package mutating func keep(_ level: Float) {
        if let last = samples.last, last.time / stretch == seen / stretch { return }
        insert(Sample(time: seen, level: level))
    }

    /// Goes on from what another window of the same length had. False, and unchanged, where it cannot be:
    /// times do not rise, or lie outside of the window.
    package mutating func restore(seen: Int64, samples: [Sample]) -> Bool {
        guard seen >= 0, samples.count <= Self.mostSamples, samples.allSatisfy({ $0.level.isFinite }),
            samples.allSatisfy({ 0...seen ~= $0.time && seen - $0.time < length }),
            zip(samples, samples.dropFirst()).allSatisfy({ $0.time < $1.time })
        else { return false }
        self = NoveltyWindow(length: length)
        self.seen = seen
        for sample in samples { insert(sample) }
        return true
    }

    private mutating func insert(_ sample: Sample) {
        samples.append(sample)
        sorted.insert(sample.level, at: place(of: sample.level))
    }

    /// Where the first level that is not below this one stands.
    private func place(of level: Float) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < level { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
