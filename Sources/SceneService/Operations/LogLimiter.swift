/// Decides which log lines are written: a number per minute and key (a feed).
///
/// A value without a clock. Errors always pass.
package struct LogLimiter: Hashable, Sendable {
    /// What to do with a line.
    package enum Verdict: Hashable, Sendable {
        /// Write it; `suppressed` lines of the same key were left out since the last one.
        case write(suppressed: Int)
        case suppress
    }

    private struct Bucket: Hashable {
        var tokens: Double
        var refilled: Double
        var suppressed = 0
    }

    /// Lines per minute and key.
    package var perMinute: Double
    private var buckets: [String: Bucket] = [:]
    /// Lines left out so far.
    package private(set) var suppressed = 0

    /// - Parameter perMinute: lines per minute and key; as many may come at once.
    package init(perMinute: Int) { self.perMinute = Double(perMinute) }

    /// What to do with a line of `key`. What `isUrgent` passes, and counts. `now`: seconds on the monotonic
    /// clock.
    package mutating func verdict(key: String, isUrgent: Bool, now: Double) -> Verdict {
        var bucket = buckets[key] ?? Bucket(tokens: perMinute, refilled: now)
        bucket.tokens = min(perMinute, bucket.tokens + (now - bucket.refilled) * perMinute / 60)
        bucket.refilled = now
        defer { buckets[key] = bucket }
        if !isUrgent, bucket.tokens < 1 {
            bucket.suppressed += 1
            suppressed += 1
            return .suppress
        }
        bucket.tokens = max(0, bucket.tokens - 1)
        defer { bucket.suppressed = 0 }
        return .write(suppressed: bucket.suppressed)
    }
}
