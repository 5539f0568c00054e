/// Which samples of a line each sample of its resized line takes, and how much of each: antialiased bicubic
/// resampling with a = -0.5, in the fixed-point arithmetic of the Python Imaging Library, so that results
/// agree to the bit.
///
/// Keys 1981, "Cubic convolution interpolation for digital image processing"; the filter is stretched by the
/// factor by which the line shrinks.
struct ResamplingTable: Equatable, Sendable {
    /// Coefficients are multiples of 2^-22: sums of bytes stay inside 32 bits.
    static let precision: Int32 = 22

    /// For each wanted output sample, the first input sample.
    let starts: [Int]
    /// Coefficients per output sample; short rows end in zeros.
    let width: Int
    /// `starts.count` x `width`.
    let coefficients: [Int32]

    /// The given output samples of a line of `inputCount` resized to `outputCount`.
    init(inputCount: Int, outputCount: Int, wanted: Range<Int>) {
        let scale = Double(inputCount) / Double(outputCount)
        let stretch = max(scale, 1)
        let support = 2 * stretch
        var starts: [Int] = []
        var rows: [[Int32]] = []
        for output in wanted {
            let center = (Double(output) + 0.5) * scale
            let start = max(0, Int(center - support + 0.5))
            let end = min(inputCount, Int(center + support + 0.5))
            var weights = (start..<end).map { Self.bicubic((Double($0) - center + 0.5) * (1 / stretch)) }
            let sum = weights.reduce(0, +)
            if sum != 0 { weights = weights.map { $0 / sum } }
            starts.append(start)
            rows.append(weights.map(Self.fixedPoint))
        }
        let width = rows.map(\.count).max() ?? 0
        // A row near the end must not read beyond the line, whatever its padding.
        self.width = width
        self.starts = starts.map { min($0, max(0, inputCount - width)) }
        var coefficients = [Int32](repeating: 0, count: rows.count * width)
        for (place, row) in rows.enumerated() {
            let first = place * width + starts[place] - self.starts[place]
            coefficients.replaceSubrange(first..<first + row.count, with: row)
        }
        self.coefficients = coefficients
    }

    private init(starts: [Int], width: Int, coefficients: [Int32]) {
        self.starts = starts
        self.width = width
        self.coefficients = coefficients
    }

    /// The same for a line that begins elsewhere.
    func shifted(by distance: Int) -> ResamplingTable {
        ResamplingTable(starts: starts.map { $0 + distance }, width: width, coefficients: coefficients)
    }

    private static func bicubic(_ argument: Double) -> Double {
        let a = -0.5
        let x = abs(argument)
        if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
        if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
        return 0
    }

    /// Rounded half away from zero.
    private static func fixedPoint(_ value: Double) -> Int32 {
        let scaled = value * Double(1 << precision)
        return Int32(scaled < 0 ? scaled - 0.5 : scaled + 0.5)
    }
}
