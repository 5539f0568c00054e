import ShotDetection
import Testing
import Timeline

/// Films of few pictures: each stands for long, and pictures are no measure of time.
@Suite("Few pictures a second")
struct SlowFilmTests {
    @Test("Each slide is a shot, however long it stands", arguments: [0.1, 0.2, 0.5, 1, 2])
    func slides(rate: Double) {
        var film = SyntheticFilm(seed: 801, rate: rate)
        film.shoot(1)
        for _ in 0..<9 {
            film.cut()
            film.shoot(1)
        }
        #expect(film.detected().frames == film.cuts)
    }

    @Test("A slide that is repeated is one shot", arguments: [0.5, 1, 1.3, 2, 3])
    func repeatedSlides(rate: Double) {
        var film = SyntheticFilm(seed: 811, rate: rate, grain: 0)
        for _ in 0..<4 {
            if film.count > 0 { film.cut() }
            let slide = film.view
            film.shoot(12) { _, _, _ in slide }
        }
        #expect(film.detected().frames == film.cuts)
    }

    @Test("A view that hardly changes has no cut", arguments: [0.2, 0.5, 1, 2, 4])
    func watched(rate: Double) {
        var film = SyntheticFilm(seed: 821, rate: rate)
        let scene = SyntheticScene(seed: 822, pan: 0)
        film.shoot(40) { _, time, _ in scene.view(at: time * 0.1) }
        #expect(film.detected().isEmpty)
    }

    /// The picture before a cut may be far older than what is looked back on otherwise.
    @Test("A cut after a long still is found", arguments: 25...45)
    func hold(pictures: Int) {
        var film = SyntheticFilm(seed: 831)
        film.shoot(pictures)
        film.hold(seconds: 7)
        film.cut()
        film.shoot(40)
        #expect(film.detected().frames == film.cuts)
    }
}
