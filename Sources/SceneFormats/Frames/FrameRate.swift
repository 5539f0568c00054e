/// Pictures a second, as an exact fraction in lowest terms.
package struct FrameRate: Hashable, Sendable {
    package let numerator: Int64
    package let denominator: Int64

    /// nil unless it is above 0 and at most 1000, in numbers of nine digits at most.
    package init?(numerator: Int64, denominator: Int64) {
        let range: ClosedRange<Int64> = 1...999_999_999
        guard range ~= numerator, range ~= denominator, numerator <= denominator * 1000 else { return nil }
        let divisor = Self.greatestDivisor(numerator, denominator)
        self.numerator = numerator / divisor
        self.denominator = denominator / divisor
    }

    /// Reads `25`, `30000/1001`, `12.5`, and the short names of rates with 1001: `23.976`, `29.97`, `59.94`.
    package init?(_ text: String) {
        if let numerator = [
            "23.976": 24, "23.98": 24, "29.97": 30, "47.952": 48, "59.94": 60, "119.88": 120,
        ][
            text]
        {
            self.init(numerator: Int64(numerator) * 1000, denominator: 1001)
            return
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = Self.decimal(parts[0]), parts.count <= 2 else { return nil }
        let second = parts.count == 2 ? Self.decimal(parts[1]) : (1, 1)
        guard let second else { return nil }
        let (numerator, isLong) = first.digits.multipliedReportingOverflow(by: second.unit)
        let (denominator, isLongBelow) = second.digits.multipliedReportingOverflow(by: first.unit)
        guard !isLong, !isLongBelow else { return nil }
        self.init(numerator: numerator, denominator: denominator)
    }

    /// The rate that a number stands for: whole, N x 1000/1001 (23.976 too), or in thousandths.
    package init?(near value: Double) {
        guard value > 0, value <= 1000 else { return nil }
        let (nearest, above) = (value.rounded(), (value * 1.001).rounded())
        if abs(value - nearest) < 1e-6 {
            self.init(numerator: Int64(nearest), denominator: 1)
        } else if above >= 1, abs(value - above * 1000 / 1001) < 1e-3 {
            self.init(numerator: Int64(above) * 1000, denominator: 1001)
        } else {
            self.init(numerator: Int64((value * 1000).rounded()), denominator: 1000)
        }
    }

    /// `12.50` is 1250 of 100.
    private static func decimal(_ text: Substring) -> (digits: Int64, unit: Int64)? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1] : ""
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }), fraction.count <= 6,
            (parts[0] + fraction).utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let digits = Int64(parts[0] + fraction)
        else { return nil }
        return (digits, fraction.reduce(1) { unit, _ in unit * 10 })
    }

    private static func greatestDivisor(_ left: Int64, _ right: Int64) -> Int64 {
        var (left, right) = (left, right)
        while right != 0 { (left, right) = (right, left % right) }
        return left
    }

    /// The nearest `Double`: what programs that keep rates so expect of 24000/1001.
    package var value: Double { Double(numerator) / Double(denominator) }

    /// Labels that timecode counts in a second: the rate rounded up.
    package var labelsPerSecond: Int64 { (numerator + denominator - 1) / denominator }

    /// N x 1000/1001.
    package var isNTSC: Bool { denominator == 1001 }
}

extension FrameRate: CustomStringConvertible {
    /// As `init(_:)` reads it.
    package var description: String { denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)" }
}
