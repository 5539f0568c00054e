import BroadcastEvidence
import Testing
import Timeline

/// Black, bars and what was shown before.
@Suite struct PictureEvidenceTests {
    private static func picture(_ pts: Int64, _ luma: (Int, Int) -> UInt8) -> Picture {
        var planes = [UInt8](repeating: 128, count: AnalysisPicture.byteCount)
        for row in 0..<AnalysisPicture.height {
            for column in 0..<AnalysisPicture.width {
                planes[row * AnalysisPicture.width + column] = luma(row, column)
            }
        }
        return Picture(at: Instant(pts: pts), duration: 40, analysis: AnalysisPicture(planes: planes))
    }

    private static func plain(_ pts: Int64, _ value: UInt8) -> Picture { picture(pts) { _, _ in value } }

    private static func barred(_ pts: Int64, rows: Int, columns: Int = 0) -> Picture {
        picture(pts) { row, column in
            (rows..<AnalysisPicture.height - rows).contains(row)
                && (columns..<AnalysisPicture.width - columns).contains(column) ? 120 : 0
        }
    }

    @Test func blackRunsAreFound() {
        var finder = BlackRunFinder()
        var runs: [BlackRun] = []
        for (index, value) in ([90, 16, 16, 90, 90, 16, 20, 26, 27, 16] as [UInt8]).enumerated() {
            if let run = finder.push(Self.plain(Int64(index) * 40, value)) { runs.append(run) }
        }
        if let run = finder.finish(at: Instant(pts: 400)) { runs.append(run) }
        #expect(runs.map(\.start.pts) == [40, 200, 360])
        #expect(runs.map(\.end.pts) == [120, 320, 400])
        #expect(finder.finish(at: Instant(pts: 400)) == nil)
    }

    /// A damaged picture neither begins nor ends a run.
    @Test func damagedPicturesArePassedOver() {
        var finder = BlackRunFinder()
        #expect(finder.push(Self.plain(0, 16)) == nil)
        var damaged = Self.plain(40, 200)
        damaged.isDamaged = true
        #expect(finder.push(damaged) == nil)
        let run = finder.push(Self.plain(80, 200))
        #expect(run == BlackRun(start: Instant(pts: 0), end: Instant(pts: 80)))
    }

    @Test func aspectChangesNeedTwoParts() {
        var finder = AspectFinder()
        func push(_ start: Int64, _ rows: Int, _ columns: Int = 0) -> AspectChange? {
            finder.push(
                start: Instant(pts: start),
                pictures: [Self.barred(start, rows: rows, columns: columns).analysis])
        }
        #expect(push(0, 0) == nil)
        #expect(push(1, 4) == nil)
        #expect(push(2, 0) == nil, "one dark part is no change")
        #expect(push(3, 4) == nil)
        #expect(push(4, 5) == AspectChange(at: Instant(pts: 3), bars: BlackBars(rows: 4)))
        #expect(push(5, 5) == nil)
        #expect(
            finder.push(start: Instant(pts: 6), pictures: [Self.plain(6, 0).analysis]) == nil,
            "black says nothing")
        #expect(push(7, 0, 8) == nil)
        #expect(push(8, 0, 8) == AspectChange(at: Instant(pts: 7), bars: BlackBars(columns: 8)))
    }

    /// A scene with dark edges in some of its pictures has bars in none.
    @Test func barsAreThoseOfAllPictures() {
        var finder = AspectFinder()
        func push(_ start: Int64, _ rows: [Int]) -> AspectChange? {
            finder.push(
                start: Instant(pts: start), pictures: rows.map { Self.barred(start, rows: $0).analysis })
        }
        #expect(push(0, [0]) == nil)
        #expect(push(1, [4, 0, 4]) == nil)
        #expect(push(2, [0, 5, 4]) == nil)
        #expect(push(3, [4, 4]) == nil)
        #expect(push(4, [6, 4])?.at.pts == 3)
    }

    private static func scene(_ number: Int) -> AnalysisPicture {
        picture(0) { row, column in
            let (down, across) = (row / 5, column / 8)
            return UInt8((down * 37 + across * 53 + number * (down + 1) * (across + 3) * 29) % 200 + 20)
        }.analysis
    }

    @Test func partsComeBack() throws {
        let second: Int64 = 1000
        var finder = RecurrenceFinder(timeBase: TimeBase(numerator: 1, denominator: 1000))
        func push(_ at: Int64, _ length: Int64, _ number: Int) -> Float? {
            finder.push(
                start: Instant(pts: at * second), end: Instant(pts: at * second + length),
                picture: Self.scene(number))
        }
        #expect(try #require(push(0, 2500, 1)) < 0.1)
        #expect(try #require(push(10, 2500, 1)) < 0.1, "too near: the same place")
        #expect(try #require(push(200, 2500, 2)) < 0.1)
        #expect(try #require(push(400, 2600, 1)) > 0.9)
        #expect(try #require(push(500, 4000, 1)) < 0.5, "of another length")
        #expect(
            finder.push(
                start: Instant(pts: 0), end: Instant(pts: 1), picture: Self.plain(0, 100).analysis) == nil)
    }
}
