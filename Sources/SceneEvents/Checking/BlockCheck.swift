internal import Timeline

/// Blocks lie one behind the other, and each says what follows it (contract 20).
struct BlockCheck {
    private var last: Block?
    /// Where each gap begins and ends.
    private var gaps: [(start: Int64, end: Int64)] = []
    /// The first edge without a picture's number, and the last instant that has one: numbers never come back.
    private var unnumbered: Int64?
    private var numbered: Int64?

    private var clock: MediaClock?

    /// Blocks begin with the stream.
    mutating func begin(with clock: MediaClock) { self.clock = clock }

    mutating func take(_ gap: Gap) { gaps.append((gap.start.pts, gap.end.pts)) }

    /// Pictures are counted up to `instant` if it has a number.
    mutating func note(_ instant: Instant) {
        if instant.frame != nil { numbered = max(numbered ?? .min, instant.pts) }
    }

    mutating func take(_ block: Block) -> [String] {
        defer { last = block }
        var faults: [String] = []
        if block.delay < 0 { faults.append("the block was told before it ended") }
        // Of a block that scened was restarted in, only the ticks are known.
        if block.probability != nil {
            for edge in [block.start, block.end] where edge.frame == nil {
                unnumbered = min(unnumbered ?? .max, edge.pts)
            }
        }
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

    /// Faults of a stream that ended at `end`: blocks reach as far as the pictures do, the last one announces
    /// none, and they begin and end at pictures.
    mutating func finish(at end: Instant) -> [String] {
        guard let last else { return [] }
        note(end)
        var faults: [String] = []
        if behindGaps(at: last.end.pts) != end.pts {
            faults.append("blocks end at pts \(last.end.pts), the stream at \(end.pts)")
        }
        if let next = last.next { faults.append("no block of kind \(next.rawValue) follows the last one") }
        if let unnumbered, let numbered, unnumbered <= numbered {
            faults.append("a block begins or ends at pts \(unnumbered), where no picture is")
        }
        return faults
    }
}
