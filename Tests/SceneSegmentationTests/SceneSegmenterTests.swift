import SceneSegmentation
import Testing
import Timeline

/// The segmenter alone, on tables of parts: the score of a window is read from its entries' embeddings.
@Suite struct SceneSegmenterTests {
    /// A hundredth of the sum of the indices of the two entries to the right.
    struct EdgeScorer: BoundaryScorer {
        let name = "edge"
        let neighborCount = 2

        mutating func score(_ window: ContextWindow) -> Float {
            Float(window.parts.suffix(2).reduce(0) { $0 + $1.index }) / 100
        }
    }

    private func segmenter(deadline: Double? = nil, intraShot: Bool = false) -> SceneSegmenter {
        SceneSegmenter(
            scorer: EdgeScorer(), timeBase: SyntheticStream.timeBase,
            options: SegmentationOptions(
                splitAfter: 5, deadline: deadline, intraShot: intraShot,
                decision: DecisionOptions(threshold: Score(0))))
    }

    private func at(_ pts: Int64) -> Instant { Instant(pts: pts) }

    @Test func deadlineTakesTheOpenPartOnce() {
        var segmenter = segmenter(deadline: 3)
        var calls = 0
        let open = { () -> EncodedPart? in
            calls += 1
            return part(50, shot: 1, 1000, 4000)
        }
        #expect(segmenter.push(part(0), at: at(1500)).isEmpty)
        #expect(segmenter.advance(to: at(3999), horizon: 3500, openPart: open).isEmpty)
        #expect(calls == 0)
        let outputs = segmenter.advance(to: at(4040), horizon: 3540, openPart: open)
        #expect(calls == 1)
        guard case .score(0, true, at(1000), _, Score(1)) = outputs[0],
            case .boundary(let boundary) = outputs[1],
            case .scene(let scene) = outputs[2]
        else {
            Issue.record("\(outputs)")
            return
        }
        #expect(boundary.delay == 3040 && boundary.rightParts == 0 && !boundary.isComplete)
        #expect(boundary.leftShot == 0 && boundary.rightShot == 1 && boundary.transition?.kind == .cut)
        #expect(scene.start == at(0) && scene.end == at(1000) && scene.lastShot == 0)
        // The decision stands when the window fills: nothing is said again.
        let later = segmenter.push(part(1), at: at(4100)) + segmenter.push(part(2), at: at(4200))
        #expect(later.isEmpty)
    }

    /// At the deadline a following candidate vetoes with the score it would have then; its own score stays
    /// open.
    @Test(arguments: [(10, 3), (90, 1)]) func deadlineHearsTheVetoOfTheNext(openIndex: Int, outputCount: Int)
    {
        // Part 0 sees part 1 and the open part to its right, part 1 the open part twice. With 10 that gives
        // 0.39 against 0.3, with 90 it gives 0.091 against 0.18.
        var segmenter = SceneSegmenter(
            scorer: FoldingScorer(), timeBase: SyntheticStream.timeBase,
            options: SegmentationOptions(
                splitAfter: 5, deadline: 3,
                decision: DecisionOptions(threshold: Score(0), awaitedScores: 1)))
        _ = segmenter.push(part(0), at: at(1500))
        _ = segmenter.push(part(1), at: at(2500))
        let outputs = segmenter.advance(to: at(4000), horizon: 3500) { part(openIndex, shot: 2, 2000, 4000) }
        #expect(outputs.map(partIndex).filter { $0 >= 0 } == [0])
        #expect(outputs.count == outputCount)
    }

    /// The sum of the two entries to the right, folded so that low ones give high scores.
    struct FoldingScorer: BoundaryScorer {
        let name = "folding"
        let neighborCount = 2

        mutating func score(_ window: ContextWindow) -> Float {
            let sum = window.parts.suffix(2).reduce(0) { $0 + $1.index }
            return sum < 50 ? Float(50 - sum) / 100 : Float(sum) / 1000
        }
    }

