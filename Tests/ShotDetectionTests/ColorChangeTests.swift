import ShotDetection
import Testing
import Timeline

/// Pictures that are alike but for their colors.
@Suite("Color changes")
struct ColorChangeTests {
    private static let base = TimeBase(numerator: 1, denominator: 25)

    /// A plain picture with a box in it: a color for each, as (Y, Cb, Cr).
    private static func picture(_ ground: (UInt8, UInt8, UInt8), _ box: (UInt8, UInt8, UInt8))
        -> AnalysisPicture
    {
        var planes: [UInt8] = []
        func fill(_ width: Int, _ height: Int, _ outside: UInt8, _ inside: UInt8) {
            for row in 0..<height {
                for column in 0..<width {
                    let isInside =
                        (width / 4..<width / 2).contains(column)
                        && (height / 3..<height / 3 * 2).contains(row)
                    planes.append(isInside ? inside : outside)
                }
            }
        }
        fill(AnalysisPicture.width, AnalysisPicture.height, ground.0, box.0)
        fill(AnalysisPicture.chromaWidth, AnalysisPicture.chromaHeight, ground.1, box.1)
        fill(AnalysisPicture.chromaWidth, AnalysisPicture.chromaHeight, ground.2, box.2)
        return AnalysisPicture(planes: planes)
    }

    private static func cuts(_ shots: [AnalysisPicture], of length: Int) -> [Int64?] {
        var detector = VideoShotDetector(timeBase: base)
        var cuts: [ShotCut] = []
        for number in 0..<shots.count * length {
            let at = Instant(pts: Int64(number), frame: Int64(number))
            cuts += detector.push(Picture(at: at, duration: 1, analysis: shots[number / length])).cuts
        }
        let count = Int64(shots.count * length)
        return (cuts + detector.finish(at: Instant(pts: count, frame: count)).cuts).map(\.at.frame)
    }

    @Test("Plain red, green and blue are three shots")
    func plainColors() {
        let colors: [(UInt8, UInt8, UInt8)] = [(76, 85, 255), (150, 44, 21), (29, 255, 107)]
        #expect(Self.cuts(colors.map { Self.picture($0, $0) }, of: 60) == [60, 120])
    }

    @Test("The same drawing in other colors is another shot; in other light it is not")
    func drawings() {
        let night = Self.picture((30, 150, 115), (90, 110, 140))
        let meadow = Self.picture((150, 80, 105), (220, 110, 140))
        #expect(Self.cuts([night, meadow], of: 60) == [60])
        let lit = Self.picture((60, 154, 112), (150, 106, 143))
        #expect(Self.cuts([night, lit], of: 60) == [])
    }
}
