import SceneSegmentation
import Testing
import Timeline

/// A camera that never cuts: where its shots end, contract 12 holds as elsewhere.
@Suite struct EndlessShotTests {
    /// The end of such a shot is known m behind it, when the horizon has passed it. No watermark does before
    /// it is decided, even if one is told with every picture.
    @Test(arguments: [SplitRule.ticks, .thirds]) func watermarksWaitForItsEnd(rule: SplitRule) throws {
        let setup = Setup(
            rule: rule, tau: 1100, m: 350, lag: 0, sampling: .keyFrames(1), neighborCount: 1, leftCount: 1,
            options: SegmentationOptions(splitAfter: 0.2, decision: DecisionOptions(threshold: Score(0))))
        let (spacing, first) = (Int64(250), Int64(4))
        let length: Int64 = rule == .ticks ? 4096 * 1000 : 1365 * 3250 + 4000
        var stretch = SyntheticStream.Stretch()
        for number in 0..<(length / spacing + first) {
            stretch.pictures.append(
                Picture(
                    at: Instant(pts: number * spacing), duration: spacing,
                    analysis: SyntheticStream.analyses[0]))
        }
        stretch.cuts = [
            ShotCut(
                at: Instant(pts: first * spacing), transition: Transition(kind: .cut, score: Score(1)))
        ]
        let run = Recording(SyntheticStream(stretches: [stretch]), setup)
        try #require(run.shots.map(\.transition.kind) == [.start, .cut, .start])
        #expect(run.shots[1].parts.count == PartAssembler.mostParts - 1)
        #expect(run.boundaries.map(\.at) == [run.shots[1].start, run.shots[2].start])
        var (mark, marks) = (Int64.min, 0)
        for (output, _, _, horizon) in run.outputs {
            switch output {
            case .watermark(let instant):
                #expect(instant.pts >= mark && instant.pts <= horizon)
                (mark, marks) = (instant.pts, marks + 1)
            case .boundary(let boundary): #expect(boundary.at.pts >= mark)
            case .scene(let scene): #expect(scene.end.pts >= mark)
            case .score, .reasons: break
            }
        }
        #expect(marks > 12_000)
    }
}
