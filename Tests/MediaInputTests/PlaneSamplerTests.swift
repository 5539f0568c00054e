import Platform
import MediaInput
import Testing

/// The fast averages against the plain definition.
@Suite struct PlaneSamplerTests {
    /// Mean of all values of the rows and columns a cell covers.
    static func reference(
        _ samples: [UInt16], width: Int, height: Int, step: Int, stride: Int, columns: Int, rows: Int,
        sampled: (Range<Int>) -> [Int]
    ) -> [Double] {
        (0..<rows * columns).map { cell in
            let (row, column) = (cell / columns, cell % columns)
            let top = row * height / rows
            let left = column * width / columns
            let ys = sampled(top..<max(top + 1, (row + 1) * height / rows))
            let xs = left..<max(left + 1, (column + 1) * width / columns)
            var sum = 0.0
            for y in ys { for x in xs { sum += Double(samples[y * stride + x * step]) } }
            return sum / Double(ys.count * xs.count)
        }
    }

    @Test(arguments: [
        (1, 1, 1), (3, 2, 1), (63, 35, 1), (64, 36, 2), (65, 37, 1), (130, 74, 4), (200, 216, 1),
        (127, 100, 2),
    ])
    func smallPlanesAreAveragedExactly(width: Int, height: Int, step: Int) {
        var generator = SeededGenerator(seed: UInt64(width * 1000 + height))
        let stride = width * step + 5
        let samples = (0..<stride * height).map { _ in UInt16(truncatingIfNeeded: generator.next()) }
        let bytes = samples.map { UInt8(truncatingIfNeeded: $0) }
        var sampler = PlaneSampler(width: width, height: height, step: step, columns: 64, rows: 36)
        let ofBytes = bytes.withUnsafeBufferPointer {
            sampler.averages(ofBytes: $0.baseAddress!, stride: stride)
        }
        let ofWords = samples.withUnsafeBufferPointer {
            sampler.averages(ofWords: $0.baseAddress!, stride: stride * 2)
        }
        for (result, values) in [(ofBytes, bytes.map { UInt16($0) }), (ofWords, samples)] {
            let expected = Self.reference(
                values, width: width, height: height, step: step, stride: stride, columns: 64, rows: 36,
                sampled: { Array($0) })
            #expect(result.count == expected.count)
            #expect(zip(result, expected).allSatisfy { abs(Double($0) - $1) <= 0.01 })
        }
    }

    @Test func tallCellsSampleBothFieldsEvenly() {
        // Even rows 200, odd rows 100, as a field pair in motion: each cell must see their mean.
        let (width, height) = (128, 36 * 20)
        let bytes = (0..<width * height).map { UInt8($0 / width % 2 == 0 ? 200 : 100) }
        var sampler = PlaneSampler(width: width, height: height, step: 1, columns: 64, rows: 36)
        let result = bytes.withUnsafeBufferPointer {
            sampler.averages(ofBytes: $0.baseAddress!, stride: width)
        }
        #expect(result.allSatisfy { $0 == 150 })
    }

    @Test func aPictureUpsideDownIsReadByANegativeStride() {
        let (width, height) = (64, 36)
        let bytes = (0..<width * height).map { UInt8($0 / width) }
        var sampler = PlaneSampler(width: width, height: height, step: 1, columns: 64, rows: 36)
        let result = bytes.withUnsafeBufferPointer {
            sampler.averages(ofBytes: $0.baseAddress! + (height - 1) * width, stride: -width)
        }
        #expect(result.first == 35)
        #expect(result.last == 0)
    }
}
