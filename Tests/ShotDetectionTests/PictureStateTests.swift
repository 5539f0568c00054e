import Platform
import ShotDetection
import Testing
import Timeline

/// Black and frozen pictures, on tables of 25 pictures a second.
@Suite struct PictureStateTests {
    private enum Look { case moving, black, still, logo, noise }

    /// Runs of pictures, and what is told of them: the second of the first picture, the state, and the second
    /// of telling.
    private func told(_ runs: [(look: Look, pictures: Int)]) -> [String] {
        var finder = PictureStateFinder(timeBase: TimeBase(numerator: 1, denominator: 25))
        var generator = SeededGenerator(seed: 5)
        var answers: [String] = []
        var pts: Int64 = 0
        for (look, count) in runs {
            for _ in 0..<count {
                let planes = (0..<AnalysisPicture.byteCount).map { index -> UInt8 in
                    switch look {
                    case .moving: UInt8.random(in: 40...200, using: &generator)
                    case .black: index < AnalysisPicture.lumaCount ? 4 : 128
                    case .still: UInt8(truncatingIfNeeded: 40 + index * 7 % 160)
                    // Fifteen bright pixels of a thousand.
                    case .logo: index < AnalysisPicture.lumaCount ? (index % 67 == 0 ? 220 : 4) : 128
                    case .noise:
                        UInt8(truncatingIfNeeded: 40 + index * 7 % 160)
                            + (index % 5 == 0 ? UInt8.random(in: 0...1, using: &generator) : 0)
                    }
                }
                let picture = Picture(
                    at: Instant(pts: pts), duration: 1, analysis: AnalysisPicture(planes: planes))
                if let state = finder.push(picture) {
                    answers.append("\(state.at.pts) \(state.kind.rawValue) at \(pts)")
                }
                pts += 1
            }
        }
        return answers
    }

    @Test func blackIsToldAfterTwoSecondsAndMovingAfterAHalf() {
        #expect(
            told([(.moving, 50), (.black, 75), (.moving, 50)]) == ["50 black at 99", "125 normal at 136"])
        #expect(told([(.moving, 50), (.logo, 75)]) == ["50 black at 99"])
    }

    @Test func shortBlackIsNoState() {
        #expect(told([(.moving, 50), (.black, 49), (.moving, 50)]).isEmpty)
        #expect(
            told([(.black, 60), (.moving, 11), (.black, 60)]) == ["0 black at 49"], "a flash does not end it")
    }

    @Test func standingStillIsFrozen() {
        // The first of the equal pictures still is one that came.
        #expect(
            told([(.moving, 50), (.still, 75), (.moving, 50)]) == ["51 frozen at 100", "125 normal at 136"])
        #expect(
            told([(.moving, 50), (.noise, 75)]) == ["51 frozen at 100"], "what coding changes is nothing")
        #expect(told([(.moving, 200)]).isEmpty)
    }

    @Test func aCutBetweenStillsEndsNothingForLong() {
        #expect(
            told([(.still, 60), (.black, 60), (.still, 60)]) == [
                "1 frozen at 50", "60 black at 109", "121 frozen at 170",
            ])
    }
}
