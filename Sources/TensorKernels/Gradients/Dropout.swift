/// Sets a share `rate` of the values to 0 and divides the others by 1 - rate, in place (Srivastava et al.
/// 2014, in the inverted form that leaves inference alone).
///
/// Which values fall is a function of their position and `key` alone, so the same call on the gradient is the
/// backward pass, and a run can be repeated bit for bit. The hash is the finaliser of MurmurHash3 (Appleby,
/// public domain).
package func applyDropout(_ matrix: inout Matrix, rate: Float, key: UInt64) {
    precondition(rate >= 0 && rate < 1, "a share below 1")
    guard rate > 0 else { return }
    let limit = UInt32(Double(rate) * 4_294_967_296)
    let factor = 1 / (1 - rate)
    let (low, high) = (UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32))
    matrix.values.withUnsafeMutableBufferPointer { values in
        for index in 0..<values.count {
            var hash = UInt32(truncatingIfNeeded: index) &* 0x9E37_79B1 &+ low
            hash ^= hash >> 16
            hash = (hash ^ high) &* 0x85EB_CA6B
            hash ^= hash >> 13
            hash = hash &* 0xC2B2_AE35
            hash ^= hash >> 16
            values[index] = hash >= limit ? values[index] * factor : 0
        }
    }
}
