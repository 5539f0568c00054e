import BlockSegmentation
import SceneEvents
import ScenePipeline
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
}
