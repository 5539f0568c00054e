/// Floats that kernels read and nobody changes: in memory of their own, or where they lie in a mapped file,
/// so that all processes that map it share them.
package final class SharedFloats: @unchecked Sendable {
    package let count: Int
    let base: UnsafePointer<Float>
    /// Keeps the memory.
    private let owner: AnyObject

    init(_ floats: AlignedFloats) {
        count = floats.count
        base = UnsafePointer(floats.base)
        owner = floats
    }

    /// `count` floats at `base`, which `owner` keeps.
    init(base: UnsafePointer<Float>, count: Int, owner: AnyObject) {
        self.base = base
        self.count = count
        self.owner = owner
    }

    /// A copy.
    package var values: [Float] { [Float](UnsafeBufferPointer(start: base, count: count)) }

    /// Whether all are finite numbers. Reads all.
    package var areFinite: Bool {
        // A sum of products with zero is zero, or no number.
        var sums = SIMD8<Float>.zero
        var index = 0
        while index + 8 <= count {
            sums += UnsafeRawPointer(base + index).loadUnaligned(as: SIMD8<Float>.self) * 0
            index += 8
        }
        var sum = sums.sum()
        while index < count {
            sum += base[index] * 0
            index += 1
        }
        return sum == 0
    }

    /// Whether the lower halves of the first `count` floats are finite numbers of bfloat16. Reads all of
    /// them.
    func lowerHalvesAreFinite(count: Int) -> Bool {
        let exponent: UInt32 = 0x7F80
        var isFinite = true
        for index in 0..<count { isFinite = isFinite && base[index].bitPattern & exponent != exponent }
        return isFinite
    }
}
