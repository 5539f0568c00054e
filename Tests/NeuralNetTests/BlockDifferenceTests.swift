import TensorKernels
import Testing

/// Blocks looked for in another picture, against the definition worked out one byte at a time.
@Suite struct BlockDifferenceTests {
    private static let width = 64

    private func byDefinition(
        _ picture: [UInt8], _ source: [UInt8], start: Int, stride: Int, rows: Int, down: Int, across: Int
    ) -> [Int] {
        (0..<8).map { block in
            var least = Int.max
            for shift in -down...down {
                for side in -across...across {
                    var sum = 0
                    for row in 0..<rows {
                        for column in 0..<8 {
                            let at = start + row * stride + block * 8 + column
                            sum += abs(Int(picture[at]) - Int(source[at + shift * stride + side]))
                        }
                    }
                    least = min(least, sum)
                }
            }
            return least
        }
    }

    @Test(arguments: [(1, 0, 0), (1, 1, 0), (2, 0, 3), (9, 4, 6), (16, 2, 1)])
    func leastOfAllMoves(rows: Int, down: Int, across: Int) {
        var generator = TestGenerator(seed: UInt64(rows * 100 + down * 10 + across))
        let stride = Self.width + 2 * across
        let count = stride * (rows + 2 * down)
        for round in 0..<20 {
            // Whole range, faint, and the greatest difference that there is.
            let greatest: UInt8 = round % 3 == 0 ? 255 : round % 3 == 1 ? 7 : 1
            let picture = (0..<count).map { _ in
                UInt8.random(in: 0...greatest, using: &generator) &* (255 / greatest)
            }
            let source =
                round == 19
                ? picture.map { 255 - $0 }
                : (0..<count).map { _ in UInt8.random(in: 0...greatest, using: &generator) }
            let start = down * stride + across
            let least = BlockDifferences.least(
                of: picture.span, in: source.span, at: start, stride: stride, rows: rows, down: down,
                across: across)
            #expect(
                (0..<8).map { Int(least[$0]) }
                    == byDefinition(
                        picture, source, start: start, stride: stride, rows: rows, down: down, across: across)
            )
        }
    }

    /// Black against white, as far apart as sixteen rows can be.
    @Test func theGreatestSumFits() {
        let (black, white) = ([UInt8](repeating: 0, count: 1024), [UInt8](repeating: 255, count: 1024))
        let least = BlockDifferences.least(
            of: black.span, in: white.span, at: 0, stride: 64, rows: 16, down: 0, across: 0)
        #expect((0..<8).allSatisfy { least[$0] == 8 * 16 * 255 })
    }
}
