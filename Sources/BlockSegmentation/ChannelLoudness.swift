/// The usual loudness of a channel: the median of its seconds, older ones counting less.
///
/// A histogram of half decibels; half of the weight is of the last ten minutes.
struct ChannelLoudness: Sendable {
    private static let lowest = -70.0
    private static let step = 0.5
    /// What a second keeps of its weight from one to the next: half after 600.
    private static let keeps = 0.998_845
    /// Seconds before which nothing is usual.
    private static let fewest = 30.0

    private var weights = [Double](repeating: 0, count: 141)
    private var sum = 0.0

    /// Takes the next second, in LUFS; silence does not count.
    mutating func push(_ loudness: Double) {
        guard loudness > Self.lowest else { return }
        for bin in weights.indices { weights[bin] *= Self.keeps }
        let bin = Int(((loudness - Self.lowest) / Self.step).rounded(.down))
        weights[min(bin, weights.count - 1)] += 1
        sum = sum * Self.keeps + 1
    }

    /// nil before half a minute has been heard.
    var median: Double? {
        guard sum >= Self.fewest else { return nil }
        var below = 0.0
        for bin in weights.indices {
            below += weights[bin]
            if below >= sum / 2 { return Self.lowest + Self.step * (Double(bin) + 0.5) }
        }
        return nil
    }
}
