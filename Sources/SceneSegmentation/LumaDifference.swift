internal import Timeline

/// Sum of the absolute luma differences of two pictures, over all `AnalysisPicture.lumaCount` pixels.
///
/// At most 255 x 2304, which 32 bits hold. A plain loop over bytes, which the compiler vectorises.
func lumaDifference(_ left: AnalysisPicture, _ right: AnalysisPicture) -> Int64 {
    let left = left.planes.span
    let right = right.planes.span
    let count = AnalysisPicture.lumaCount
    precondition(left.count >= count && right.count >= count)
    var sum: UInt32 = 0
    for pixel in 0..<count {
        let a = left[unchecked: pixel]
        let b = right[unchecked: pixel]
        sum &+= UInt32(max(a, b) &- min(a, b))
    }
    return Int64(sum)
}
