import SceneSegmentation
import Testing
import Timeline

/// Contract 7: memory for a part's pictures is bounded, however long a shot is.
@Suite struct BoundedMemoryTests {
    @Test(arguments: SplitRule.allCases) func threeHoursOfOneShot(rule: SplitRule) {
        let held = run(rule, picturesPerSecond: 5, seconds: 3 * 3600)
        #expect(held.pictures <= (rule == .whole ? 320 : 200))
        #expect(held.instants <= (rule == .whole ? 320 : 5 * 36))
    }

    /// 15 s worth of pictures at 60 a second, with h 2 s.
    @Test(arguments: SplitRule.allCases) func sixtyPicturesASecond(rule: SplitRule) {
        let held = run(rule, picturesPerSecond: 60, seconds: 100)
        #expect(held.pictures <= 15 * 60)
        #expect(held.instants <= 36 * 60)
    }

    /// A run of 3 tau + m, or a bounded number of clips, and h before the horizon.
    @Test(arguments: SplitRule.allCases, [(8, 8), (16, 4), (32, 2)])
    func clips(rule: SplitRule, clip: (frames: Int, stride: Int)) {
        let held = run(
            rule, .clip(frames: clip.frames, stride: clip.stride), picturesPerSecond: 25, seconds: 1800)
        #expect(held.pictures <= (rule == .whole ? 600 : 34 * 25))
        #expect(held.instants <= (rule == .whole ? 600 : 34 * 25))
    }

    @Test func longestKeyFrameGridIsAHundredTwentyEighthOfTheShot() throws {
        let hours = 3 * 3600
        var assembler = assembler(.whole, .keyFrames(65))
        for number in 0..<(hours * 2) { push(&assembler, number, ticks: 500) }
        let outputs = assembler.finish(at: Instant(pts: Int64(hours) * 1000), cuts: [], horizon: .max)
        guard case .part(let part)? = outputs.first else {
            Issue.record("no part")
            return
        }
        let spacing = Double(hours) * 1000 / 64
        for (number, picture) in part.keyFrames.enumerated() {
            #expect(
                abs(Double(picture.at.pts) - Double(number) * spacing) <= Double(hours) * 1000 / 256 + 1000)
        }
    }

    private func assembler(
        _ rule: SplitRule, _ sampling: EncoderInput.Sampling = .keyFrames(3)
    ) -> PartAssembler {
        PartAssembler(
            timeBase: SyntheticStream.timeBase, rule: rule, splitAfter: 10, minimumShotLength: 0.6,
            sampling: sampling)
    }

    private func push(_ assembler: inout PartAssembler, _ number: Int, ticks: Int64) {
        let picture = Picture(
            at: Instant(pts: Int64(number) * ticks), duration: ticks, analysis: SyntheticStream.analyses[0])
        _ = assembler.push(picture, cuts: [], horizon: picture.at.pts - 2000)
    }

    private func run(
        _ rule: SplitRule, _ sampling: EncoderInput.Sampling = .keyFrames(3), picturesPerSecond: Int,
        seconds: Int
    ) -> (pictures: Int, instants: Int) {
        var assembler = assembler(rule, sampling)
        var most = (pictures: 0, instants: 0)
        for number in 0..<(picturesPerSecond * seconds) {
            push(&assembler, number, ticks: Int64(1000 / picturesPerSecond))
            most.pictures = max(most.pictures, assembler.heldPictures)
            most.instants = max(most.instants, assembler.heldInstants)
        }
        return most
    }
}
