/// A usage error in the options of segmentation: one line that says what is wrong and what to do about it.
package struct SegmentationOptionError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// The deadline is shorter than the detector's lag: nothing is known by then.
        case deadlineBelowLag
        /// `thirds` was asked for, but the deadline is too short for it.
        case deadlineTooShortForThirds
        /// tau is too short for the minimum shot length, or not a positive number.
        case splitTooShort
    }

    package var code: Code
    /// One line: the problem, then the remedy.
    package var description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
