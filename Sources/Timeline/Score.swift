/// A probability or confidence as it is printed: six decimals.
///
/// Decisions compare this rounded value (contract 8), so that what a reader sees is what was decided on.
package struct Score: Hashable, Sendable, Comparable {
    package let millionths: Int32

    /// Rounds to the nearest millionth and clamps to 0...1; NaN becomes 0.
    package init(_ value: Double) {
        millionths = value.isNaN ? 0 : Int32((min(max(value, 0), 1) * 1_000_000).rounded())
    }

    package var value: Double { Double(millionths) / 1_000_000 }

    package static func < (left: Score, right: Score) -> Bool { left.millionths < right.millionths }
}
