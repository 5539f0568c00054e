/// A moment of the calendar, in milliseconds since 1970 (UTC).
package struct WallTime: Hashable, Sendable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Reads RFC 3339: `2026-01-02T03:04:05Z`, with a fraction and an offset such as `+01:00` if need be; nil
    /// for anything else. What is finer than a millisecond is cut off.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int64? {
            guard range.upperBound <= bytes.count else { return nil }
            return bytes[range].reduce(Int64?(0)) { value, byte in
                (0x30...0x39).contains(byte) ? value.map { $0 * 10 + Int64(byte - 0x30) } : nil
            }
        }
        func has(_ mark: Character, at place: Int) -> Bool {
            place < bytes.count && bytes[place] == mark.asciiValue
        }
        guard let year = number(0..<4), has("-", at: 4), let month = number(5..<7), has("-", at: 7),
            let day = number(8..<10), has("T", at: 10) || has("t", at: 10) || has(" ", at: 10),
            let hour = number(11..<13), has(":", at: 13), let minute = number(14..<16), has(":", at: 16),
            let second = number(17..<19), 1...12 ~= month, 1...Self.length(of: month, in: year) ~= day,
            hour < 24, minute < 60, second <= 60
        else { return nil }
        var (place, fraction, unit) = (19, Int64(0), Int64(100))
        if has(".", at: place) {
            place += 1
            let start = place
            while place < bytes.count, let digit = number(place..<(place + 1)) {
                fraction += digit * unit
                unit /= 10
                place += 1
            }
            guard place > start else { return nil }
        }
        var offset: Int64 = 0
        if has("Z", at: place) || has("z", at: place) {
            place += 1
        } else {
            guard has("+", at: place) || has("-", at: place), let hours = number((place + 1)..<(place + 3)),
                has(":", at: place + 3), let minutes = number((place + 4)..<(place + 6)), hours < 24,
                minutes < 60
            else { return nil }
            offset = (hours * 60 + minutes) * (has("-", at: place) ? -1 : 1)
            place += 6
        }
        guard place == bytes.count else { return nil }
        let minutes = (Self.days(year, month, day) * 24 + hour) * 60 + minute - offset
        milliseconds = (minutes * 60 + second) * 1000 + fraction
    }

    /// Days of a month, from 1 to 12.
    private static func length(of month: Int64, in year: Int64) -> Int64 {
        month == 12 ? 31 : days(year, month + 1, 1) - days(year, month, 1)
    }

    /// Days since 1970-01-01 of the Gregorian calendar. Years begin in March here: leap days end them.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

extension WallTime: CustomStringConvertible {
    /// `2026-01-02T03:04:05.000Z`.
    package var description: String {
        let day: Int64 = 86_400_000
        let inDay = (milliseconds % day + day) % day
        let shifted = (milliseconds - inDay) / day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        func digits(_ number: Int64, _ width: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        let date = (
            year: yearOfEra + era * 400 + (month >= 10 ? 1 : 0), month: (month + 2) % 12 + 1,
            day: dayOfYear - (153 * month + 2) / 5 + 1
        )
        let seconds = inDay / 1000
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { digits($0, 2) }
        return [digits(date.year, 4), digits(date.month, 2), digits(date.day, 2)].joined(separator: "-")
            + "T" + clock.joined(separator: ":") + "." + digits(inDay % 1000, 3) + "Z"
    }
}
