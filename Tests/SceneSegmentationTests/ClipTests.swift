import SceneSegmentation
import Testing
import Timeline

/// Which pictures make a part's clip: drawn, and worked out by hand.
@Suite struct ClipTests {
    struct Row: Sendable {
        /// A picture each, 300 ms apart: `.` clean, `S` the first of a shot, `x` damaged, `~` mixed.
        var drawing: String
        var frames: Int
        var stride: Int
        /// Of each part, the pictures by position.
        var clips: [[Int]]
    }

    static let rows = [
        Row(drawing: "S........", frames: 3, stride: 1, clips: [[3, 4, 5]]),
        Row(drawing: "S........", frames: 3, stride: 4, clips: [[0, 4, 8]]),
        // An even clip begins one stride earlier than it ends; the earlier of two middle pictures is its
        // middle.
        Row(drawing: "S.........", frames: 4, stride: 2, clips: [[0, 2, 4, 6]]),
        // Too short: the first and the last are repeated.
        Row(drawing: "S....", frames: 5, stride: 2, clips: [[0, 0, 2, 4, 4]]),
        Row(drawing: "SS..", frames: 2, stride: 1, clips: [[0, 0], [1, 2]]),
        // Damaged pictures inside keep their places; at the ends, and mixed ones, they are left out.
        Row(drawing: "S..xx....", frames: 5, stride: 1, clips: [[2, 3, 4, 5, 6]]),
        Row(drawing: "Sxx......", frames: 9, stride: 1, clips: [Array(0...8)]),
        Row(drawing: "x........", frames: 5, stride: 2, clips: [[1, 2, 4, 6, 8]]),
        Row(drawing: "S....~~S~....", frames: 3, stride: 3, clips: [[0, 2, 4], [9, 10, 12]]),
        Row(drawing: "xxxxx", frames: 3, stride: 1, clips: [[1, 2, 3]]),
    ]

    @Test(arguments: rows, SplitRule.allCases) func drawing(row: Row, rule: SplitRule) {
        let drawn = Array(row.drawing)
        let at = { (number: Int) in Instant(pts: Int64(number) * 300) }
        var cuts: [ShotCut] = []
        for start in drawn.indices where drawn[start] == "S" && start > 0 {
            let before = drawn[..<start].reversed().prefix { $0 == "~" }.count
            let behind = drawn[(start + 1)...].prefix { $0 == "~" }.count
            let mixed = before + behind > 0 ? at(start - before)...at(start + behind) : nil
            cuts.append(
                ShotCut(
                    at: at(start),
                    transition: Transition(kind: mixed == nil ? .cut : .wipe, mixed: mixed, score: Score(1))))
        }
        var assembler = PartAssembler(
            timeBase: SyntheticStream.timeBase, rule: rule, splitAfter: 10, minimumShotLength: 0,
            sampling: .clip(frames: row.frames, stride: row.stride))
        var detector = LateDetector(cuts: cuts, lag: 1000)
        var clips: [[Int]] = []
        func take(_ outputs: [PartAssembler.Output]) {
            for case .part(let part) in outputs { clips.append(part.keyFrames.map { Int($0.at.pts / 300) }) }
        }
        for number in drawn.indices {
            let picture = Picture(
                at: at(number), duration: 300, analysis: SyntheticStream.analyses[0],
                isDamaged: drawn[number] == "x")
            let found = detector.push(picture.at.pts)
            take(assembler.push(picture, cuts: found.cuts, horizon: found.horizon))
        }
        let found = detector.finish(at: at(drawn.count).pts)
        take(assembler.finish(at: at(drawn.count), cuts: found.cuts, horizon: found.horizon))
        #expect(clips == row.clips)
    }
}
