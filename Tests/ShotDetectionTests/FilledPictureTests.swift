import ShotDetection
import Testing
import Timeline

/// Pictures that were not decoded because their group shows one place.
@Suite struct FilledPictureTests {
    /// A film whose only transition is a dissolve; of its pictures those are filled that `isFilled` says.
    private static func cuts(isFilled: (Int) -> Bool) -> [ShotCut] {
        var film = SyntheticFilm(seed: 41)
        film.shoot(60)
        film.mix(.dissolve, 25)
        film.shoot(60)
        var detector = VideoShotDetector(timeBase: SyntheticFilm.base)
        var cuts: [ShotCut] = []
        for (number, picture) in film.pictures.enumerated() {
            var picture = picture
            picture.isFilled = film.graduals[0].range.contains(number) && isFilled(number)
            cuts += detector.push(picture).cuts
        }
        guard let end = film.pictures.last?.end else { return cuts }
        return cuts + detector.finish(at: end).cuts
    }

    @Test func aBlendOfKeyFramesIsNoDissolve() {
        let decoded = Self.cuts { _ in false }
        #expect(decoded.count == 1 && decoded[0].transition.kind == .dissolve)
        #expect(Self.cuts { _ in true }.isEmpty)
        // A few decoded pictures among them are no better: what they show lies between the same key frames.
        #expect(Self.cuts { $0 % 3 > 0 }.isEmpty)
        #expect(Self.cuts { $0 % 3 == 0 }.count == 1)
    }

    @Test func runsAreCountedAndForgotten() {
        var runs = FilledRuns()
        for number in [3, 4, 5, 9, 10] { runs.add(number) }
        #expect(runs.fillMost(of: 3...5) && runs.fillMost(of: 2...5) && !runs.fillMost(of: 0...5))
        #expect(!runs.fillMost(of: 6...8) && runs.fillMost(of: 9...9))
        #expect(runs.leaves(fewerThan: 2, of: 2...5) && !runs.leaves(fewerThan: 1, of: 2...5))
        #expect(!FilledRuns().leaves(fewerThan: 4, of: 0...4))
        runs.dropBefore(6)
        #expect(!runs.fillMost(of: 3...5) && runs.fillMost(of: 9...10))
    }
}
