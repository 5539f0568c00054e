/// Reads the header `Retry-After` (RFC 9110, section 10.2.3).
package enum RetryAfter {
    /// Longest time that is granted, in seconds: a receiver that asks for a year is asked again after an
    /// hour.
    package static let longest = 3600.0

    /// Seconds from `now` (Unix seconds) that the header's value asks for: a count of seconds, or a date. At
    /// most `longest`; 0 where the date is past; nil where it is neither.
    package static func seconds(_ value: some StringProtocol, now: Double) -> Double? {
        let text = String(value).trimmingBlanks
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            return min(Double(text) ?? longest, longest)
        }
        return HTTPDate.unixSeconds(text, now: now).map { min(max(0, Double($0) - now), longest) }
    }
}

/// Dates as HTTP writes them (RFC 9110, section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`, and two forms of
/// old, `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`.
enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Unix seconds; nil where `text` is no date. `now`: Unix seconds; a year of two digits is the one
    /// nearest to it that is at most 50 years ahead.
    static func unixSeconds(_ text: String, now: Double) -> Int64? {
        let words = text.split { " ,-".contains($0) }.map(String.init)
        guard words.count >= 5 else { return nil }
        let isOldest = months.contains(words[1])
        guard isOldest ? words.count == 5 : words.count == 6 && words[5] == "GMT",
            let day = number(words[isOldest ? 2 : 1], 1...31),
            let month = months.firstIndex(of: words[isOldest ? 1 : 2]),
            var year = number(words[isOldest ? 4 : 3], 0...9999)
        else { return nil }
        if words[isOldest ? 4 : 3].utf8.count == 2 {
            let present = 1970 + Int64(now / 31_556_952)
            year += (present / 100 + 1) * 100
            while year > present + 50 { year -= 100 }
        }
        let clock = words[isOldest ? 3 : 4].split(separator: ":", omittingEmptySubsequences: false)
        guard clock.count == 3, let hours = number(clock[0], 0...23), let minutes = number(clock[1], 0...59),
            // 60: a leap second.
            let seconds = number(clock[2], 0...60)
        else { return nil }
        return days(year, Int64(month) + 1, day) * 86_400 + hours * 3600 + minutes * 60 + seconds
    }

    private static func number(_ text: some StringProtocol, _ range: ClosedRange<Int64>) -> Int64? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int64(text),
            range.contains(value)
        else { return nil }
        return value
    }

    /// Days from 1970-01-01 to a day of the Gregorian calendar: years begin in March, so that a leap day ends
    /// one.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        // 719,468 days from 0000-03-01 to 1970-01-01.
        return 365 * year + year / 4 - year / 100 + year / 400 + ofYear - 719_468
    }
}

extension String {
    /// Without spaces and tabs at both ends.
    fileprivate var trimmingBlanks: String {
        String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
