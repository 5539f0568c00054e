import ShotDetection
import Testing
import Timeline

/// Black bars, which never change, must not make what changes between them look small.
@Suite("Black bars")
struct BlackBarTests {
    struct Frame: CustomStringConvertible, Sendable {
        /// Columns and rows of the analysis picture that each bar covers.
        var columns = 0
        var rows = 0
        var description: String { "\(columns) columns, \(rows) rows" }

        static let none = Frame()

        /// `canvas` squeezed between the bars.
        func around(_ canvas: Canvas) -> Canvas {
            var result = canvas
            var offset = 0
            for (width, height, unit) in [
                (Canvas.width, Canvas.height, 1), (Canvas.width / 2, Canvas.height / 2, 2),
                (Canvas.width / 2, Canvas.height / 2, 2),
            ] {
                let (left, top) = (Double(columns) / Double(unit), Double(rows) / Double(unit))
                for y in 0..<height {
                    for x in 0..<width {
                        let across = (Double(x) + 0.5 - left) / (Double(width) - 2 * left)
                        let down = (Double(y) + 0.5 - top) / (Double(height) - 2 * top)
                        let isInside = (0..<1).contains(across) && (0..<1).contains(down)
                        result.values[offset + y * width + x] =
                            isInside
                            ? canvas.values[
                                offset + Int(down * Double(height)) * width + Int(across * Double(width))]
                            : unit == 1 ? 0 : 128
                    }
                }
                offset += width * height
            }
            return result
        }
    }

    /// Shots of `frames` each, all in their frame.
    private static func film(_ seed: UInt64, frames: Int, in surroundings: [Frame]) -> SyntheticFilm {
        var film = SyntheticFilm(seed: seed, grain: 0.5)
        for (number, surrounding) in surroundings.enumerated() {
            if number > 0 { film.cut() }
            film.shoot(frames) { scene, time, _ in surrounding.around(scene.view(at: time)) }
        }
        return film
    }

    /// An upright film of a telephone, television of 4:3, a wide film, and both kinds of bars, in pictures of
    /// 16:9.
    @Test(arguments: [
        Frame(columns: 22), Frame(columns: 8), Frame(rows: 5), Frame(columns: 8, rows: 5),
        Frame(columns: 20, rows: 9),
    ])
    func cutsBetweenBarsAreFound(frame: Frame) {
        for seed in UInt64(1)...5 {
            let film = Self.film(seed, frames: 40, in: [Frame](repeating: frame, count: 12))
            #expect(film.detected().frames == film.cuts, "seed \(seed)")
        }
    }

    /// Clips of other shapes between full pictures, shorter and longer than it takes to be sure of bars.
    @Test(arguments: [40, 90, 150])
    func barsComeAndGoWithTheirShots(frames: Int) {
        for seed in UInt64(1)...3 {
            let film = Self.film(
                seed, frames: frames,
                in: [.none, Frame(columns: 8), .none, Frame(rows: 5), Frame(columns: 22), .none])
            #expect(film.detected().frames == film.cuts, "seed \(seed)")
        }
    }

    /// Night at both edges for six seconds, then light: looked at anew, but no shot change.
    @Test func darkEdgesThatGrowLightAreNoChange() {
        for seed in UInt64(1)...5 {
            var film = SyntheticFilm(seed: seed)
            film.shoot(250) { scene, time, place in
                let edge = 0.2 * Float(1 - min(max(Double(place - 150) / 25, 0), 1))
                return scene.view(at: time).mixed(with: Canvas(filledWith: 0)) { x, _ in
                    x < edge || x > 1 - edge ? 1 : 0
                }
            }
            #expect(film.detected().isEmpty, "seed \(seed)")
        }
    }
}
