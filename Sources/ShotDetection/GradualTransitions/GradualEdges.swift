/// Where within a coarse interval the mixing begins and ends, and what kind of transition it looks like.
struct GradualEdges: Sendable {
    /// Numbers of the first and last mixed picture.
    let first: Int
    let last: Int

    /// The pictures whose progress lies here are on the ramp: noise at the ends stays out.
    private static let ramp: ClosedRange<Float> = 0.12...0.88

    /// Of a model's progress (a border, a shift) at the samples of `profile`; nil where it jumps or does not
    /// grow.
    init?(_ profile: GradualProfile, progress: [Float]) {
        var sums = LineSums()
        for (index, value) in zip(profile.indices, progress) where Self.travel.contains(value) {
            sums.add(Float(index - profile.start), value)
        }
        guard let (zero, one) = sums.crossings() else { return nil }
        self.init(zero, one, behind: profile.start, within: (profile.start + 1)...(profile.end - 1))
    }

    /// What a model says of pictures outside its ramp is exactly 0 or 1.
    private static let travel: ClosedRange<Float> = 0.04...0.96

    /// `zero` and `one` count from picture `origin`: numbers of pictures grow for months, beyond what a
    /// `Float` tells apart.
    private init(_ zero: Float, _ one: Float, behind origin: Int, within range: ClosedRange<Int>) {
        first = min(max(origin + Int((zero + 0.5).rounded(.down)) + 1, range.lowerBound), range.upperBound)
        last = min(max(origin + Int((one + 0.5).rounded(.down)) - 1, first), range.upperBound)
    }

    /// Of the interval between the ends of `profile`; nil where progress jumps: no mixed picture.
    init?(_ profile: GradualProfile, in history: SignatureHistory) {
        let low = profile.start + 1
        let high = profile.end - 1
        guard low <= high else { return nil }
        let flat = history[history.flattest(from: profile.start, to: profile.end)].bodyContrast
        let ends = min(history[profile.start].bodyContrast, history[profile.end].bodyContrast)
        let fades = flat < 0.3 * ends && flat < 10
        let found: (Float, Float)?
        if fades {
            found = Self.fade(profile, low, high, in: history)
        } else {
            var progress: [Float] = []
            progress.reserveCapacity(high - low + 1)
            for index in low...high { progress.append(profile.progress(of: index, in: history)) }
            found = Self.line(progress)
        }
        guard let (zero, one) = found else { return nil }
        self.init(zero, one, behind: low, within: low...high)
    }

    /// Fits a line through the ramp; returns where it crosses 0 and 1, from the first picture on.
    private static func line(_ progress: [Float]) -> (Float, Float)? {
        var sums = LineSums()
        for (offset, value) in progress.enumerated() where ramp.contains(value) {
            sums.add(Float(offset), value)
        }
        return sums.crossings()
    }

    /// What a straight line is fitted from.
    private struct LineSums {
        private var count: Float = 0
        private var sumX: Float = 0
        private var sumY: Float = 0
        private var sumXX: Float = 0
        private var sumXY: Float = 0

        mutating func add(_ x: Float, _ y: Float) {
            count += 1
            sumX += x
            sumY += y
            sumXX += x * x
            sumXY += x * y
        }

        /// Where the line crosses 0 and 1.
        func crossings() -> (Float, Float)? {
            guard count >= 2 else { return nil }
            let determinant = count * sumXX - sumX * sumX
            guard determinant > 0 else { return nil }
            let slope = (count * sumXY - sumX * sumY) / determinant
            guard slope > 0.002 else { return nil }
            let shift = (sumY - slope * sumX) / count
            return (-shift / slope, (1 - shift) / slope)
        }
    }

    /// A fade has two ramps of contrast, down to its least and up again; an abrupt side has none. Counts from
    /// `low`.
    private static func fade(
        _ profile: GradualProfile, _ low: Int, _ high: Int, in history: SignatureHistory
    ) -> (Float, Float)? {
        let lowest = history.flattest(from: low, to: high)
        let least = history[lowest].bodyContrast
        func loss(_ index: Int, of whole: Float) -> Float {
            whole - least > 1 ? 1 - (history[index].bodyContrast - least) / (whole - least) : 0
        }
        let before = history[profile.start].bodyContrast
        let after = history[profile.end].bodyContrast
        var down: [Float] = []
        for index in low...lowest { down.append(loss(index, of: before)) }
        var up: [Float] = []
        for index in lowest...high { up.append(loss(index, of: after)) }
        let zero: Float
        if let crossing = line(down) {
            zero = crossing.0
        } else {
            zero = Float(down.firstIndex { $0 > 0.5 } ?? 0) - 1
        }
        let one: Float
        up.reverse()
        if let crossing = line(up) {
            one = Float(high - low) - crossing.0
        } else {
            one = Float(high - low - (up.firstIndex { $0 > 0.5 } ?? 0)) + 1
        }
        return (zero, one)
    }
}
