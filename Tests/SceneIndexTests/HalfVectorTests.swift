import Platform
import TensorKernels
import Testing

/// Half floats and cosines against what the language itself computes.
@Suite struct HalfVectorTests {
    /// Every half comes back from its float, and is the one that Swift knows.
    @Test func everyHalf() {
        let all = HalfVector(bits: Array(0...UInt16.max))
        let floats = all.floats
        for (bits, float) in zip(all.bits, floats) {
            let known = Float(Float16(bitPattern: bits))
            if known.isNaN {
                #expect(float.isNaN)
            } else {
                #expect(float.bitPattern == known.bitPattern, "\(bits)")
            }
        }
        for (bits, again) in zip(all.bits, HalfVector(floats).bits) {
            let isNumber = !Float16(bitPattern: bits).isNaN
            #expect(isNumber ? bits == again : Float16(bitPattern: again).isNaN, "\(bits)")
        }
    }

    @Test func roundingIsToTheNearestEven() {
        var random = SeededGenerator(seed: 3)
        var floats: [Float] = [0, -0, 65504, 65519, 65520, -65520, .infinity, .nan, 5.9e-8, 2.9e-8, 6.1e-5]
        floats += (0..<200_000).map { _ in Float(bitPattern: UInt32(truncatingIfNeeded: random.next())) }
        // Around halves, and halfway between them.
        floats += (0..<60_000).map {
            Float(Float16(bitPattern: UInt16($0) & 0x7bff)) * (1 + Float($0 % 5) * 0x1p-12)
        }
        for (float, bits) in zip(floats, HalfVector(floats).bits) where !float.isNaN {
            #expect(bits == Float16(float).bitPattern, "\(float)")
        }
        #expect(Float16(bitPattern: HalfVector([.nan]).bits[0]).isNaN)
        #expect(!HalfVector([.nan]).isFinite && !HalfVector([.infinity]).isFinite && HalfVector([1]).isFinite)
        #expect(HalfVector([0, -0]).isZero && !HalfVector([0, 1]).isZero)
    }
}
