/// A timecode as it is written: `HH:MM:SS:FF`, or `HH:MM:SS;FF` where labels are dropped.
///
/// Ordered within one day. The frame rate is not part of a label, so the number of frames is only checked for its
/// width.
package struct TimecodeLabel: Hashable, Sendable {
    package let hours: Int
    package let minutes: Int
    package let seconds: Int
    package let frames: Int
    package let isDropFrame: Bool

    /// nil unless `text` has exactly the form above; three digits of frames are read too (rates above 100).
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 11 || bytes.count == 12 else { return nil }
        let colon = UInt8(ascii: ":")
        guard bytes[2] == colon, bytes[5] == colon else { return nil }
        guard bytes[8] == colon || bytes[8] == UInt8(ascii: ";") else { return nil }
        guard let hours = Self.number(bytes[0..<2]), hours < 24 else { return nil }
        guard let minutes = Self.number(bytes[3..<5]), minutes < 60 else { return nil }
        guard let seconds = Self.number(bytes[6..<8]), seconds < 60 else { return nil }
        guard let frames = Self.number(bytes[9...]) else { return nil }
        self.hours = hours
        self.minutes = minutes
        self.seconds = seconds
        self.frames = frames
        isDropFrame = bytes[8] != colon
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value
    }
}

extension TimecodeLabel: Comparable {
    package static func < (left: TimecodeLabel, right: TimecodeLabel) -> Bool {
        (left.hours, left.minutes, left.seconds, left.frames)
            < (right.hours, right.minutes, right.seconds, right.frames)
    }
}

extension TimecodeLabel: CustomStringConvertible {
    package var description: String {
        let fields = [hours, minutes, seconds].map { padded($0, to: 2) }
        return fields.joined(separator: ":") + (isDropFrame ? ";" : ":") + padded(frames, to: 2)
    }
}

/// A number that is not negative, with leading zeros up to `width` digits.
func padded(_ number: some BinaryInteger, to width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
