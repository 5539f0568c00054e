internal import Glibc

/// The clocks of the machine.
package enum SystemTime {
    /// Seconds since 1970.
    package static func unix() -> Double { seconds(CLOCK_REALTIME) }

    /// Seconds on a clock that never steps.
    package static func monotonic() -> Double { seconds(CLOCK_MONOTONIC) }

    /// Microseconds on the same clock, as systemd counts them.
    package static func monotonicMicroseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
