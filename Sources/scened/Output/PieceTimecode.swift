import SceneFormats
import Timeline

/// Timecode of the pictures that pieces of a film begin with, where cuts are not at the pictures that events
/// name.
struct PieceTimecode {
    private let timeBase: TimeBase
    /// nil where pictures come at no constant rate.
    private let rate: FrameRate?

    init(_ log: EventLog) { (timeBase, rate) = (log.timeBase, log.frameRate) }

    /// The label of the picture that is shown `ticks` behind one that has the label `known`; nil where that
    /// is not known.
    func label(_ ticks: Int64, behind known: String?) -> String? {
        guard ticks != 0 else { return known }
        guard let rate, let label = known.flatMap({ TimecodeLabel($0) }),
            let count = label.frameCount(labelsPerSecond: rate.labelsPerSecond)
        else { return nil }
        let exact = Int128(ticks) * Int128(timeBase.numerator) * Int128(rate.numerator)
        let unit = Int128(timeBase.denominator) * Int128(rate.denominator)
        let frames = Int64(clamping: (exact + (exact < 0 ? -unit / 2 : unit / 2)) / unit)
        let labels = rate.labelsPerSecond
        let format = TimecodeFormat(labelsPerSecond: labels, isDropFrame: label.isDropFrame)
        // Nine minutes of ten lack two labels of thirty (SMPTE ST 12-1).
        let day = labels * 86400 - (format.isDropFrame ? labels / 15 * 9 * 144 : 0)
        let place = (count + frames % day + day) % day
        return format.string(frames: place)
    }
}
