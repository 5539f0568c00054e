import BlockSegmentation
import Testing
import Timeline

/// What blocks say of the evidence that spoke for them.
@Suite struct BlockReasonsTests {
    private typealias Style = ChannelDay.Style

    private static func reasons(_ style: Style, seed: UInt64 = 100) -> [Block] {
        ChannelDay(seed: seed, style: style).blocks(delay: 60, givesReasons: true)
    }

    private static func kind(_ block: Block, _ evidence: BlockReasons.KindEvidence) -> Double? {
        BlockReasons.KindEvidence.allCases.firstIndex(of: evidence).flatMap { block.reasons?.kind[$0] }
    }

    private static func start(_ block: Block, _ evidence: BlockReasons.StartEvidence) -> Double? {
        BlockReasons.StartEvidence.allCases.firstIndex(of: evidence).flatMap { block.reasons?.start?[$0] }
    }

    /// Nothing but reasons is added; the first block begins with the stream, the others at an edge.
    @Test func nothingElseChanges() {
        let told = Self.reasons(Style())
        var plain = told
        for index in plain.indices { plain[index].reasons = nil }
        #expect(plain == ChannelDay(seed: 100, style: Style()).blocks(delay: 60) && plain.count > 4)
        #expect(told.map { $0.reasons?.start == nil } == [true] + told.dropFirst().map { _ in false })
        #expect(told.allSatisfy { $0.reasons.map(\.against) != $0.kind && $0.reasons != nil })
    }

    /// What a channel lacks says nothing; what it has speaks for breaks against programs.
    @Test func missingEvidenceSaysNothing() {
        let without: [(Style, [BlockReasons.KindEvidence], [BlockReasons.StartEvidence])] = [
            (Style(hasMark: false), [.mark, .cues], [.cues]),
            (Style(hasSound: false), [.loudness, .music, .cues], [.loudness, .cues]),
            (Style(hasBlack: false), [.cues], [.black, .cues]),
        ]
        for (style, kinds, starts) in without {
            for block in Self.reasons(style) {
                for evidence in kinds { #expect(Self.kind(block, evidence) == 0, "\(evidence)") }
                guard block.reasons?.start != nil else { continue }
                for evidence in starts { #expect(Self.start(block, evidence) == 0, "\(evidence)") }
            }
        }
        // Adverts have no mark, which trailers and idents may have; programs have it.
        let all = Self.reasons(Style())
        for block in all where block.kind == .adverts { #expect(Self.kind(block, .mark) ?? 0 > 1) }
        for block in all where block.kind == .program { #expect(Self.kind(block, .mark) ?? 0 > 5) }
        #expect(all.dropFirst().contains { Self.start($0, .black) == 3 && Self.start($0, .silence) == 2 })
        let cued = Self.reasons(
            Style(hasMark: false, hasSound: false, hasBlack: false, hasCues: true), seed: 6)
        #expect(cued.contains { $0.kind == .adverts && Self.start($0, .cues) == 7 })
        #expect(cued.contains { $0.kind == .program && Self.start($0, .cues) == 7 })
        for block in cued { #expect(Self.kind(block, .mark) == 0 && Self.start(block, .black) ?? 0 == 0) }
    }

    /// Worked out by hand: forty seconds of a program for which nothing but its mark speaks, seen with a
    /// probability of one. A program has it with 0.95, an ident with 0.3; an item that has it shows it in
    /// 0.95 of its seconds, one that has not in 0.05. A second counts half.
    @Test func theMarkIsWorkedOut() throws {
        var options = BlockOptions()
        (options.delay, options.givesReasons) = (15, true)
        let timeBase = TimeBase(numerator: 1, denominator: 1000)
        var segmenter = BlockSegmenter(timeBase: timeBase, start: Instant(pts: 0), options: options)
        _ = segmenter.push(.mark(0..<40_000, 1))
        let blocks =
            segmenter.push(.time(Instant(pts: 40_000))) + segmenter.finish(at: Instant(pts: 40_000))
        let block = try #require(blocks.first)
        let reasons = try #require(block.reasons)
        #expect(blocks.count == 1 && block.kind == .program && reasons.start == nil)
        func share(_ marked: Double) -> Double {
            (1 - marked) * 0.05.squareRoot() + marked * 0.95.squareRoot()
        }
        let marked: [Block.Kind: Double] = [.adverts: 0.05, .trailer: 0.5, .ident: 0.3]
        let other = try #require(marked[reasons.against])
        let wanted = 40 * logarithm(share(0.95) / share(other))
        #expect(abs(try #require(Self.kind(block, .mark)) - wanted) < 1e-6)
        for evidence in [.loudness, .music, .recurrence, .cues] as [BlockReasons.KindEvidence] {
            #expect(Self.kind(block, evidence) == 0)
        }
    }

    /// By its series: log((1 + z) / (1 - z)) = 2 (z + z^3/3 + ...).
    private func logarithm(_ value: Double) -> Double {
        let z = (value - 1) / (value + 1)
        var (power, sum) = (z, 0.0)
        for odd in stride(from: 1.0, to: 400, by: 2) {
            sum += power / odd
            power *= z * z
        }
        return 2 * sum
    }
}
