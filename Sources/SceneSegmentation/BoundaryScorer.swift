/// The probability that a scene ends with the part at the center of a window.
package protocol BoundaryScorer {
    /// Name, for `stream_start`, e.g. `coherence` or `crn`.
    var name: String { get }

    /// K: neighbors the window holds on each side.
    var neighborCount: Int { get }

    /// The parts' sound counts: where it is not switched off, it is read for this scorer.
    var usesSound: Bool { get }

    /// A value in 0...1 for the center of `window`. Every call has one fixed shape, so equal windows give
    /// equal bits (contract 15).
    mutating func score(_ window: ContextWindow) -> Float

    /// A scorer for another thread, which may run at the same time: the same weights, buffers of its own,
    /// equal bits. nil where copies share buffers that are too large to have several of; then all copies have
    /// one user at a time.
    func separate() -> Self?
}

extension BoundaryScorer {
    package var usesSound: Bool { false }

    package func separate() -> Self? { nil }
}

/// 2K+1 consecutive parts around a center; beyond the ends of what is known, the edge part is repeated
/// (BaSSL's rule at inference: window indices are clamped).
package struct ContextWindow: Sendable {
    /// 2K+1 entries, in order of time; the center stands at index K.
    package var parts: [EncodedPart]

    /// How many entries at the left and at the right end are repetitions of an edge.
    package var repeatedLeft: Int
    package var repeatedRight: Int

    package init(parts: [EncodedPart], repeatedLeft: Int, repeatedRight: Int) {
        precondition(parts.count % 2 == 1, "a window has a center")
        self.parts = parts
        self.repeatedLeft = repeatedLeft
        self.repeatedRight = repeatedRight
    }

    package var neighborCount: Int { parts.count / 2 }
    package var center: EncodedPart { parts[neighborCount] }
}
