import BlockSegmentation
import Testing
import Timeline

/// What must hold for every channel, on invented ones.
@Suite struct BlockSegmenterTests {
    private typealias Style = ChannelDay.Style

    private static let styles = [
        Style(), Style(hasMark: false), Style(hasSound: false), Style(hasBlack: false),
        Style(hasMark: false, hasSound: false), Style(hasMark: false, hasSound: false, hasBlack: false),
        Style(hasMark: false, hasSound: false, hasBlack: false, hasCues: true), Style(breaks: 0),
    ]

    private func day(_ number: Int) -> ChannelDay {
        ChannelDay(seed: UInt64(number), style: Self.styles[number % Self.styles.count])
    }

    @Test(arguments: 0..<8) func blocksTileTheTimeline(number: Int) {
        let day = day(number)
        let blocks = day.blocks()
        #expect(blocks.first?.start.pts == 0)
        #expect(blocks.last?.end.pts == day.end)
        for (one, two) in zip(blocks, blocks.dropFirst()) {
            #expect(one.end == two.start)
            #expect(one.kind != two.kind)
            #expect(one.next == two.kind)
        }
        #expect(blocks.last?.next == nil)
        for block in blocks {
            #expect(block.start < block.end)
            #expect((0...1).contains(block.probability?.value ?? -1))
            // The likeliest of four kinds, second by second.
            #expect(block.probability?.value ?? 0 > 0.25)
        }
    }

    /// However evidence is cut into pushes; the same for a stream and for a file.
    @Test(arguments: [0, 3, 6]) func pushesDoNotMatter(number: Int) {
        let day = day(number)
        let blocks = day.blocks()
        for step in [400, 120_000] as [Int64] {
            // Cuts are pushed before the time is told, so that they stand in front of the same seconds.
            #expect(day.blocks(every: step) == blocks, "every \(step) ms")
        }
    }

    @Test(arguments: [30, 60]) func blocksComeInTime(delay: Int) {
        let told = ChannelDay(seed: 21).told(every: 1000, delay: delay)
        #expect(told.count >= 5)
        for (block, now) in told.dropLast() {
            // The delay, a second that must be whole, and the way to the best cut.
            #expect(now - block.end.pts <= Int64(delay + 1 + 2) * 1000)
        }
    }

    @Test(arguments: 0..<4) func breaksAreFound(number: Int) {
        let day = ChannelDay(seed: UInt64(100 + number), style: Self.styles[number])
        #expect(ChannelDay.breaks(in: day.blocks(delay: 60)) == day.breaks)
    }

    /// What comes after a long time without any evidence counts like what comes at once.
    @Test func evidenceBehindALongQuiet() {
        let day = ChannelDay(seed: 100, quiet: 1_500_000)
        // The end of the quiet may look like another.
        #expect(ChannelDay.breaks(in: day.blocks(delay: 60)).suffix(2) == day.breaks)
    }

    /// Messages alone, with nothing but cuts beside them.
    @Test func cuesFindBreaks() {
        let style = Style(hasMark: false, hasSound: false, hasBlack: false, hasCues: true)
        let day = ChannelDay(seed: 6, style: style)
        #expect(ChannelDay.breaks(in: day.blocks()) == day.breaks)
    }

    /// A message that comes 20 s late moves edges as if it had come in time.
    @Test func lateCuesCount() {
        let style = Style(hasMark: false, hasSound: false, hasBlack: false, hasCues: true)
        var day = ChannelDay(seed: 6, style: style)
        let blocks = day.blocks()
        day.evidence = day.evidence.map { item in
            switch item.what {
            case .cueOut, .cueIn: (item.at + 26_000, item.what)
            default: item
            }
        }
        day.evidence.sort { $0.at < $1.at }
        let late = day.blocks()
        #expect(late.map(\.start) == blocks.map(\.start))
        #expect(late.map(\.kind) == blocks.map(\.kind))
    }

