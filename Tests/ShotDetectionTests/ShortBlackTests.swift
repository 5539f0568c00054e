import ShotDetection
import Testing
import Timeline

/// A way into black and the way out again within a second are one answer; a longer black is a shot between
/// two.
@Suite("Short blacks")
struct ShortBlackTests {
    /// Black between two shots.
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// Frames of the way in and of the way out; nil: a cut.
        let fadeOut: Int?
        let fadeIn: Int?
        var hasMark = false
        let seed: UInt64
        /// Frames of black; a second has 25.
        let black: Int
        /// What is told.
        let kinds: [TransitionKind]

        /// What the detector finds; the pictures before the black are 50 and the way in.
        var found: [ShotCut] {
            var film = SyntheticFilm(seed: seed)
            film.hasMark = hasMark
            film.shoot(50)
            if let fadeOut { film.fadeOut(fadeOut) }
            film.blank(black)
            if let fadeIn { film.fadeIn(fadeIn) }
            film.shoot(60)
            return film.detected()
        }
    }

    /// Each film is one in which both ways are told where the black is long.
    private static let films: [(name: String, fadeOut: Int?, fadeIn: Int?, hasMark: Bool, seeds: [UInt64])] =
        [
            ("a fade and a cut", 12, nil, false, [1301, 1303, 1305]),
            ("a fade and a cut behind a mark", 12, nil, true, [1301, 1304]),
            ("a fade and a fade behind a mark", 12, 8, true, [1304]),
            ("a cut and a fade behind a mark", nil, 8, true, [1304, 1305]),
        ]

    private static func cases(black: [Int], isShort: Bool) -> [Case] {
        films.flatMap { film in
            let (first, second): (TransitionKind, TransitionKind) = (
                film.fadeOut == nil ? .cut : .fadeBlack, film.fadeIn == nil ? .cut : .fadeBlack
            )
            return film.seeds.flatMap { seed in
                black.map { black in
                    Case(
                        testDescription: "\(film.name), \(black) black pictures, film \(seed)",
                        fadeOut: film.fadeOut, fadeIn: film.fadeIn, hasMark: film.hasMark, seed: seed,
                        black: black, kinds: isShort ? [first] : [first, second])
                }
            }
        }
    }

    @Test(
        "Within a second the way in is told, and the way out is its rest",
        arguments: cases(black: [16, 22], isShort: true))
    func short(_ item: Case) {
        #expect(item.found.map(\.transition.kind) == item.kinds)
    }

    @Test("A longer black is a shot", arguments: cases(black: [32], isShort: false))
    func long(_ item: Case) {
        #expect(item.found.map(\.transition.kind) == item.kinds)
    }

    @Test("Black between two cuts is a shot, however short", arguments: UInt64(1301)...1305, [16, 22, 50])
    func cuts(seed: UInt64, black: Int) {
        let film = Case(
            testDescription: "", fadeOut: nil, fadeIn: nil, seed: seed, black: black, kinds: [.cut, .cut])
        #expect(film.found.hardFrames == [50, 50 + black] && film.found.count == 2)
    }
}
