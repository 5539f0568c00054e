/// How unexpected something is, -log of a share, as it is printed: nats with three decimals.
///
/// Decisions compare this rounded value, so that what a reader sees is what was decided on.
package struct Nats: Hashable, Sendable, Comparable {
    package let thousandths: Int32

    /// Rounds to the nearest thousandth and clamps to 0...1000; what is no number becomes 0.
    package init(_ value: Double) {
        thousandths = value.isNaN ? 0 : Int32((min(max(value, 0), 1000) * 1000).rounded())
    }

    package var value: Double { Double(thousandths) / 1000 }

    package static func < (left: Nats, right: Nats) -> Bool { left.thousandths < right.thousandths }
}
