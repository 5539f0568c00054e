/// A timecode as containers write it: `HH:MM:SS:FF`, with `;` (or `.`) before the frames where labels are dropped.
package struct TimecodeLabel: Hashable, Sendable {
    package var hours: Int64
    package var minutes: Int64
    package var seconds: Int64
    package var frames: Int64
    package var isDropFrame: Bool

    /// nil if the text is no timecode.
    package init?(_ text: String) {
        let fields = text.split(omittingEmptySubsequences: false) { ":;.".contains($0) }
        guard fields.count == 4 else { return nil }
        let numbers = fields.compactMap { field in
            field.count == 2 || field.count == 3 ? Int64(field) : nil
        }
        guard numbers.count == 4, numbers.allSatisfy({ $0 >= 0 }), numbers[1] < 60, numbers[2] < 60,
            numbers[0] < 24
        else { return nil }
        (hours, minutes, seconds, frames) = (numbers[0], numbers[1], numbers[2], numbers[3])
        isDropFrame = text.contains(";") || text.contains(".")
    }

    /// Frames since 00:00:00:00; nil if the label does not exist at this rate.
    package func frameCount(labelsPerSecond rate: Int64) -> Int64? {
        guard frames < rate else { return nil }
        let label = ((hours * 60 + minutes) * 60 + seconds) * rate + frames
        guard isDropFrame, rate % 30 == 0 else { return label }
        let dropped = rate / 15
        guard frames >= dropped || seconds != 0 || minutes % 10 == 0 else { return nil }
        let minute = hours * 60 + minutes
        return label - dropped * (minute - minute / 10)
    }
}
