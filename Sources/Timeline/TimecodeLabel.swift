/// A timecode as it is written: `HH:MM:SS:FF`, with `;` (or `.`) before the frames where labels are dropped.
///
/// Ordered within one day. The frame rate is not part of a label, so the number of frames is only checked for
/// its width.
package struct TimecodeLabel: Hashable, Sendable {
    package var hours: Int64
    package var minutes: Int64
    package var seconds: Int64
    package var frames: Int64
    package var isDropFrame: Bool

    /// nil unless `text` has the form above; three digits of frames are read too (rates above 100).
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 11 || bytes.count == 12 else { return nil }
        let marks = [bytes[2], bytes[5], bytes[8]]
        guard marks.allSatisfy({ ":;.".utf8.contains($0) }) else { return nil }
        guard let hours = Self.number(bytes[0..<2]), hours < 24 else { return nil }
        guard let minutes = Self.number(bytes[3..<5]), minutes < 60 else { return nil }
        guard let seconds = Self.number(bytes[6..<8]), seconds < 60 else { return nil }
        guard let frames = Self.number(bytes[9...]) else { return nil }
        self.hours = hours
        self.minutes = minutes
        self.seconds = seconds
        self.frames = frames
        isDropFrame = marks.contains { $0 != UInt8(ascii: ":") }
    }

    /// Stands for the label where its rate is not known: `TimecodeFormat.labels`. Rises with time within a
    /// day.
    package var number: Int64 {
        (((hours * 60 + minutes) * 60 + seconds) * 1000 + frames) * 2 + (isDropFrame ? 1 : 0)
    }

    /// The label that `number` stands for; not negative.
    package init(number: Int64) {
        let label = number / 2
        (hours, minutes) = (label / 3_600_000 % 24, label / 60_000 % 60)
        (seconds, frames) = (label / 1000 % 60, label % 1000)
        isDropFrame = number % 2 == 1
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        var value: Int64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int64(digit - UInt8(ascii: "0"))
        }
        return value
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

extension TimecodeLabel: Comparable {
    package static func < (left: TimecodeLabel, right: TimecodeLabel) -> Bool {
        (left.hours, left.minutes, left.seconds, left.frames)
            < (right.hours, right.minutes, right.seconds, right.frames)
    }
}

extension TimecodeLabel: CustomStringConvertible {
    package var description: String {
        func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let fields = [hours, minutes, seconds].map(padded)
        return fields.joined(separator: ":") + (isDropFrame ? ";" : ":") + padded(frames)
    }
}
