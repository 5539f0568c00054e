import SceneSegmentation
import Testing
import Timeline

/// Splits drawn on a timeline: one character a second, one picture each, tau 6 s, m 2 s. `S` begins a shot,
/// `p` a part of it; the horizon follows one picture behind.
@Suite struct PartSplitTests {
    struct Row: CustomTestStringConvertible, Sendable {
        var rule: SplitRule
        var drawing: String

        init(_ rule: SplitRule, _ drawing: String) {
            self.rule = rule
            self.drawing = drawing
        }

        var testDescription: String { "\(rule.rawValue) \(drawing)" }
    }

    static var rows: [Row] {
        [
            // Not longer than tau: whole.
            Row(.ticks, "S-----S-----"),
            Row(.thirds, "S-----S-----"),
            // Ticks: a remainder below m makes two halves of what is left, one of m does not.
            Row(.ticks, "S--p---S-----"),
            Row(.ticks, "S-----p-S-----"),
            Row(.ticks, "S-----p--p---S--"),
            Row(.ticks, "S-----p-----p-S--"),
            Row(.ticks, "S-----p-----p-----"),
            // Thirds: three up to 3 tau, four up to 3 tau + m, then three of tau and a new run.
            Row(.thirds, "S-p-p--S-----"),
            Row(.thirds, "S---p---p---S-"),
            Row(.thirds, "S-----p-----p-----S-"),
            Row(.thirds, "S---p----p----p----S-"),
            Row(.thirds, "S-----p-----p-----p-S--"),
            Row(.thirds, "S-----p-----p-----p-p-p--S--"),
            Row(.thirds, "S-----p-----p-----p-----p-----p-----p-"),
            Row(.whole, "S------------------------------S--"),
        ]
    }

    @Test(arguments: rows) func drawing(row: Row) {
        let drawn = Array(row.drawing)
        let cuts = drawn.indices.filter { drawn[$0] == "S" && $0 > 0 }.map {
            ShotCut(at: Instant(pts: Int64($0) * 1000), transition: Transition(kind: .cut, score: Score(1)))
        }
        var detector = LateDetector(cuts: cuts, lag: 1000)
        var assembler = PartAssembler(
            timeBase: SyntheticStream.timeBase, rule: row.rule, splitAfter: 6, minimumShotLength: 2,
            sampling: .keyFrames(3))
        var found: [PartAssembler.Output] = []
        for second in drawn.indices {
            let picture = Picture(
                at: Instant(pts: Int64(second) * 1000), duration: 1000, analysis: SyntheticStream.analyses[0])
            let detection = detector.push(picture.at.pts)
            found += assembler.push(picture, cuts: detection.cuts, horizon: detection.horizon)
        }
        let end = Instant(pts: Int64(drawn.count) * 1000)
        let detection = detector.finish(at: end.pts)
        found += assembler.finish(at: end, cuts: detection.cuts, horizon: detection.horizon)

        var redrawn = [Character](repeating: "-", count: drawn.count)
        for case .part(let part) in found {
            redrawn[Int(part.start.pts / 1000)] = part.entry == nil ? "p" : "S"
        }
        #expect(String(redrawn) == row.drawing)
    }

    /// A camera that never cuts: shots end where they have parts enough, whatever ends the stream.
    @Test(arguments: [SplitRule.ticks, .thirds])
    func endlessShotsEnd(rule: SplitRule) {
        for isLate in [false, true] {
            var assembler = PartAssembler(
                timeBase: SyntheticStream.timeBase, rule: rule, splitAfter: 3, minimumShotLength: 1,
                sampling: .keyFrames(3))
            var (parts, shots): ([Part], [Shot]) = ([], [])
            func take(_ outputs: [PartAssembler.Output]) {
                for output in outputs {
                    switch output {
                    case .part(let part): parts.append(part)
                    case .shot(let shot): shots.append(shot)
                    }
                }
            }
            let count: Int64 = 3 * 10_000
            for second in 0..<count {
                let picture = Picture(
                    at: Instant(pts: second * 1000), duration: 1000, analysis: SyntheticStream.analyses[0])
                // Late: all is settled at the end.
                take(assembler.push(picture, cuts: [], horizon: isLate ? 0 : second * 1000))
            }
            take(assembler.finish(at: Instant(pts: count * 1000), cuts: [], horizon: count * 1000))
            #expect(shots.count == 3 && parts.count == shots.reduce(0) { $0 + $1.parts.count })
            #expect(shots.allSatisfy { $0.parts.count <= PartAssembler.mostParts })
            #expect(shots.dropLast().allSatisfy { $0.parts.count > PartAssembler.mostParts - 3 })
            #expect(shots.map(\.transition.kind) == [.start, .start, .start])
            #expect(zip(shots, shots.dropFirst()).allSatisfy { $0.end == $1.start })
            for shot in shots {
                let last = parts.filter { $0.shotIndex == shot.index }
                #expect(last.last?.isLastOfShot == true && last.count == shot.parts.count)
                #expect(last.first?.entry == .start)
            }
        }
    }

