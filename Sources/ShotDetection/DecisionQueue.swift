import Timeline

/// Accepted cuts that may still give way to a better one close by, in order of time.
struct DecisionQueue: Sendable {
    /// Ticks between two cuts, at least.
    let spacing: Int64
    private var items: [ShotCut] = []
    /// PTS of the last cut reported, or of the timeline's first picture.
    private var lastReported: Int64?

    init(spacing: Int64) {
        self.spacing = spacing
    }

    mutating func start(at pts: Int64) {
        lastReported = pts
    }

    /// Takes in a cut, unless a surer one stands in its way; removes less sure ones that stand in its way.
    mutating func add(_ cut: ShotCut) {
        if let lastReported, cut.at.pts - lastReported < spacing { return }
        if let lastReported, let mixed = cut.transition.mixed, mixed.lowerBound.pts < lastReported { return }
        for other in items where conflict(other, cut) && other.transition.score >= cut.transition.score {
            return
        }
        items = items.filter { !conflict($0, cut) }
        let place = items.firstIndex { $0.at > cut.at } ?? items.endIndex
        items.insert(cut, at: place)
    }

    /// Whether nothing accepted stands where pictures `range` (PTS) are read as a hard cut at `pts`.
    func leavesRoom(for pts: Int64, in range: ClosedRange<Int64>) -> Bool {
        !items.contains { item in
            let mixed = item.transition.mixed.map { $0.lowerBound.pts...$0.upperBound.pts }
            return abs(item.at.pts - pts) < spacing || mixed?.overlaps(range) ?? range.contains(item.at.pts)
        }
    }

    /// Whether a hard cut at `pts` is accepted.
    func holdsCut(at pts: Int64) -> Bool {
        items.contains { $0.at.pts == pts && $0.transition.mixed == nil }
    }

    /// The horizon, at most `wanted`, that cuts through no accepted mixed range. Where `floor` does not allow
    /// waiting, it is the instant just after the cut instead, so that the cut is reported now.
    func horizon(wanted: Int64, floor: Int64) -> Int64 {
        for item in items {
            let start = item.transition.mixed?.lowerBound.pts ?? item.at.pts
            if start < wanted && item.at.pts >= wanted { return start >= floor ? start : item.at.pts + 1 }
        }
        return wanted
    }

    /// The end of the last cut whose time is up, if any: of a cut at or before `hard`, or of a mixed range
    /// that ends at or before `gradual`.
    func overdue(hard: Int64, gradual: Int64) -> Int64? {
        let last = items.last {
            if let mixed = $0.transition.mixed { return mixed.upperBound.pts <= gradual }
            return $0.at.pts <= hard
        }
        return last.map { $0.transition.mixed?.upperBound.pts ?? $0.at.pts }
    }

    /// Removes and returns the cuts before `horizon`.
    mutating func take(before horizon: Int64) -> [ShotCut] {
        let count = items.firstIndex { $0.at.pts >= horizon } ?? items.endIndex
        let taken = Array(items[..<count])
        items.removeFirst(count)
        if let last = taken.last { lastReported = last.at.pts }
        return taken
    }

    private func conflict(_ a: ShotCut, _ b: ShotCut) -> Bool {
        if abs(a.at.pts - b.at.pts) < spacing { return true }
        let first = a.transition.mixed ?? a.at...a.at
        let second = b.transition.mixed ?? b.at...b.at
        return first.overlaps(second)
    }
}
