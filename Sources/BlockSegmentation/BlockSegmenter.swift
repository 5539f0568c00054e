package import Timeline

/// Evidence in; blocks out: program, break of adverts, trailer, ident.
///
/// A value: no clock, no I/O. It thinks in seconds of media: each second is an item of some kind and age, and
/// its probability is that of all ways to explain the evidence up to `BlockOptions.delay` seconds behind it.
/// A second that is decided stays decided, so that blocks are the same for a stream and for a file, however
/// the evidence is cut into pushes. Edges move to the best cut within two seconds, or else to a picture.
///
/// Lateness: a block is told with the evidence that reaches `delay` + 1 seconds behind its end.
///
/// - Complexity: about 640 x `delay` multiplications for each second of media; 6 kB for each second of delay.
package struct BlockSegmenter: Sendable {
    private let timeBase: TimeBase
    private let options: BlockOptions
    private var grid: EvidenceGrid
    private var filter = BlockFilter()
    private var candidates = EdgeCandidates()
    private var cues = CueBook()
    private var usual = ChannelLoudness()
    private var tempo = ChannelTempo()
    /// The first second that is not decided.
    private var undecided = 0
    private var open: Open
    /// Up to where evidence is complete.
    private var now: Instant

    private struct Open: Sendable {
        var start: Instant
        var kind: Int?
        /// Sum of the probabilities of all kinds, over its seconds.
        var sums = [Double](repeating: 0, count: BlockModel.kinds.count)
        var count = 0
        var reasoning = BlockReasoning()
    }

    /// `start`: the first picture.
    package init(timeBase: TimeBase, start: Instant, options: BlockOptions = BlockOptions()) {
        precondition(BlockOptions.delays.contains(options.delay), "a delay of 15 to 600 s")
        self.timeBase = timeBase
        self.options = options
        grid = EvidenceGrid(timeBase: timeBase, start: start.pts)
        open = Open(start: start)
        now = start
        candidates.push(start, time: 0, isCut: true)
    }

    /// The block that is not closed yet: what it is by what has been decided; nil before anything is.
    package var openBlock: (start: Instant, kind: Block.Kind)? {
        open.kind.map { (open.start, BlockModel.kinds[$0]) }
    }

    /// What lies at `pts` by all that is known now: a guess that may change, for those who cannot wait. nil
    /// for what is decided already, and before the first seconds are complete.
    package func estimate(at pts: Int64) -> (kind: Block.Kind, probability: Score)? {
        guard filter.next > undecided, grid.second(at: pts) >= undecided else { return nil }
        let index = min(grid.second(at: pts), filter.next - 1)
        let posterior = filter.posterior(at: index, with: filter.next - 1)
        let kind = Self.likeliest(posterior)
        return (BlockModel.kinds[kind], Score(posterior[kind]))
    }

    private static func likeliest(_ posterior: [Double]) -> Int {
        var kind = 0
        for other in posterior.indices where posterior[other] > posterior[kind] { kind = other }
        return kind
    }

    /// No block will begin before this any more.
    package var decidedTo: Instant {
        let edge = Instant(pts: max(open.start.pts, grid.pts(of: undecided) - reach))
        return max(open.start, edge)
    }

    private var reach: Int64 { timeBase.ticks(microseconds: EdgeCandidates.reach) }

    /// Takes evidence, in any order between two `time`s. What comes late is dropped, save messages.
    ///
    /// - Returns: the blocks that it closes, in order.
    package mutating func push(_ evidence: BlockEvidence) -> [Block] {
        switch evidence {
        case .time(let instant): return advance(to: instant)
        case .passed(let pts): return advance(to: Instant(pts: pts), isPicture: false)
        case .gap(let from, let to):
            guard to > from, timeBase.seconds(to.pts - from.pts) > Double(Block.longestGap) else { break }
            let blocks = finish(at: from)
            restart(at: to)
            return blocks
        case .cueOut(let at, let duration):
            let edge = edge(of: at)
            let seconds = duration.map { Int(min(max(timeBase.seconds($0), 0), 1e6).rounded()) }
            cues.pushOut(at, edge: edge, seconds: seconds)
            candidates.push(cue: grid.time(of: at))
            reviseCues(from: edge)
            return []
        case .cueIn(let at):
            let edge = edge(of: at)
            cues.pushIn(at, edge: edge)
            candidates.push(cue: grid.time(of: at))
            reviseCues(from: edge)
            return []
        case .picture(let at): candidates.push(at, time: grid.time(of: at.pts), isCut: false)
        case .cut(let at): candidates.push(at, time: grid.time(of: at.pts), isCut: true)
        case .black(let range): candidates.push(black: times(of: range))
        case .silence(let range): candidates.push(silence: times(of: range))
        case .mark(let range, let probability):
            candidates.push(mark: times(of: range), probability: probability)
        case .aspectChange, .loudness, .music, .recurrence: break
        }
        grid.push(evidence)
        return []
    }

    /// The pictures end at `end`: decides and closes all.
    package mutating func finish(at end: Instant) -> [Block] {
        var blocks = advance(to: end)
        // The last second may be a short one.
        let count = grid.second(at: end.pts) + (grid.time(of: end.pts) % EvidenceGrid.length == 0 ? 0 : 1)
        takeSeconds(before: count)
        while undecided < filter.next { decide(into: &blocks) }
        if end > open.start, open.kind != nil {
            blocks.append(block(to: end, next: nil))
        } else if end > open.start {
            blocks.append(
                Block(start: open.start, end: end, kind: .program, probability: Score(BlockModel.first[0])))
        }
        open = Open(start: max(end, open.start))
        return blocks
    }

    private mutating func advance(to instant: Instant, isPicture: Bool = true) -> [Block] {
        guard instant > now else { return [] }
        if timeBase.seconds(instant.pts - now.pts) > Double(EvidenceGrid.reach) / 2 {
            return push(.gap(from: now, to: instant))
        }
        now = instant
        if isPicture { candidates.push(instant, time: grid.time(of: instant.pts), isCut: false) }
        var blocks: [Block] = []
        let complete = grid.second(at: instant.pts)
        while filter.next + EvidenceGrid.stepSeconds < complete {
            takeSeconds(before: filter.next + 1)
            if filter.next - undecided > options.delay - EvidenceGrid.stepSeconds { decide(into: &blocks) }
        }
        return blocks
    }

    private mutating func takeSeconds(before end: Int) {
        while filter.next < end {
            let index = filter.next
            let (evidence, loudness) = grid.evidence(of: index, usual: usual.median, cuts: tempo.rate)
            if let loudness { usual.push(loudness) }
            if let cuts = evidence.cuts { tempo.push(cuts) }
            var second = BlockFilter.Second(likelihood: SecondLikelihood(evidence))
            cues.apply(to: &second, at: index)
            filter.push(second)
        }
    }

    private mutating func reviseCues(from edge: Int) {
        let cues = cues
        filter.revise(from: max(CueBook.reach(of: edge), undecided)) { cues.apply(to: &$1, at: $0) }
    }

    /// Decides the next second, and closes the block that ends in front of it.
    private mutating func decide(into blocks: inout [Block]) {
        let last = undecided + options.delay - EvidenceGrid.stepSeconds
        let posterior = filter.posterior(at: undecided, with: last)
        let kind = Self.likeliest(posterior)
        if let former = open.kind, former != kind {
            let time = Int64(undecided) * EvidenceGrid.length
            // An edge that lies no later than the block's own start is not one yet, nor is one that no known
            // picture can stand for.
            if let start = candidates.best(near: time, before: grid.time(of: now.pts)), start > open.start {
                blocks.append(block(to: start, next: kind))
                open = Open(start: start, kind: kind)
                let first = filter.second(at: grid.edge(at: start.pts))
                open.reasoning = BlockReasoning(startingWith: first, from: former, to: kind)
            }
        } else {
            open.kind = kind
        }
        for other in posterior.indices { open.sums[other] += posterior[other] }
        open.count += 1
        open.reasoning.push(filter.second(at: undecided))
        undecided += 1
        filter.drop(before: undecided)
        candidates.drop(before: Int64(undecided) * EvidenceGrid.length)
        cues.drop(before: undecided)
    }

    private func block(to end: Instant, next: Int?) -> Block {
        let kind = open.kind ?? BlockModel.program
        var block = Block(
            start: open.start, end: end, kind: BlockModel.kinds[kind],
            probability: Score(open.sums[kind] / Double(max(open.count, 1))),
            next: next.map { BlockModel.kinds[$0] })
        if options.givesReasons { block.reasons = open.reasoning.reasons(for: kind, open.sums) }
        return block
    }

    /// What was usual stays so behind a gap, and a message may name a time behind it.
    private mutating func restart(at start: Instant) {
        grid = EvidenceGrid(timeBase: timeBase, start: start.pts)
        filter = BlockFilter()
        candidates = EdgeCandidates()
        undecided = 0
        open = Open(start: start)
        now = start
        candidates.push(start, time: 0, isCut: true)
        let messages = cues
        cues = messages.moved { edge(of: $0) }
        for pts in cues.times { candidates.push(cue: grid.time(of: pts)) }
    }

    private func times(of range: Range<Int64>) -> Range<Int64> {
        grid.time(of: range.lowerBound)..<grid.time(of: range.upperBound)
    }

    /// The edge nearest to a time that somebody else names, kept to where it can matter.
    private func edge(of pts: Int64) -> Int {
        let far = Int64(1) << 40
        return grid.edge(at: min(max(pts, now.pts - far), now.pts + far))
    }
}
