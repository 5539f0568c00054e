import ShotDetection
import Testing
import Timeline

@Suite("Real films")
struct RealFilmTests {
    private static let tears = SharedFilm(name: "tears_of_steel_first100s_1152x482.mp4")
    private static let stills = SharedFilm(name: "testvideo.mp4")

    @Test(
        "Tears of Steel: all twenty cuts to the frame and nothing else",
        .enabled(if: tears.isAvailable, "the shared films or the ffmpeg command are absent"))
    func tearsOfSteel() throws {
        let run = ShotLab.run(try Self.tears.pictures(rate: 24))
        #expect(
            run.cuts.frames == [
                214, 323, 442, 600, 966, 1010, 1095, 1195, 1227, 1288, 1360, 1547, 1678, 1778, 1905, 1971,
                2036, 2218,
                2290, 2357,
            ])
    }

    @Test(
        "Stills with cuts, fades and a dissolve",
        .enabled(if: stills.isAvailable, "the shared films or the ffmpeg command are absent"))
    func fadesAndDissolve() throws {
        let cuts = ShotLab.run(try Self.stills.pictures(rate: 30_000.0 / 1001)).cuts
        #expect(cuts.hardFrames == [30, 180])
        let dissolves = cuts.filter { $0.transition.kind == .dissolve }.frames
        #expect(dissolves.count == 1 && (530...556).contains(dissolves[0]))
        #expect(cuts.contains { $0.transition.kind == .fadeBlack })
    }
}
