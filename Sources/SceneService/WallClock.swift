internal import Glibc

/// The clocks of the machine. No decision on the media depends on either.
package enum WallClock {
    /// Seconds on a clock that never steps.
    package static func monotonicSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Milliseconds since 1970.
    package static func unixMilliseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// The present as RFC 3339 in UTC with milliseconds.
    package static func timestamp() -> String { timestamp(milliseconds: unixMilliseconds()) }

    /// A moment as RFC 3339 in UTC with milliseconds. `milliseconds`: since 1970.
    package static func timestamp(milliseconds: Int64) -> String {
        var seconds = time_t(milliseconds / 1000)
        var fields = tm()
        gmtime_r(&seconds, &fields)
        func padded(_ value: some BinaryInteger, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date = [
            padded(fields.tm_year + 1900, 4), padded(fields.tm_mon + 1, 2), padded(fields.tm_mday, 2),
        ]
        let time = [padded(fields.tm_hour, 2), padded(fields.tm_min, 2), padded(fields.tm_sec, 2)]
        return date.joined(separator: "-") + "T" + time.joined(separator: ":") + "."
            + padded(milliseconds % 1000, 3) + "Z"
    }
}

/// Names a run: 48 bits of time and 80 random bits in Crockford's base 32, so that names sort by time (ULID).
package enum RunIdentity {
    /// A new name that sorts behind `last`, even where the clock was set back.
    package static func following(_ last: String, make: () -> String) -> String {
        let fresh = make()
        guard fresh <= last else { return fresh }
        var digits = Array(last.utf8)
        for position in digits.indices.reversed() {
            if digits[position] < UInt8(ascii: "Z") {
                // From 9 to A: the code points between are no digits.
                digits[position] =
                    digits[position] == UInt8(ascii: "9") ? UInt8(ascii: "A") : digits[position] + 1
                break
            }
            digits[position] = UInt8(ascii: "0")
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// A new name.
    package static func make() -> String {
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        var generator = SystemRandomNumberGenerator()
        var characters: [Character] = []
        let time = WallClock.unixMilliseconds()
        for digit in (0..<10).reversed() {
            characters.append(alphabet[Int((time >> (5 * Int64(digit))) & 31)])
        }
        for _ in 0..<16 { characters.append(alphabet[Int.random(in: 0..<32, using: &generator)]) }
        return String(characters)
    }
}
