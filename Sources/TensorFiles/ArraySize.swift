/// How large arrays are whose sides a file names.
enum ArraySize {
    /// The product of `width` and all sides, none of which is negative. O(sides).
    ///
    /// - Returns: nil where `width` times the sides other than 0 is beyond all integers: the steps between
    ///   elements are products of these, even where a side of 0 leaves no element.
    static func product(_ sides: [Int], width: Int = 1) -> Int? {
        var size = width
        for side in sides where side != 0 {
            let (product, overflow) = size.multipliedReportingOverflow(by: side)
            guard !overflow else { return nil }
            size = product
        }
        return sides.contains(0) ? 0 : size
    }
}
