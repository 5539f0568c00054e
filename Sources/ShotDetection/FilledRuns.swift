/// Which pictures were not decoded because their group shows one place (`Picture.isFilled`).
///
/// What comes about slowly between such pictures was made by blending, and is no gradual transition.
package struct FilledRuns: Sendable {
    /// Numbers of pictures, in order.
    private var runs: [Range<Int>] = []

    package init() {}

    /// Picture `number`, higher than any before, was not decoded.
    package mutating func add(_ number: Int) {
        if let last = runs.last, last.upperBound == number {
            runs[runs.count - 1] = last.lowerBound..<number + 1
        } else {
            runs.append(number..<number + 1)
        }
    }

    /// Whether most of the pictures of `range` were not decoded. O(runs held).
    package func fillMost(of range: ClosedRange<Int>) -> Bool {
        2 * filledCount(in: range) > range.count
    }

    /// Whether fewer than `count` pictures of `range` were decoded. O(runs held).
    package func leaves(fewerThan count: Int, of range: ClosedRange<Int>) -> Bool {
        range.count - filledCount(in: range) < count
    }

    private func filledCount(in range: ClosedRange<Int>) -> Int {
        runs.reduce(0) { $0 + $1.clamped(to: Range(range)).count }
    }

    /// Forgets pictures before `number`.
    package mutating func dropBefore(_ number: Int) {
        if let first = runs.first, first.upperBound <= number { runs.removeFirst() }
    }
}
