/// How many cuts a second a channel usually has; older seconds count less.
///
/// One in five before anything is seen, as if a minute had been; half of the weight is of the last ten
/// minutes.
struct ChannelTempo: Sendable {
    private static let keeps = 0.998_845

    private var sum = 12.0
    private var weight = 60.0

    /// Takes the next second.
    mutating func push(_ cuts: Int) {
        sum = sum * Self.keeps + Double(cuts)
        weight = weight * Self.keeps + 1
    }

    /// From .05 to .6.
    var rate: Double { min(max(sum / weight, 0.05), 0.6) }
}
