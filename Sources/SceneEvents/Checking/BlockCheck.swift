internal import Timeline

/// Blocks lie one behind the other, and each says what follows it (contract 20).
struct BlockCheck {
    private var last: Block?
    /// Where each gap begins and ends.
    private var gaps: [(start: Int64, end: Int64)] = []

    private var clock: MediaClock?

    /// Blocks begin with the stream.
    mutating func begin(with clock: MediaClock) { self.clock = clock }

    mutating func take(_ gap: Gap) { gaps.append((gap.start.pts, gap.end.pts)) }

    mutating func take(_ block: Block) -> [String] {
        defer { last = block }
        var faults: [String] = []
        if block.delay < 0 { faults.append("the block was told before it ended") }
        let within = gaps.filter { $0.start >= block.start.pts && $0.end <= block.end.pts }
        if let clock,
            within.contains(where: { clock.timeBase.seconds($0.end - $0.start) > Double(Block.longestGap) })
        {
            faults.append("the block goes on over a gap of more than \(Block.longestGap) s")
        }
        guard let last else {
            // Where pictures were missing before any part was closed, a gap begins the stream.
            if let begin = clock?.startPTS, block.start.pts != begin, block.start.pts != behindGaps(at: begin)
            {
                faults.append("the first block does not begin with the stream")
            }
            return faults
        }
        if let next = last.next {
            if block.start.pts != last.end.pts { faults.append("the block does not follow the one before") }
            if block.kind != next {
                faults.append("the block is of kind \(block.kind.rawValue), announced was \(next.rawValue)")
            }
            return faults
        }
        // Behind a long gap, or a restart, blocks begin anew.
        if block.start.pts != behindGaps(at: last.end.pts) && block.start.pts != last.end.pts {
            faults.append("the block does not follow the one before, or the gap behind it")
        }
        return faults
    }

    /// End of the gaps that begin at `place`, one behind the other; `place` where there is none.
    private func behindGaps(at place: Int64) -> Int64 {
        var place = place
        for gap in gaps where gap.start == place { place = gap.end }
        return place
    }

    /// Faults of a stream that ended at `end`: blocks reach as far as the pictures do.
    func finish(at end: Int64) -> [String] {
        guard let last else { return [] }
        return behindGaps(at: last.end.pts) == end
            ? [] : ["blocks end at pts \(last.end.pts), the stream at \(end)"]
    }
}