    @Test func keyFramesAvoidMixedAndDamagedPictures() throws {
        // 4 pictures a second; a dissolve over pictures 14...18 around the cut at 16; picture 0 is damaged.
        let at = { (number: Int) in Instant(pts: Int64(number) * 250, frame: Int64(number)) }
        let cut = ShotCut(
            at: at(16), transition: Transition(kind: .dissolve, mixed: at(14)...at(18), score: Score(1)))
        var assembler = PartAssembler(
            timeBase: SyntheticStream.timeBase, rule: .thirds, splitAfter: 10, minimumShotLength: 0.6,
            sampling: .keyFrames(3))
        var parts: [Part] = []
        func take(_ outputs: [PartAssembler.Output]) {
            for case .part(let part) in outputs { parts.append(part) }
        }
        for number in 0..<32 {
            let picture = Picture(
                at: at(number), duration: 250, analysis: SyntheticStream.analyses[number % 8],
                isDamaged: number == 0)
            take(
                assembler.push(
                    picture, cuts: number == 20 ? [cut] : [],
                    horizon: number < 20 ? at(14).pts.clamped(number) : at(number).pts))
        }
        let open = try #require(assembler.openPart())
        #expect(open.start == at(16) && open.end == at(31) && open.index == 1 && open.entry == cut.transition)
        #expect(open.keyFrames.map(\.at) == [at(19), at(24), at(30)])
        take(assembler.finish(at: at(32), cuts: [], horizon: at(32).pts))
        #expect(parts.map { $0.keyFrames.map(\.at.frame) } == [[1, 7, 13], [19, 25, 31]])
        #expect(parts.map(\.start) == [at(0), at(16)])
        #expect(parts.map(\.isLastOfShot) == [true, true])
    }

    @Test func aShotOfMixedPicturesUsesThem() {
        var assembler = PartAssembler(
            timeBase: SyntheticStream.timeBase, rule: .ticks, splitAfter: 10, minimumShotLength: 0.1,
            sampling: .keyFrames(1))
        let at = { (number: Int) in Instant(pts: Int64(number) * 100) }
        let cuts = [(2, 1, 4), (5, 5, 9)].map { cut in
            ShotCut(
                at: at(cut.0),
                transition: Transition(kind: .wipe, mixed: at(cut.1)...at(cut.2), score: Score(1)))
        }
        var frames: [[Int64]] = []
        for number in 0..<10 {
            let picture = Picture(
                at: at(number), duration: 100, analysis: SyntheticStream.analyses[0],
                isDamaged: number < 2 || number == 3)
            let outputs = assembler.push(
                picture, cuts: number == 9 ? cuts : [], horizon: number == 9 ? 900 : 100)
            for case .part(let part) in outputs { frames.append(part.keyFrames.map(\.at.pts)) }
        }
        for case .part(let part) in assembler.finish(at: at(10), cuts: [], horizon: 1000) {
            frames.append(part.keyFrames.map(\.at.pts))
        }
        // All damaged: the first of two; mixed before damaged (2 and 4 are left); all mixed,
        // where the grid of 0.25 s has 500 and 800.
        #expect(frames == [[0], [200], [800]])
    }

    @Test func motionIsPerSecondOfMedia() {
        let pair = SyntheticStream.analyses
        var sum = 0
        for pixel in 0..<AnalysisPicture.lumaCount {
            sum += abs(Int(pair[0].planes[pixel]) - Int(pair[1].planes[pixel]))
        }
        let mean = Double(sum) / Double(AnalysisPicture.lumaCount)
        for rate in [5, 50] {
            var assembler = PartAssembler(
                timeBase: SyntheticStream.timeBase, rule: .whole, splitAfter: 10, minimumShotLength: 0.6,
                sampling: .keyFrames(1))
            var motion: Float = 0
            for number in 0..<(4 * rate) {
                let picture = Picture(
                    at: Instant(pts: Int64(number * 1000 / rate)), duration: Int64(1000 / rate),
                    analysis: pair[number % 2], isDamaged: number == 7)
                _ = assembler.push(picture, cuts: [], horizon: picture.at.pts)
            }
            for case .part(let part) in assembler.finish(at: Instant(pts: 4000), cuts: [], horizon: 4000) {
                motion = part.motion
            }
            #expect(abs(Double(motion) - mean * Double(rate)) < 0.01)
        }
    }
}

extension Int64 {
    /// A horizon that stops at `self` on its way to picture `number` of four a second.
    fileprivate func clamped(_ number: Int) -> Int64 { Swift.min(self, Int64(number) * 250) }
}
