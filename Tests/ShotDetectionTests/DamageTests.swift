import ShotDetection
import Testing
import Timeline

/// A decoder flags a picture that it had to patch up, and not those that it decodes from it.
@Suite("Damage")
struct DamageTests {
    /// Pictures with a key frame every `group`, and one wherever a shot begins.
    private struct BrokenFilm {
        var film: SyntheticFilm
        var keys: Set<Int> = []
        let group = 25

        init(seed: UInt64) {
            film = SyntheticFilm(seed: seed)
        }

        /// Sound pictures up to frame `end`.
        mutating func shoot(to end: Int) {
            while film.count < end {
                note()
                film.shoot(1)
            }
        }

        mutating func cut() {
            film.cut()
            keys.insert(film.count)
        }

        /// From here to frame `end`: one picture that is flagged, then what is decoded from it.
        mutating func breakDown(to end: Int, _ smear: (SyntheticScene, Double, Int) -> Canvas) {
            film.append(Canvas(filledWith: 128), isDamaged: true)
            film.shoot(end - film.count) { smear($0, $1, $2) }
        }

        private mutating func note() {
            if film.count % group == 0 { keys.insert(film.count) }
        }

        func detected() -> [Int] {
            var detector = VideoShotDetector(timeBase: SyntheticFilm.base)
            var found: [ShotCut] = []
            for (frame, picture) in film.pictures.enumerated() {
                var picture = picture
                picture.isKey = keys.contains(frame)
                found += detector.push(picture).cuts
            }
            if let last = film.pictures.last { found += detector.finish(at: last.end).cuts }
            return found.frames
        }
    }

    /// The picture as it was decoded from something quite different.
    private func rubble(_ scene: SyntheticScene, _ time: Double, _ place: Int) -> Canvas {
        SyntheticScene(seed: 99).view(at: 0).mixed(with: scene.view(at: time)) { x, _ in x < 0.8 ? 0 : 1 }
    }

    @Test("What a key frame mends is no cut", arguments: UInt64(1)...6)
    func mended(seed: UInt64) {
        var broken = BrokenFilm(seed: seed + 400)
        broken.shoot(to: 110)
        broken.breakDown(to: 125, rubble)
        broken.shoot(to: 180)
        #expect(broken.detected().isEmpty)
    }

    @Test("The same without a damaged picture is two cuts", arguments: UInt64(1)...6)
    func undamaged(seed: UInt64) {
        var broken = BrokenFilm(seed: seed + 400)
        broken.shoot(to: 110)
        broken.film.shoot(15) { self.rubble($0, $1, $2) }
        broken.shoot(to: 180)
        #expect(broken.detected() == [110, 125])
    }

    @Test("What slides out of damage is no push", arguments: UInt64(1)...6)
    func slide(seed: UInt64) {
        var broken = BrokenFilm(seed: seed + 430)
        broken.shoot(to: 105)
        broken.breakDown(to: 125) { scene, time, place in
            let share = Float(place + 1) / 20
            return scene.view(at: time, shift: (share, 0))
                .mixed(with: SyntheticScene(seed: 98).view(at: time, shift: (share - 1, 0))) { x, _ in
                    x < 1 - share ? 0 : 1
                }
        }
        broken.shoot(to: 180)
        #expect(broken.detected().isEmpty)
    }

    @Test(
        "A cut after damage, for which the encoder put a key frame, is found", arguments: UInt64(1)...6)
    func cut(seed: UInt64) {
        var broken = BrokenFilm(seed: seed + 460)
        broken.shoot(to: 103)
        broken.breakDown(to: 114) { scene, time, _ in
            scene.view(at: time).mixed(with: Canvas(filledWith: 128)) { x, y in x < 0.3 && y < 0.5 ? 1 : 0 }
        }
        broken.cut()
        broken.shoot(to: 180)
        #expect(broken.detected() == [114])
    }

    /// Nothing is left of the picture then, broken or sound: these seeds give shots that are unlike.
    @Test("A cut that comes when a key frame is due is found", arguments: [3, 5, 6] as [UInt64])
    func cutAtRenewal(seed: UInt64) {
        var broken = BrokenFilm(seed: seed + 520)
        broken.shoot(to: 110)
        broken.breakDown(to: 125) { scene, time, _ in
            scene.view(at: time).mixed(with: Canvas(filledWith: 128)) { x, y in x < 0.3 && y < 0.5 ? 1 : 0 }
        }
        broken.cut()
        broken.shoot(to: 180)
        #expect(broken.detected() == [125])
    }

    @Test("A film of key frames loses nothing by a damaged one")
    func intraOnly() {
        var broken = BrokenFilm(seed: 490)
        broken.shoot(to: 60)
        broken.film.append(Canvas(filledWith: 128), isDamaged: true)
        broken.cut()
        broken.shoot(to: 120)
        broken.keys = Set(0..<120)
        #expect(broken.detected() == [61])
    }

    @Test("Long after damage, without any key frame, cuts are found as ever")
    func endless() {
        var film = SyntheticFilm(seed: 495)
        film.shoot(40)
        film.append(Canvas(filledWith: 128), isDamaged: true)
        film.shoot(280)
        film.cut()
        film.shoot(40)
        #expect(film.detected().frames == film.cuts)
    }
}
