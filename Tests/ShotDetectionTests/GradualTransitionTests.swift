import ShotDetection
import Testing
import Timeline

@Suite("Gradual transitions")
struct GradualTransitionTests {
    @Test(
        "Each kind is found once, inside its mixed range",
        arguments: [TransitionKind.dissolve, .fadeBlack, .fadeWhite, .wipe, .push], [8, 16, 30])
    func kinds(kind: TransitionKind, length: Int) throws {
        var found = 0
        for seed in UInt64(1)...4 {
            var film = SyntheticFilm(seed: seed + 100)
            film.shoot(60)
            film.mix(kind, length)
            film.shoot(60)
            let cuts = film.detected()
            #expect(cuts.count <= 1)
            guard let cut = cuts.first, let mixed = cut.transition.mixed else { continue }
            let range = film.graduals[0].range
            let frame = Int(try #require(cut.at.frame))
            let first = Int(try #require(mixed.lowerBound.frame))
            let last = Int(try #require(mixed.upperBound.frame))
            #expect(range.contains(frame))
            #expect(frame == (first + last + 1) / 2)
            #expect(cut.transition.kind == kind)
            found += 1
        }
        // A slow push between wavy textures is the hardest.
        #expect(found >= (kind == .push ? 2 : 3))
    }

    @Test(
        "Dissolves up to four seconds, at any rate of pictures", arguments: [1.0, 2.0, 3.4], [24.0, 30, 50])
    func long(seconds: Double, rate: Double) {
        var film = SyntheticFilm(seed: 31, rate: rate)
        film.shoot(Int(3 * rate))
        film.mix(.dissolve, Int(seconds * rate))
        film.shoot(Int(3 * rate))
        let cuts = film.detected()
        #expect(cuts.count == 1)
        #expect(cuts.frames.allSatisfy { film.graduals[0].range.contains($0) })
    }

    @Test("A gradual transition is certain within a second of its end")
    func delay() throws {
        var film = SyntheticFilm(seed: 41)
        film.shoot(60)
        film.mix(.dissolve, 25)
        film.shoot(60)
        var detector = VideoShotDetector(timeBase: SyntheticFilm.base)
        var confirmed: Int64?
        for picture in film.pictures where !detector.push(picture).cuts.isEmpty {
            confirmed = confirmed ?? picture.at.pts
        }
        let end = film.pictures[film.graduals[0].range.upperBound].at.pts
        #expect(SyntheticFilm.base.seconds(try #require(confirmed) - end) <= 1)
    }
}
