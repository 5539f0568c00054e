/// SMPTE timecode of a constant frame rate (SMPTE ST 12-1).
///
/// Rates of N x 1000/1001 count N labels a second; 29.97 and 59.94 drop labels to stay with the wall clock,
/// 23.976 does not.
package struct TimecodeFormat: Hashable, Sendable {
    /// Labels per second: 24, 25, 30, 50, 60 ...
    package let labelsPerSecond: Int64
    /// Labels 0 and 1 (at 30; 0...3 at 60) are skipped every minute but each tenth.
    package let isDropFrame: Bool

    /// Of labels that were read, whose rate is not told: a number stands for its label,
    /// `TimecodeLabel.number`.
    package static let labels = TimecodeFormat(labelsPerSecond: .max)

    package init(labelsPerSecond: Int64, isDropFrame: Bool = false) {
        precondition(labelsPerSecond > 0, "a timecode counts at least one label a second")
        self.labelsPerSecond = labelsPerSecond
        self.isDropFrame = isDropFrame && labelsPerSecond % 30 == 0
    }

    /// The format of a stream that shows `numerator`/`denominator` pictures a second; nil if timecode does
    /// not count such a rate (not near an integer, or above 120).
    package init?(rateNumerator numerator: Int64, denominator: Int64) {
        guard numerator > 0, denominator > 0 else { return nil }
        let rate = Double(numerator) / Double(denominator)
        let labels = rate.rounded()
        guard labels >= 1, labels <= 120 else { return nil }
        let isExact = abs(rate - labels) < labels * 1e-6
        let isNTSC = abs(rate - labels * 1000 / 1001) < labels * 1e-5
        guard isExact || isNTSC else { return nil }
        self.init(labelsPerSecond: Int64(labels), isDropFrame: isNTSC && (labels == 30 || labels == 60))
    }

    /// `HH:MM:SS:FF`, with `;` before the frames where labels are dropped; hours wrap at 24.
    package func string(frames: Int64) -> String {
        if self == .labels { return TimecodeLabel(number: frames).description }
        var label = frames
        if isDropFrame {
            let dropped = labelsPerSecond / 15
            let perMinute = labelsPerSecond * 60 - dropped
            let perTenMinutes = labelsPerSecond * 600 - dropped * 9
            let (tens, rest) = frames.quotientAndRemainder(dividingBy: perTenMinutes)
            label += dropped * 9 * tens
            if rest >= dropped { label += dropped * ((rest - dropped) / perMinute) }
        }
        let seconds = label / labelsPerSecond
        let fields = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60].map(twoDigits)
        return fields.joined(separator: ":") + (isDropFrame ? ";" : ":") + twoDigits(label % labelsPerSecond)
    }

    private func twoDigits(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
