internal import Glibc

/// The clocks of the machine. No decision on the media depends on either.
package enum WallClock {
    /// Seconds on a clock that never steps.
    package static func monotonicSeconds() -> Double { seconds(CLOCK_MONOTONIC) }

    /// Microseconds on the same clock, as systemd counts them.
    package static func monotonicMicroseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }

    /// Seconds since the machine was started, those asleep included: by this clock proc(5) says when
    /// processes began.
    package static func secondsSinceBoot() -> Double { seconds(CLOCK_BOOTTIME) }

    /// Seconds since 1970.
    package static func unixSeconds() -> Double { seconds(CLOCK_REALTIME) }

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

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
