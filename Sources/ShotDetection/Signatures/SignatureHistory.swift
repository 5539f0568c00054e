import Timeline

/// The last few seconds of good pictures, oldest first, addressed by a number that never changes.
struct SignatureHistory: Sendable {
    private var items: [PictureSignature] = []
    /// Number of the oldest picture still held.
    private(set) var firstIndex = 0
    let timeBase: TimeBase
    /// What is cut off of all pictures held: the bars that all of the last seconds have.
    private(set) var cut = BlackBars.none

    init(timeBase: TimeBase) {
        self.timeBase = timeBase
    }

    /// One past the number of the newest picture.
    var endIndex: Int { firstIndex + items.count }
    var isEmpty: Bool { items.isEmpty }
    var last: PictureSignature? { items.last }
    var indices: Range<Int> { firstIndex..<endIndex }

    subscript(index: Int) -> PictureSignature { items[index - firstIndex] }

    /// Takes the next picture. Where it shows something in what were bars, or nothing has been there for some
    /// seconds, the pictures held are all looked at anew, so that what is compared is always cut alike.
    ///
    /// - Complexity: O(1) but for such changes, of which there are two in `barMemory` seconds at most; about
    ///   3 ms each.
    mutating func append(_ picture: AnalysisPicture, at: Instant) {
        let bars = BlackBars(of: picture)
        let wanted = lastingBars(with: bars, at: at.pts)?.cut ?? cut
        if wanted != cut {
            cut = wanted
            var previous: PictureSignature?
            for index in items.indices {
                let item = items[index]
                items[index] = PictureSignature(
                    item.whole, bars: item.bars, without: cut, at: item.at, after: previous)
                previous = items[index]
            }
        }
        items.append(PictureSignature(picture, bars: bars, without: cut, at: at, after: items.last))
    }

    /// The bars that the newest picture has in common with those of the last seconds; nil if all are black.
    private func lastingBars(with newest: BlackBars?, at now: Int64) -> BlackBars? {
        var common = newest
        let since = now - timeBase.ticks(seconds: Self.barMemory)
        for item in items.reversed() {
            if item.at.pts < since || common == BlackBars.none { break }
            if let bars = item.bars { common = common?.common(with: bars) ?? bars }
        }
        return common
    }

    /// Seconds for which nothing must be seen in bars before they are cut off.
    private static let barMemory = 4.0

    /// Forgets pictures before `index`. Amortised O(1): storage moves only once half of it is stale.
    mutating func dropBefore(_ index: Int) {
        let stale = index - firstIndex
        guard stale > 32, stale > items.count / 2 else { return }
        items.removeFirst(stale)
        firstIndex = index
    }

    /// The same without the pictures of `range`, neither the oldest nor the newest among them: what follows
    /// is compared with what came before, and numbered on from there.
    ///
    /// - Complexity: copies what is held.
    func without(_ range: Range<Int>) -> SignatureHistory {
        var result = self
        let (first, next) = (range.lowerBound - firstIndex, range.upperBound - firstIndex)
        let item = items[next]
        result.items[next] = PictureSignature(
            item.whole, bars: item.bars, without: cut, at: item.at, after: items[first - 1])
        result.items.removeSubrange(first..<next)
        return result
    }

    /// The pictures that `index` follows or leads at once: within `nearby` seconds of it. What is shown for
    /// longer is a still.
    func neighbors(of index: Int) -> ClosedRange<Int> {
        self.index(before: index, seconds: Self.nearby)...self.index(after: index, seconds: Self.nearby)
    }

    /// Whether all neighbors of picture `index` are here, now that it is `now`.
    func hasNeighbors(of index: Int, now: Int64) -> Bool {
        now - self[index].at.pts > timeBase.ticks(seconds: Self.nearby + Self.slack)
    }

    /// Seconds: four pictures at 10 per second.
    private static let nearby = 0.42

    /// The first picture of `start`...`end` whose body has the least contrast.
    func flattest(from start: Int, to end: Int) -> Int {
        var lowest = start
        for index in start...end where self[index].bodyContrast < self[lowest].bodyContrast { lowest = index }
        return lowest
    }

    /// Seconds from picture `start` to picture `end`.
    func seconds(from start: Int, to end: Int) -> Double {
        timeBase.seconds(self[end].at.pts - self[start].at.pts)
    }

    /// The last picture at most `seconds` after picture `index` (never before it).
    func index(after index: Int, seconds: Double) -> Int {
        let limit = self[index].at.pts + timeBase.ticks(seconds: seconds + Self.slack)
        return lastIndex(atOrBefore: limit, from: index)
    }

    /// The first picture at most `seconds` before picture `index` (never after it).
    func index(before index: Int, seconds: Double) -> Int {
        let limit = self[index].at.pts - timeBase.ticks(seconds: seconds + Self.slack)
        var low = firstIndex
        var high = index
        while low < high {
            let middle = (low + high) / 2
            if self[middle].at.pts >= limit { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// The last picture at or before `pts`, or the oldest held.
    func index(atOrBefore pts: Int64) -> Int { lastIndex(atOrBefore: pts, from: firstIndex) }

    private func lastIndex(atOrBefore pts: Int64, from start: Int) -> Int {
        var low = start
        var high = endIndex - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if self[middle].at.pts <= pts { low = middle } else { high = middle - 1 }
        }
        return low
    }

    /// Time stamps are often rounded to milliseconds; this much late still counts as in time.
    private static let slack = 0.0015
}
