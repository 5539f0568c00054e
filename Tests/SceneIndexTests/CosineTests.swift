import Platform
import TensorKernels
import Testing

/// Cosines of rows, on every variant of the processor.
@Suite struct CosineTests {
    /// All widths around a register, a few of real encoders, and counts that leave rows over.
    @Test(arguments: Array(1...50) + [192, 333, 512, 2048])
    func variantsAgreeToTheBit(width: Int) throws {
        var random = SeededGenerator(seed: UInt64(width))
        let vectors = (0..<11).map { row in
            HalfVector((0..<width).map { _ in row == 4 ? 0 : Float(random.fraction()) - 0.4 })
        }
        let rows = try RowFile.rows(vectors, width: width)
        for (place, query) in vectors.enumerated() {
            var results: [[Float]] = []
            for variant in KernelVariant.available {
                var cosines = [Float](repeating: 9, count: 12)
                rows.cosines(1..<11, with: query.floats, into: &cosines, variant: variant)
                results.append(cosines)
            }
            #expect(results.allSatisfy { $0.map(\.bitPattern) == results[0].map(\.bitPattern) })
            for row in 1..<11 {
                let cosine = results[0][row - 1]
                let exact = Self.cosine(vectors[row].floats, query.floats)
                if let exact {
                    #expect(abs(Double(cosine) - exact) < 2e-6)
                } else {
                    #expect(cosine == -.infinity)
                }
                if row == place, exact != nil { #expect(cosine == 1) }
            }
            #expect(results[0][10] == 9 && results[0][11] == 9)
        }
    }

    /// In Double; nil where either has no length.
    static func cosine(_ left: [Float], _ right: [Float]) -> Double? {
        func dot(_ left: [Float], _ right: [Float]) -> Double {
            zip(left, right).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        let square = dot(left, left) * dot(right, right)
        return square > 0 ? dot(left, right) / square.squareRoot() : nil
    }

    @Test func rowsComeBack() throws {
        let vectors = [HalfVector([1, 2, 3, 4]), HalfVector([-0.5, 6, 7, 8])]
        let rows = try RowFile.rows(vectors, width: 4)
        #expect(rows.row(0) == vectors[0] && rows.row(1) == vectors[1])
        let words = vectors.map { vector in
            vector.bits.reversed().reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
        }
        #expect(rows.readWords(0..<2) == words[0] ^ words[1] && rows.readWords(1..<2) == words[1])
    }
}
