import BroadcastEvidence
import Platform
import Testing
import Timeline

/// A mark is learned from different pictures, and found in those that show it.
@Suite struct StaticMarkTests {
    /// Answers to 40 pictures with a mark, then 20 without and 20 with it; and after how many it was learned.
    private func answers(
        seed: UInt64, marked: (inout MarkScene, [UInt8]) -> [UInt8]
    ) -> (learned: Int?, absent: [StaticMark.Answer], present: [StaticMark.Answer]) {
        var scene = MarkScene(seed: seed)
        var mark = StaticMark()
        var learned: Int?
        for index in 0..<40 {
            let background = scene.background()
            _ = mark.push(MarkPicture(luma: marked(&scene, background)))
            if mark.isLearned, learned == nil { learned = index + 1 }
        }
        let absent = (0..<20).map { _ in mark.push(MarkPicture(luma: scene.background())) }
        let present = (0..<20).map { _ in
            let background = scene.background()
            return mark.push(MarkPicture(luma: marked(&scene, background)))
        }
        return (learned, absent, present)
    }

    private func share(_ answers: [StaticMark.Answer], _ isRight: (StaticMark.Answer) -> Bool) -> Double {
        Double(answers.count(where: isRight)) / Double(answers.count)
    }

    private func isPresent(_ answer: StaticMark.Answer) -> Bool {
        if case .present = answer { true } else { false }
    }

    private func isAbsent(_ answer: StaticMark.Answer) -> Bool {
        if case .absent = answer { true } else { false }
    }

    struct Look: CustomStringConvertible {
        var x: Int
        var y: Int
        var opacity: Float
        var tone: Float
        var description: String { "\(x), \(y), \(opacity) of \(tone)" }
    }

    @Test(arguments: [
        Look(x: 284, y: 12, opacity: 1, tone: 255), Look(x: 12, y: 12, opacity: 0.6, tone: 255),
        Look(x: 284, y: 152, opacity: 0.6, tone: 255), Look(x: 12, y: 152, opacity: 0.8, tone: 0),
    ])
    func marksAreLearned(look: Look) throws {
        let result = answers(seed: 7) { _, luma in
            MarkScene.marked(luma, x: look.x, y: look.y, opacity: look.opacity, tone: look.tone)
        }
        let learned = try #require(result.learned)
        #expect((16...40).contains(learned))
        #expect(share(result.present, isPresent) >= 0.6, "\(result.present)")
        #expect(!result.present.contains(where: isAbsent), "\(result.present)")
        #expect(share(result.absent, isAbsent) >= 0.6, "\(result.absent)")
        #expect(!result.absent.contains(where: isPresent), "\(result.absent)")
    }

    @Test func nothingIsLearnedWithoutAMark() {
        #expect(answers(seed: 3) { $1 }.learned == nil)
    }

    @Test func barsAreNoMark() {
        #expect(answers(seed: 4) { MarkScene.letterboxed($1, rows: 22) }.learned == nil)
    }

    @Test func tickersAreNoMark() {
        #expect(answers(seed: 5) { scene, luma in scene.withTicker(luma) }.learned == nil)
    }

    @Test func marksInsideBarsAreLearned() {
        let result = answers(seed: 6) { _, luma in
            MarkScene.marked(MarkScene.letterboxed(luma, rows: 22), x: 284, y: 30, opacity: 0.8)
        }
        #expect(result.learned != nil)
        #expect(share(result.present, isPresent) >= 0.6)
    }

    /// The same picture again and again has static edges everywhere.
    @Test func onePlaceTeachesNothing() {
        var scene = MarkScene(seed: 8)
        var mark = StaticMark()
        let places = (0..<6).map { _ in scene.background() }
        for index in 0..<120 { _ = mark.push(MarkPicture(luma: places[index % places.count])) }
        #expect(!mark.isLearned)
    }

    /// A break of a hundred shots is no reason to forget; a channel with a new mark is.
    @Test func marksAreForgottenSlowly() {
        var scene = MarkScene(seed: 9)
        var mark = StaticMark()
        func push(_ count: Int, _ look: ([UInt8]) -> [UInt8]) -> [StaticMark.Answer] {
            (0..<count).map { _ in mark.push(MarkPicture(luma: look(scene.background()))) }
        }
        let first: ([UInt8]) -> [UInt8] = { MarkScene.marked($0, x: 284, y: 12, opacity: 0.9) }
        let second: ([UInt8]) -> [UInt8] = { MarkScene.marked($0, x: 12, y: 12, opacity: 0.9) }
        _ = push(40, first)
        _ = push(100) { $0 }
        #expect(share(push(10, first), isPresent) >= 0.6)
        _ = push(200, second)
        #expect(share(push(20, second), isPresent) >= 0.6)
    }

    @Test func answersDependOnTheirPastAlone() {
        var scene = MarkScene(seed: 10)
        let pictures = (0..<60).map { index in
            let background = scene.background()
            return MarkPicture(
                luma: index % 3 == 2 ? background : MarkScene.marked(background, x: 284, y: 12, opacity: 1))
        }
        var (whole, part) = (StaticMark(), StaticMark())
        let all = pictures.map { whole.push($0) }
        #expect(pictures.prefix(45).map { part.push($0) } == Array(all.prefix(45)))
        #expect(all.contains(where: isPresent))
    }
}
