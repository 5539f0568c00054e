import Timeline

/// Where the samples of a run of sound stand in time: a count of samples from a stamp, which follows the
/// stamps of later packets.
///
/// Stamps that are rounded (Matroska counts milliseconds) move nothing, nor does a single odd one; those that
/// drift move the clock once the median of five is 4 ms off, so that it never is 10 ms off; a jump ends the
/// run. Pure arithmetic, in microseconds.
package struct SoundClock {
    /// Stamps so far off end a run: sound is missing, or another clock began.
    package static let longestStep = 60_000.0
    private static let longestDrift = 4_000.0

    private var origin: Double
    private var count: Int64 = 0
    private let rate: Double
    /// How far the last stamps were from what was expected, oldest first.
    private var steps: [Double] = []
    private static let mostSteps = 5

    /// `rate`: samples a second, of what `add` counts.
    package init(start: Int64, rate: Int) {
        origin = Double(start)
        self.rate = Double(rate)
    }

    /// Where the next samples are expected.
    private var expected: Double { origin + Double(count) * 1e6 / rate }

    /// The next samples carry this stamp. Returns false if they do not belong to the run.
    package mutating func follow(_ stamp: Int64) -> Bool {
        let step = Double(stamp) - expected
        guard abs(step) <= Self.longestStep else { return false }
        steps.append(step)
        guard steps.count >= Self.mostSteps else { return true }
        steps.removeFirst(steps.count - Self.mostSteps)
        let median = steps.sorted()[Self.mostSteps / 2]
        if abs(median) > Self.longestDrift {
            origin += median
            steps = steps.map { $0 - median }
        }
        return true
    }

    /// So many samples came.
    package mutating func add(_ samples: Int) { count += Int64(samples) }

    /// Microseconds at which sample `index` of the run begins, counted at `SoundMeter.rate`.
    package func time(ofSample index: Int64) -> Int64 {
        Int64((origin + Double(index) * 1e6 / Double(SoundMeter.rate)).rounded())
    }
}
