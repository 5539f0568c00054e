import BlockSegmentation
import SceneEvents
import ScenePipeline
import SceneSegmentation
import Testing
import Timeline

@Suite struct BlockFinderTests {
    private static let timeBase = TimeBase(numerator: 1, denominator: 1000)

    private static func scene(_ block: SceneBlock?) -> Event {
        var scene = Scene(
            index: 0, start: Instant(pts: 0), end: Instant(pts: 9000), endReason: .end, score: nil,
            firstShot: 0, lastShot: 0)
        scene.block = block
        return .scene(scene)
    }

    /// Nothing is known before the first part. A scene that has its name keeps it: what it was when the scene
    /// was reported counts.
    @Test(arguments: [(nil, SceneBlock(nil)), (SceneBlock(.ident), SceneBlock(.ident))])
    func scenesAreNamedOnce(before: SceneBlock?, after: SceneBlock) {
        let finder = BlockFinder(timeBase: Self.timeBase, options: BlockOptions())
        let watermark = Event.watermark(Instant(pts: 9))
        var events = [watermark, Self.scene(before)]
        finder.name(&events)
        #expect(events == [watermark, Self.scene(after)])
    }

    /// A shot that lasts longer than evidence is believed ahead of time is told piece by piece: blocks have
    /// no hole.
    @Test func longShotsHaveBlocks() {
        var finder = BlockFinder(timeBase: Self.timeBase, options: BlockOptions())
        var events: [Event] = []
        let ends: [Int64] = [0, 40_000, 2_540_000]
        for (index, (start, end)) in zip(ends, ends.dropFirst()).enumerated() {
            let part = Part(
                index: index, shotIndex: index, start: Instant(pts: start), end: Instant(pts: end),
                duration: Double(end - start) / 1000, entry: .start, isLastOfShot: true, keyFrames: [],
                motion: 0)
            finder.push(part, at: part.end, into: &events)
        }
        finder.finish(at: Instant(pts: 2_540_000), into: &events)
        let blocks = events.compactMap { if case .block(let block) = $0 { block } else { nil } }
        #expect(blocks.first?.start.pts == 0 && blocks.last?.end.pts == 2_540_000)
        #expect(zip(blocks, blocks.dropFirst()).allSatisfy { $0.end == $1.start })
    }
}
