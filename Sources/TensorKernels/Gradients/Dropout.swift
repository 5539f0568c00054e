internal import CSceneKernels

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
    matrix.values.withUnsafeMutableBufferPointer { values in
        guard let base = values.baseAddress else { return }
        scene_drop(KernelVariant.best.lanes, base, values.count, key, limit, factor)
    }
}
