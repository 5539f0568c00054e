package import Timeline

/// Lets a scorer answer sooner than it was made for: with fewer parts behind the center. What is missing at
/// the right end is the last part, repeated, as at a deadline (contract 10).
package struct EarlyScorer: BoundaryScorer {
    private var base: any BoundaryScorer
    package let neighborCount: Int

    /// `base` as it is where it looks no further than `neighborCount` parts ahead.
    ///
    /// - Parameters:
    ///   - base: the scorer.
    ///   - neighborCount: parts to look at, at least 1.
    /// - Returns: a scorer of at most so many neighbors.
    package static func limiting(_ base: any BoundaryScorer, to neighborCount: Int) -> any BoundaryScorer {
        precondition(neighborCount > 0, "a scorer looks ahead")
        return neighborCount < base.neighborCount ? EarlyScorer(base, neighborCount) : base
    }

    private init(_ base: any BoundaryScorer, _ neighborCount: Int) {
        self.base = base
        self.neighborCount = neighborCount
    }

    package var name: String { base.name }
    package var leftCount: Int { base.leftCount }
    package var usesSound: Bool { base.usesSound }

    package mutating func score(_ window: ContextWindow) -> Float { base.score(filled(window)) }

    package mutating func reasons(_ window: ContextWindow) -> ScoreReasons? { base.reasons(filled(window)) }

    private func filled(_ window: ContextWindow) -> ContextWindow {
        precondition(
            window.neighborCount == neighborCount && window.leftCount == leftCount,
            "a window of \(leftCount) + 1 + \(neighborCount) parts")
        let missing = base.neighborCount - neighborCount
        let repeated = repeatElement(window.parts[window.parts.count - 1], count: missing)
        return ContextWindow(
            parts: window.parts + repeated, leftCount: leftCount, repeatedLeft: window.repeatedLeft,
            repeatedRight: window.repeatedRight + missing)
    }

    package func separate() -> EarlyScorer? {
        base.separate().map { EarlyScorer($0, neighborCount) }
    }
}
