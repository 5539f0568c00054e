import ShotDetection
import Testing
import Timeline

@Suite("Statistics of pictures")
struct StatisticsTests {
    static func run(_ pictures: [Picture]) -> (rows: [PictureStatistics], cuts: [ShotCut]) {
        var detector = VideoShotDetector(timeBase: SyntheticFilm.base, recordsStatistics: true)
        var rows: [PictureStatistics] = []
        var cuts: [ShotCut] = []
        for picture in pictures {
            let detection = detector.push(picture)
            cuts += detection.cuts
            let new = detector.takeStatistics()
            #expect(new.allSatisfy { $0.at.pts < detection.horizon }, "a row came before it was certain")
            rows += new
        }
        if let last = pictures.last { cuts += detector.finish(at: last.end).cuts }
        return (rows + detector.takeStatistics(), cuts)
    }

    /// One row for each picture, in order, that says what was decided and why.
    @Test func everyPictureHasARow() throws {
        var film = SyntheticFilm(seed: 11)
        film.shoot(40)
        film.cut()
        film.shoot(50)
        film.cut()
        film.shoot(40)
        let (rows, cuts) = Self.run(film.pictures)
        #expect(rows.map(\.at) == film.pictures.map(\.at))
        let column = { (name: String) in try #require(PictureStatistics.names.firstIndex(of: name)) }
        let (cut, hard, luma) = try (column("cut"), column("hard_score"), column("luma_difference"))
        #expect(rows.filter { $0.values[cut] == 1 }.map(\.at) == cuts.map(\.at))
        #expect(cuts.count == 2)
        for row in rows {
            let isCut = row.values[cut] == 1
            #expect(isCut == ((row.values[hard] ?? 0) >= 0.5))
            if isCut { #expect((row.values[luma] ?? 0) > 3) }
        }
        #expect(PictureStatistics.names == PictureStatistics.names.sorted())
    }

    /// A damaged picture has a row of nothing, and recording changes no answer.
    @Test func damagedPicturesAreEmpty() {
        var film = SyntheticFilm(seed: 12)
        film.shoot(30)
        film.cut()
        film.shoot(40)
        var pictures = film.pictures
        pictures[7].isDamaged = true
        let (rows, cuts) = Self.run(pictures)
        #expect(rows.count == pictures.count)
        #expect(rows[7].values.allSatisfy { ($0 ?? 0) == 0 } && rows[7].values.contains(nil))
        var plain = VideoShotDetector(timeBase: SyntheticFilm.base)
        var expected: [ShotCut] = []
        for picture in pictures { expected += plain.push(picture).cuts }
        if let last = pictures.last { expected += plain.finish(at: last.end).cuts }
        #expect(cuts == expected)
        #expect(plain.takeStatistics().isEmpty)
    }
}
