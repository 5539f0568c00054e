internal import Timeline

/// The picture inside black bars, in chroma samples (pairs of luma samples).
///
/// Bars are what is black in all key frames at both opposite edges, equally wide up to one sample, and at
/// most a quarter of the picture on each side; anything else (a dark room, a night sky) is picture.
struct ActiveArea: Hashable, Sendable {
    /// Columns and rows of the chroma planes; never empty.
    var columns: Range<Int>
    var rows: Range<Int>

    /// Luma up to which a sample is black: clean bars are at 0 to 4, coded ones a little above.
    private static let black: UInt8 = 20

    static let full = ActiveArea(
        columns: 0..<AnalysisPicture.chromaWidth, rows: 0..<AnalysisPicture.chromaHeight)

    init(columns: Range<Int>, rows: Range<Int>) {
        self.columns = columns
        self.rows = rows
    }

    init(_ pictures: [Picture]) {
        self = .full
        let vertical = Self.bar(
            top: Self.blackRows(pictures, fromTop: true), bottom: Self.blackRows(pictures, fromTop: false),
            length: AnalysisPicture.chromaHeight)
        let horizontal = Self.bar(
            top: Self.blackColumns(pictures, fromLeft: true),
            bottom: Self.blackColumns(pictures, fromLeft: false),
            length: AnalysisPicture.chromaWidth)
        rows = vertical..<(AnalysisPicture.chromaHeight - vertical)
        columns = horizontal..<(AnalysisPicture.chromaWidth - horizontal)
    }

    /// Width of both bars, 0 where there are none.
    private static func bar(top: Int, bottom: Int, length: Int) -> Int {
        guard top > 0, bottom > 0, abs(top - bottom) <= 1, max(top, bottom) * 4 <= length else { return 0 }
        return max(top, bottom)
    }

    private static func blackRows(_ pictures: [Picture], fromTop: Bool) -> Int {
        let height = AnalysisPicture.chromaHeight
        for row in 0..<height {
            let from = 2 * (fromTop ? row : height - 1 - row) * AnalysisPicture.width
            for picture in pictures {
                for index in from..<(from + 2 * AnalysisPicture.width)
                where picture.analysis.planes[index] > black { return row }
            }
        }
        return height
    }

    private static func blackColumns(_ pictures: [Picture], fromLeft: Bool) -> Int {
        let width = AnalysisPicture.chromaWidth
        for column in 0..<width {
            let from = 2 * (fromLeft ? column : width - 1 - column)
            for picture in pictures {
                for row in 0..<AnalysisPicture.height {
                    let index = row * AnalysisPicture.width + from
                    if picture.analysis.planes[index] > black || picture.analysis.planes[index + 1] > black {
                        return column
                    }
                }
            }
        }
        return width
    }
}
