package import Timeline

/// Accepted cuts that may still give way to a better one close by, in order of time.
///
/// Its owner judges what may be a cut, adds what it accepts, and takes out what no later find can change any
/// more. A value: what it holds follows from the calls alone. All times are PTS of one time base. Each call
/// is O(n) for n cuts held, a handful.
package struct DecisionQueue: Sendable {
    /// Ticks between two cuts, and between a mixed range and what comes before or after it, at least.
    package let spacing: Int64
    private var items: [ShotCut] = []
    /// PTS of the timeline's first picture.
    private var start: Int64?
    private var lastReported: ShotCut?

    /// - Parameter spacing: ticks, the shortest shot; 1 or more.
    package init(spacing: Int64) {
        self.spacing = spacing
    }

    /// The timeline begins: no cut comes closer to `pts` than `spacing`.
    package mutating func start(at pts: Int64) {
        start = pts
    }

    /// Takes in a cut, unless what stands in its way outranks it; removes what it outranks itself.
    ///
    /// Two stand in each other's way where less than `spacing` lies between them, mixed ranges included. The
    /// surer one stays, of equals the one that came first; but a hard cut inside the mixed range of a fade
    /// gives way to it, however sure it is.
    package mutating func add(_ cut: ShotCut) {
        if let start, cut.at.pts - start < spacing { return }
        if let lastReported, stands(lastReported, against: cut) { return }
        for other in items where conflict(other, cut) && !outranks(cut, other) { return }
        items = items.filter { !conflict($0, cut) }
        let place = items.firstIndex { $0.at > cut.at } ?? items.endIndex
        items.insert(cut, at: place)
    }

    /// Whether nothing accepted stands where pictures `range` (PTS) are read as a hard cut at `pts`.
    package func leavesRoom(for pts: Int64, in range: ClosedRange<Int64>) -> Bool {
        !items.contains { item in
            let mixed = item.transition.mixed.map { $0.lowerBound.pts...$0.upperBound.pts }
            return abs(item.at.pts - pts) < spacing || mixed?.overlaps(range) ?? range.contains(item.at.pts)
        }
    }

    /// Whether something accepted, or reported last, ends within `range` (PTS): a transition, or a hard cut
    /// if `cutsCount`.
    package func holdsEnd(in range: Range<Int64>, cutsCount: Bool) -> Bool {
        (items + [lastReported].compactMap(\.self)).contains { item in
            guard cutsCount || item.transition.mixed != nil else { return false }
            return range.contains(item.transition.mixed?.upperBound.pts ?? item.at.pts)
        }
    }

    /// Where the accepted mixed range begins that holds the picture at `pts`, if there is one.
    package func rangeStart(holding pts: Int64) -> Int64? {
        items.lazy.compactMap(\.transition.mixed)
            .first { $0.lowerBound.pts <= pts && pts <= $0.upperBound.pts }?.lowerBound.pts
    }

    /// Whether a hard cut at `pts` is accepted.
    package func holdsCut(at pts: Int64) -> Bool {
        items.contains { $0.at.pts == pts && $0.transition.mixed == nil }
    }

    /// The horizon, at most `wanted`, that cuts through no accepted mixed range. Where `floor` does not allow
    /// waiting, it is the instant just after the cut instead, so that the cut is reported now.
    package func horizon(wanted: Int64, floor: Int64) -> Int64 {
        for item in items {
            let start = item.transition.mixed?.lowerBound.pts ?? item.at.pts
            if start < wanted && item.at.pts >= wanted { return start >= floor ? start : item.at.pts + 1 }
        }
        return wanted
    }

    /// The end of the last cut whose time is up, if any: of a cut at or before `hard`, or of a mixed range
    /// that ends at or before `gradual`.
    package func overdue(hard: Int64, gradual: Int64) -> Int64? {
        let last = items.last {
            if let mixed = $0.transition.mixed { return mixed.upperBound.pts <= gradual }
            return $0.at.pts <= hard
        }
        return last.map { $0.transition.mixed?.upperBound.pts ?? $0.at.pts }
    }

    /// Removes and returns the cuts before `horizon`.
    package mutating func take(before horizon: Int64) -> [ShotCut] {
        let count = items.firstIndex { $0.at.pts >= horizon } ?? items.endIndex
        let taken = Array(items[..<count])
        items.removeFirst(count)
        if let last = taken.last { lastReported = last }
        return taken
    }

    /// Whether what was reported leaves no room for `cut`. A surer cut close behind a transition is told all
    /// the same.
    private func stands(_ reported: ShotCut, against cut: ShotCut) -> Bool {
        let first = cut.transition.mixed?.lowerBound ?? cut.at
        return first < reported.at || cut.at.pts - reported.at.pts < spacing
            || conflict(reported, cut) && !outranks(cut, reported)
    }

    /// Whether `cut` stays where two leave no room for each other: the surer one does, but a jump inside a
    /// fade is part of it.
    private func outranks(_ cut: ShotCut, _ other: ShotCut) -> Bool {
        if isJump(cut, in: other) { return false }
        return isJump(other, in: cut) || cut.transition.score > other.transition.score
    }

    private func isJump(_ cut: ShotCut, in fade: ShotCut) -> Bool {
        guard cut.transition.mixed == nil, let mixed = fade.transition.mixed else { return false }
        return [.fadeBlack, .fadeWhite].contains(fade.transition.kind) && mixed.contains(cut.at)
    }

    private func conflict(_ a: ShotCut, _ b: ShotCut) -> Bool {
        let first = a.transition.mixed ?? a.at...a.at
        let second = b.transition.mixed ?? b.at...b.at
        // What follows a mixed range at once is its end, seen twice.
        return first.lowerBound.pts - second.upperBound.pts < spacing
            && second.lowerBound.pts - first.upperBound.pts < spacing
    }
}
