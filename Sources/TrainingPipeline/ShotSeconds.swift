/// Lengths of shots, as files say them.
enum ShotSeconds {
    /// Longest that a shot may be: eleven days. Training multiplies lengths, and divides by them.
    static let longest = 1e6
    /// Shorter ones count as this, a picture at 25 a second: 0 has no inverse.
    private static let shortest = 0.04

    /// Lengths as training takes them; nil where one is negative, longer than `longest`, or no number.
    static func usable(_ lengths: [Double]) -> [Double]? {
        guard lengths.allSatisfy({ 0...longest ~= $0 }) else { return nil }
        return lengths.map { max($0, shortest) }
    }
}