    /// A guess about now is there at once, and what is decided is no guess.
    @Test func estimatesPrecedeDecisions() throws {
        let day = ChannelDay(seed: 100)
        let middle = (day.breaks[0].lowerBound + day.breaks[0].upperBound) / 2
        var segmenter = BlockSegmenter(timeBase: ChannelDay.timeBase, start: Instant(pts: 0))
        #expect(segmenter.estimate(at: 0) == nil)
        for (at, evidence) in day.evidence where at < middle { _ = segmenter.push(evidence) }
        for second in stride(from: 1000, through: middle, by: 1000) {
            _ = segmenter.push(.time(Instant(pts: second)))
        }
        let estimate = try #require(segmenter.estimate(at: middle))
        #expect(estimate.kind == .adverts)
        #expect(estimate.probability.value > 0.5)
        #expect(segmenter.openBlock?.kind == .program, "90 s ago")
        #expect(segmenter.estimate(at: middle - 120_000) == nil)
    }

    /// A channel without breaks has none, with and without each kind of evidence.
    @Test(arguments: [0, 1, 3]) func quietDaysHaveNoBreaks(number: Int) {
        let style = Style(
            hasMark: number % 2 == 0, hasSound: number % 3 != 0, hasBlack: number != 1, breaks: 0)
        let day = ChannelDay(seed: UInt64(200 + number), style: style)
        let blocks = day.blocks()
        #expect(blocks.map(\.kind) == [.program])
        #expect((blocks.first?.probability?.value ?? 0) > 0.9)
    }

    @Test func nothingIsKnownWithoutEvidence() {
        var segmenter = BlockSegmenter(timeBase: ChannelDay.timeBase, start: Instant(pts: 0))
        #expect(segmenter.openBlock == nil)
        for second in 1...200 as ClosedRange<Int64> {
            #expect(segmenter.push(.time(Instant(pts: second * 1000))).isEmpty)
        }
        #expect(segmenter.openBlock?.kind == .program)
        let blocks = segmenter.finish(at: Instant(pts: 200_500))
        #expect(blocks.map(\.kind) == [.program])
        #expect(blocks.first?.end.pts == 200_500)
    }

    @Test func shortStreamsHaveABlock() {
        for end in [1, 40, 999, 1000, 8000, 61_000] as [Int64] {
            var segmenter = BlockSegmenter(timeBase: ChannelDay.timeBase, start: Instant(pts: 0))
            let blocks = segmenter.push(.time(Instant(pts: end))) + segmenter.finish(at: Instant(pts: end))
            #expect(blocks.map(\.end.pts) == [end])
        }
        var segmenter = BlockSegmenter(timeBase: ChannelDay.timeBase, start: Instant(pts: 0))
        #expect(segmenter.finish(at: Instant(pts: 0)).isEmpty)
    }

    /// Blocks go on over a short gap, and begin anew behind a long one.
    @Test func gapsEndBlocksWhereTheyAreLong() {
        var segmenter = BlockSegmenter(timeBase: ChannelDay.timeBase, start: Instant(pts: 0))
        func push(_ evidence: BlockEvidence) -> [Block] { segmenter.push(evidence) }
        var blocks = push(.time(Instant(pts: 100_000)))
        blocks += push(.gap(from: Instant(pts: 100_000), to: Instant(pts: 160_000)))
        blocks += push(.time(Instant(pts: 400_000)))
        #expect(blocks.isEmpty)
        blocks += push(.gap(from: Instant(pts: 400_000), to: Instant(pts: 700_000)))
        #expect(blocks.map(\.end.pts) == [400_000])
        #expect(segmenter.decidedTo.pts == 700_000)
        blocks += push(.time(Instant(pts: 750_000)))
        // A jump of the clock that nobody explains.
        blocks += push(.time(Instant(pts: 90_000_000_000)))
        blocks += segmenter.finish(at: Instant(pts: 90_000_001_000))
        #expect(blocks.map(\.start.pts) == [0, 700_000, 90_000_000_000])
        #expect(blocks.map(\.end.pts) == [400_000, 750_000, 90_000_001_000])
    }

