internal import CSceneKernels

/// A vector of half floats (IEEE 754 binary16), as indexes keep them: half the memory of floats, and within
/// 2^-11 of them where nothing is smaller than 2^-14.
package struct HalfVector: Hashable, Sendable {
    /// The bits of each half.
    package let bits: [UInt16]

    package init(bits: [UInt16]) { self.bits = bits }

    /// Each float to the nearest half, ties to even; beyond 65504 infinite.
    package init(_ floats: [Float]) {
        bits = [UInt16](unsafeUninitializedCapacity: floats.count) { buffer, count in
            if let base = buffer.baseAddress { scene_narrow(base, floats, floats.count) }
            count = floats.count
        }
    }

    package var count: Int { bits.count }

    /// Exact.
    package var floats: [Float] {
        [Float](unsafeUninitializedCapacity: bits.count) { buffer, count in
            if let base = buffer.baseAddress { scene_widen(base, bits, bits.count) }
            count = bits.count
        }
    }

    /// All are zero: a vector that has no direction.
    package var isZero: Bool { bits.allSatisfy { $0 & 0x7fff == 0 } }

    /// None is infinite or no number.
    package var isFinite: Bool { bits.allSatisfy { $0 & 0x7c00 != 0x7c00 } }
}
