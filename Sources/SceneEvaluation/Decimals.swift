/// Numbers as text with a fixed count of decimals, equal on every machine.
package enum Decimals {
    /// `value` rounded half away from zero to `digits` decimals, at most 9; magnitudes up to 10^9.
    package static func fixed(_ value: Double, digits: Int) -> String {
        precondition(
            (0...9).contains(digits) && value.isFinite && abs(value) <= 1e9, "no fixed decimals for \(value)")
        var scale: Int64 = 1
        for _ in 0..<digits { scale *= 10 }
        let rounded = Int64((value * Double(scale)).rounded())
        let magnitude = Int64(rounded.magnitude)
        let sign = rounded < 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(magnitude)" }
        let fraction = String(magnitude % scale)
        return "\(sign)\(magnitude / scale)." + String(repeating: "0", count: digits - fraction.count)
            + fraction
    }
}