    /// Black, silent edges of a break that messages announce, at `start` and a minute later.
    private static func announced(_ start: Int64) -> [BlockEvidence] {
        var evidence: [BlockEvidence] = []
        for at in [start, start + 60_000] {
            evidence.append(.black(at - 200..<at + 200))
            evidence.append(.silence(at - 200..<at + 200))
        }
        evidence.append(.cueOut(at: start, duration: 60_000))
        evidence.append(.cueIn(at: start + 60_000))
        return evidence
    }

    /// A message may name a time behind a gap that ends all blocks.
    @Test func messagesReachOverGaps() {
        var segmenter = BlockSegmenter(timeBase: ChannelDay.timeBase, start: Instant(pts: 0))
        var blocks: [Block] = []
        func push(_ seconds: ClosedRange<Int64>) {
            for second in seconds {
                if second % 10 == 0 { blocks += segmenter.push(.cut(Instant(pts: second * 1000))) }
                blocks += segmenter.push(.time(Instant(pts: second * 1000)))
            }
        }
        push(1...100)
        let (messages, others) = (Self.announced(430_000).suffix(2), Self.announced(430_000).prefix(4))
        for message in messages { blocks += segmenter.push(message) }
        blocks += segmenter.push(.gap(from: Instant(pts: 100_000), to: Instant(pts: 400_000)))
        for evidence in others { blocks += segmenter.push(evidence) }
        push(401...700)
        blocks += segmenter.finish(at: Instant(pts: 700_000))
        #expect(blocks.map(\.kind) == [.program, .program, .adverts, .program])
        #expect(blocks.map(\.start.pts) == [0, 400_000, 430_000, 490_000])
    }

    /// Without a cut an edge lies at the picture next to what a message names; where one picture is shown all
    /// the while, there is none.
    @Test(arguments: [[99_000, 100_030, 101_000, 160_010], []] as [[Int64]])
    func edgesNeedPictures(pictures: [Int64]) {
        var segmenter = BlockSegmenter(timeBase: ChannelDay.timeBase, start: Instant(pts: 0, frame: 0))
        var blocks: [Block] = []
        for evidence in Self.announced(100_000) { blocks += segmenter.push(evidence) }
        for (index, pts) in pictures.enumerated() {
            blocks += segmenter.push(.picture(Instant(pts: pts, frame: Int64(index) + 1)))
        }
        for second in 1...400 as ClosedRange<Int64> { blocks += segmenter.push(.passed(second * 1000)) }
        blocks += segmenter.finish(at: Instant(pts: 400_000, frame: 9))
        #expect(blocks.map(\.start.pts) == (pictures.isEmpty ? [0] : [0, 100_030, 160_010]))
        #expect(blocks.map(\.end.frame) == (pictures.isEmpty ? [9] : [2, 4, 9]))
    }

    /// Nothing that a stream can hold ends the program.
    @Test func absurdEvidenceIsHarmless() {
        var segmenter = BlockSegmenter(timeBase: ChannelDay.timeBase, start: Instant(pts: 5000))
        let far = Int64(1) << 55
        let absurd: [BlockEvidence] = [
            .cueOut(at: far, duration: far), .cueIn(at: -far), .cueOut(at: -far, duration: -1),
            .mark(0..<far, .nan), .loudness(0..<far, -.infinity), .music(6000..<7000, 40),
            .mark(6000..<7000, -3), .recurrence(-far..<far, 0.5), .black(-far..<far), .silence(0..<0),
            .cut(Instant(pts: far)), .cut(Instant(pts: -far)), .aspectChange(Instant(pts: far)),
            .gap(from: Instant(pts: 8000), to: Instant(pts: 6000)), .time(Instant(pts: 0)),
        ]
        var blocks: [Block] = []
        for round in 1...20 as ClosedRange<Int64> {
            for evidence in absurd { blocks += segmenter.push(evidence) }
            blocks += segmenter.push(.time(Instant(pts: 5000 + round * 20_000)))
        }
        blocks += segmenter.finish(at: Instant(pts: 405_000))
        #expect(blocks.first?.start.pts == 5000)
        #expect(blocks.last?.end.pts == 405_000)
        #expect(zip(blocks, blocks.dropFirst()).allSatisfy { $0.end == $1.start })
        #expect(blocks.allSatisfy { $0.probability?.value ?? 0 > 0 })
    }
}
