import SceneEvents
import Timeline

/// Where the pictures of a run lie, as far as its events tell: they name some of them, and those between two
/// lie evenly where the rate is constant.
struct PictureGrid {
    /// Exact rate of a run whose pictures are those of it, each rounded to its tick.
    private struct Rate {
        var numerator: Int64
        var denominator: Int64
        /// Pictures by which the encoder's clock was ahead: of that many the rounding differs.
        var delay: Int64
    }

    /// Average ticks of a picture, rounded up.
    let pictureLength: Int64

    private let clock: MediaClock
    /// Instants that have a frame, in order, each once; the end of the run is one of them.
    private let known: [Instant]
    /// All of them lie evenly.
    private let isEven: Bool
    /// Labels that timecode counts in a second.
    private let labels: Int64
    private let rate: Rate?

    /// nil where fewer than two instants have a frame, or their frames do not rise with them. O(n log n) of
    /// the instants that are told.
    init?(_ told: ToldEvents, clock: MediaClock) {
        guard clock.countsTicks else { return nil }
        var pictures: [Instant] = []
        for shot in told.shots {
            pictures.append(shot.start)
            for part in shot.parts { pictures += [part.start] + part.keyFrames }
        }
        pictures = Self.ordered(pictures)
        let known = Self.ordered(pictures + told.shots.map(\.end))
        guard let first = known.first, let last = known.last, let start = first.frame, let end = last.frame,
            start < end, zip(known, known.dropFirst()).allSatisfy({ ($0.frame ?? 0) < ($1.frame ?? 0) })
        else { return nil }
        self.clock = clock
        self.known = known
        let (length, count) = (Int128(last.pts) - Int128(first.pts), Int128(end - start))
        pictureLength = Int64(clamping: (length + count - 1) / count)
        // Within a tick, and a tick must be much shorter than a picture; else exactly. Every second picture
        // may lie evenly, and those between them not.
        let room = length >= 8 * count ? count : 0
        let step = known.reduce(Int64(0)) { Self.greatestDivisor($0, ($1.frame ?? 0) - start) }
        isEven =
            known.count > 3 && step == 1
            && known.allSatisfy { instant in
                let offset = (Int128(instant.pts) - Int128(first.pts)) * count
                return (offset - Int128((instant.frame ?? 0) - start) * length).magnitude <= room.magnitude
            }
        let seconds = Double(length) * clock.timeBase.seconds(1)
        let perSecond = Double(end - start) / max(seconds, 1e-9)
        labels = Int64(max(1, min(perSecond.rounded(), 1000)))
        rate = Self.rate(of: pictures, upTo: last, labels: labels, clock)
    }

    private static func greatestDivisor(_ left: Int64, _ right: Int64) -> Int64 {
        var (left, right) = (left, right)
        while right != 0 { (left, right) = (right, left % right) }
        return left
    }

    /// Those that have a plausible frame, in order, each once.
    private static func ordered(_ instants: [Instant]) -> [Instant] {
        var result: [Instant] = []
        let plausible: ClosedRange<Int64> = 0...(1 << 40)
        for instant in instants.filter({ $0.frame.map(plausible.contains) ?? false }).sorted() {
            guard instant.pts == result.last?.pts else {
                result.append(instant)
                continue
            }
            if result[result.count - 1].timecode == nil { result[result.count - 1] = instant }
        }
        return result
    }

    /// The rate that explains every one of `pictures`, and the end within a tick.
    private static func rate(
        of pictures: [Instant], upTo end: Instant, labels: Int64, _ clock: MediaClock
    ) -> Rate? {
        for (numerator, denominator) in [(labels, Int64(1)), (labels * 1000, 1001)] {
            for delay in Int64(0)...4 {
                let rate = Rate(numerator: numerator, denominator: denominator, delay: delay)
                func distance(_ instant: Instant) -> UInt128 {
                    (Int128(ticks(of: instant.frame ?? 0, at: rate, clock)) - Int128(instant.pts)).magnitude
                }
                if distance(end) <= 1, pictures.allSatisfy({ distance($0) == 0 }) { return rate }
            }
        }
        return nil
    }

    /// Ticks at which picture `frame` is shown.
    private static func ticks(of frame: Int64, at rate: Rate, _ clock: MediaClock) -> Int64 {
        func rounded(_ count: Int64) -> Int128 {
            let ticks = Int128(count) * Int128(rate.denominator) * Int128(clock.timeBase.denominator)
            let divisor = Int128(rate.numerator) * Int128(clock.timeBase.numerator)
            return (2 * ticks + divisor) / (2 * divisor)
        }
        let ticks = Int128(clock.startPTS) + rounded(frame + rate.delay) - rounded(rate.delay)
        return Int64(clamping: ticks)
    }

    /// The picture nearest to `pts`, with its frame, and its timecode where the run tells one; nil where it
    /// cannot be known. The end of the run stands for a picture. O(log n) of the instants that are told.
    func picture(nearest pts: Int64) -> Instant? {
        var (low, high) = (0, known.count)
        while low < high {
            let middle = (low + high) / 2
            if known[middle].pts <= pts { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return nil }
        let lower = known[low - 1]
        guard lower.pts < pts else { return lower }
        guard low < known.count else { return nil }
        let upper = known[low]
        guard let start = lower.frame, let end = upper.frame else { return nil }
        let (length, count) = (Int128(upper.pts) - Int128(lower.pts), Int128(end - start))
        let distance = Int128(pts) - Int128(lower.pts)
        let number = Int64((2 * distance * count + length) / (2 * length))
        if number == 0 { return lower }
        if number == end - start { return upper }
        // Timecode is told while the rate is constant, and no longer.
        guard isEven || lower.timecode != nil && upper.timecode != nil else { return nil }
        let ticks =
            rate.map { Self.ticks(of: start + number, at: $0, clock) }
            ?? Int64(clamping: Int128(lower.pts) + (2 * Int128(number) * length + count) / (2 * count))
        guard lower.pts < ticks, ticks < upper.pts else { return nil }
        return Instant(
            pts: ticks, frame: start + number, timecode: timecode(number, behind: lower, before: upper))
    }

    /// That of the picture `number` pictures behind `lower`.
    private func timecode(_ number: Int64, behind lower: Instant, before upper: Instant) -> Int64? {
        guard let first = lower.timecode, let last = upper.timecode, let start = lower.frame,
            let end = upper.frame
        else { return nil }
        guard clock.timecode == TimecodeFormat.labels else { return first + number }
        let label = TimecodeLabel(number: first)
        guard let count = label.frameCount(labelsPerSecond: labels) else { return nil }
        let format = TimecodeFormat(labelsPerSecond: labels, isDropFrame: label.isDropFrame)
        guard format.string(frames: count + end - start) == TimecodeLabel(number: last).description else {
            return nil
        }
        return TimecodeLabel(format.string(frames: count + number))?.number
    }
}
