package import Timeline

/// How strongly a scene seems to end with the part at the center of a window.
package protocol BoundaryScorer {
    /// Name, for `stream_start`, e.g. `coherence` or `crn`.
    var name: String { get }

    /// K: parts the window holds behind its center. They decide how late an answer is.
    var neighborCount: Int { get }

    /// L: parts the window holds before its center; K unless the scorer remembers more of the past, which
    /// costs no delay. A scorer that wraps another hands on the other's.
    var leftCount: Int { get }

    /// The parts' sound counts: where it is not switched off, it is read for this scorer.
    var usesSound: Bool { get }

    /// A value in 0...1 for the center of `window`. Every call has one fixed shape, so equal windows give
    /// equal bits (contract 15).
    mutating func score(_ window: ContextWindow) -> Float

    /// What moves the score of `window`; costs as much as the score. nil from a scorer that gives no reasons.
    mutating func reasons(_ window: ContextWindow) -> ScoreReasons?

    /// A scorer for another thread, which may run at the same time: the same weights, buffers of its own,
    /// equal bits. nil where copies share buffers that are too large to have several of; then all copies have
    /// one user at a time.
    func separate() -> Self?
}

extension BoundaryScorer {
    package var leftCount: Int { neighborCount }
    package var usesSound: Bool { false }
    package mutating func reasons(_ window: ContextWindow) -> ScoreReasons? { nil }

    package func separate() -> Self? { nil }
}

/// L+1+K consecutive parts: a center, L parts before it and K behind it; beyond the ends of what is known,
/// the edge part is repeated (BaSSL's rule at inference: window indices are clamped).
package struct ContextWindow: Sendable {
    /// L+1+K entries, in order of time; the center stands at index L.
    package var parts: [EncodedPart]

    /// L: entries before the center.
    package let leftCount: Int

    /// How many entries at the left and at the right end are repetitions of an edge.
    package var repeatedLeft: Int
    package var repeatedRight: Int

    /// - Parameters:
    ///   - parts: L+1+K entries.
    ///   - leftCount: L; nil puts the center in the middle.
    ///   - repeatedLeft: as the property.
    ///   - repeatedRight: as the property.
    package init(parts: [EncodedPart], leftCount: Int? = nil, repeatedLeft: Int, repeatedRight: Int) {
        precondition(leftCount.map(parts.indices.contains) ?? (parts.count % 2 == 1), "a window has a center")
        self.parts = parts
        self.leftCount = leftCount ?? parts.count / 2
        self.repeatedLeft = repeatedLeft
        self.repeatedRight = repeatedRight
    }

    /// K: entries behind the center.
    package var neighborCount: Int { parts.count - 1 - leftCount }
    package var center: EncodedPart { parts[leftCount] }
}