    @Test func shortGapsKeepTheRingAndLongOnesFlushIt() {
        for (length, decided) in [(4999, false), (5000, true)] as [(Int64, Bool)] {
            var segmenter = segmenter()
            for index in 0..<3 { _ = segmenter.push(part(index), at: at(3000)) }
            // Part 0 is decided; 1 waits; 2 stands before the gap.
            let gap = Gap(start: at(3000), end: at(3000 + length), reason: .discontinuity)
            let outputs = segmenter.gap(gap)
            let scenes = outputs.compactMap { if case .scene(let scene) = $0 { scene } else { nil } }
            #expect(scenes.map(\.endReason) == (decided ? [.boundary, .gap] : []))
            var rest: [SegmenterOutput] = []
            for index in 3..<5 {
                let start = gap.end.pts + Int64(index - 3) * 1000
                rest += segmenter.push(part(index, start, start + 1000), at: at(start + 1000))
            }
            rest += segmenter.finish(at: at(gap.end.pts + 2000))
            let all = (outputs + rest).compactMap { if case .scene(let scene) = $0 { scene } else { nil } }
            #expect(all.map(\.endReason) == [.boundary, .gap, .boundary, .end])
            #expect(all.map(\.start) == [at(1000), at(2000), gap.end, at(gap.end.pts + 1000)])
            #expect(all.map(\.lastShot) == [1, 2, 3, 4])
            let scores = (outputs + rest).compactMap { output -> Score? in
                if case .score(1...2, _, _, _, let score) = output { score } else { nil }
            }
            #expect(scores == (decided ? [Score(0.04), Score(0.04)] : [Score(0.05), Score(0.07)]))
            #expect(rest.last == .watermark(at(gap.end.pts + 2000)))
        }
    }

    @Test func watermarksMoveInStepsOfTau() {
        var segmenter = segmenter()
        var marks: [Int64] = []
        for pts in stride(from: Int64(0), through: 20_000, by: 100) {
            for output in segmenter.advance(to: at(pts), horizon: pts - 450, openPart: { nil }) {
                if case .watermark(let mark) = output { marks.append(mark.pts) }
            }
        }
        #expect(marks == [5000, 10_000, 15_000])
    }

    /// Parts inside a shot: no score, no boundary, no veto; with the option all of it.
    @Test func insideShots() {
        for intraShot in [false, true] {
            var segmenter = segmenter(intraShot: intraShot)
            var outputs: [SegmenterOutput] = []
            for index in 0..<6 {
                outputs += segmenter.push(part(index, shot: index / 2, isLast: index % 2 == 1), at: at(9000))
            }
            outputs += segmenter.finish(at: at(6000))
            let boundaries = outputs.compactMap { if case .boundary(let found) = $0 { found } else { nil } }
            #expect(
                outputs.map(partIndex).filter { $0 >= 0 } == (intraShot ? [0, 1, 2, 3, 4, 5] : [1, 3, 5]))
            #expect(boundaries.map(\.at.pts) == (intraShot ? [1000, 2000, 3000, 4000, 5000] : [2000, 4000]))
            for boundary in boundaries {
                let isInside = boundary.at.pts % 2000 != 0
                #expect(boundary.kind == (isInside ? .intraShot : .cut))
                #expect((boundary.transition == nil) == isInside)
                #expect((boundary.leftShot == boundary.rightShot) == isInside)
            }
        }
    }

    /// Nothing piles up in a day of five-second shots.
    @Test func memoryIsBounded() {
        var segmenter = segmenter(deadline: 8)
        var most = 0
        for index in 0..<17_280 {
            let end = Int64(index + 1) * 5000
            _ = segmenter.push(part(index, end - 5000, end), at: at(end + 500))
            _ = segmenter.advance(to: at(end + 500), horizon: end) { nil }
            most = max(most, segmenter.heldEntries)
        }
        #expect(most <= 10)
    }
}
