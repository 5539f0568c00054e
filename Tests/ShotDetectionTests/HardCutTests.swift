import Platform
import ShotDetection
import Testing
import Timeline

@Suite("Hard cuts")
struct HardCutTests {
    @Test("Cuts are found to the frame, and nothing else", arguments: UInt64(1)...8)
    func exact(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var film = SyntheticFilm(seed: seed)
        film.shoot(30)
        for _ in 0..<6 {
            film.cut()
            film.shoot(random.integer(8...60))
        }
        #expect(film.detected().frames == film.cuts)
        #expect(film.detected().allSatisfy { $0.transition.kind == .cut && $0.transition.mixed == nil })
    }

    @Test("Any rate of pictures", arguments: [10, 15, 23.976, 24, 29.97, 30, 50, 59.94, 60])
    func rates(rate: Double) {
        var film = SyntheticFilm(seed: 77, rate: rate)
        film.shoot(Int(2 * rate))
        for _ in 0..<3 {
            film.cut()
            film.shoot(Int(1.5 * rate))
        }
        #expect(film.detected().frames == film.cuts)
    }

    @Test("A shot of six frames keeps both its cuts")
    func shortShot() {
        var film = SyntheticFilm(seed: 5)
        film.shoot(40)
        film.cut()
        film.shoot(6)
        film.cut()
        film.shoot(40)
        #expect(film.detected().frames == film.cuts)
    }

    @Test("Cuts are announced with the third picture after them, and confirmed", arguments: UInt64(1)...8)
    func announced(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var film = SyntheticFilm(seed: seed)
        film.shoot(30)
        for _ in 0..<6 {
            film.cut()
            film.shoot(random.integer(25...60))
        }
        var detector = VideoShotDetector(timeBase: SyntheticFilm.base, announcesCuts: true)
        var early: [Int64] = []
        var late: [Int64] = []
        for picture in film.pictures {
            for notice in detector.push(picture).notices {
                let delay = (picture.at.frame ?? 0) - (notice.at.frame ?? 0)
                if notice.state == .provisional {
                    #expect(delay == 3)
                    early.append(notice.at.frame ?? -1)
                } else {
                    #expect(notice.state == .final && delay <= 20)
                    late.append(notice.at.frame ?? -1)
                }
            }
        }
        #expect(early == film.cuts.map(Int64.init))
        #expect(late == early)
    }

    @Test("A flash of one or two pictures is not announced", arguments: [1, 2], UInt64(1)...4)
    func flashes(length: Int, seed: UInt64) {
        var film = SyntheticFilm(seed: seed + 300)
        film.shoot(40)
        for _ in 0..<length { film.append(Canvas(filledWith: 250)) }
        film.shoot(40)
        var detector = VideoShotDetector(timeBase: SyntheticFilm.base, announcesCuts: true)
        #expect(film.pictures.allSatisfy { detector.push($0).notices.isEmpty })
    }

    @Test("A cut is confirmed within 0.8 s of it, whatever came before", arguments: Distractor.allCases)
    func delay(distractor: Distractor) {
        for seed in UInt64(1)...6 {
            var film = SyntheticFilm(seed: seed + 700)
            film.shoot(75) { distractor.view($0, $1, $2) }
            film.cut()
            film.shoot(50)
            var detector = VideoShotDetector(timeBase: SyntheticFilm.base)
            for picture in film.pictures {
                for cut in detector.push(picture).cuts where cut.at.frame == Int64(film.cuts[0]) {
                    let delay = SyntheticFilm.base.seconds(picture.at.pts - cut.at.pts)
                    #expect(cut.transition.kind != .cut || delay <= 0.8, "seed \(seed): \(delay) s")
                }
            }
        }
    }

    @Test("Damaged pictures take no part")
    func damage() {
        var film = SyntheticFilm(seed: 9)
        film.shoot(40)
        for frame in 0..<3 { film.append(Canvas(filledWith: Float(60 * frame)), isDamaged: true) }
        film.shoot(40)
        film.cut()
        film.shoot(40)
        #expect(film.detected().frames == film.cuts)
    }

    @Test("After finish the detector is as new")
    func reuse() throws {
        var film = SyntheticFilm(seed: 11)
        film.shoot(30)
        film.cut()
        film.shoot(30)
        var detector = VideoShotDetector(timeBase: SyntheticFilm.base)
        var runs: [[ShotCut]] = []
        for _ in 0..<2 {
            var found: [ShotCut] = []
            for picture in film.pictures { found += detector.push(picture).cuts }
            let end = try #require(film.pictures.last).end
            let last = detector.finish(at: end)
            #expect(last.horizon == end.pts)
            runs.append(found + last.cuts)
        }
        #expect(runs[0] == runs[1])
        #expect(runs[0].frames == film.cuts)
    }
}
