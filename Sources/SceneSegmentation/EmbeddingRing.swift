internal import DequeModule

/// The last L+1+K encoded parts, and the windows they give.
///
/// Beyond the ends of what is known the edge part is repeated: at the left edge the first part since the last
/// flush, at the right edge the last one. One rule for streams and for training examples.
package struct EmbeddingRing {
    /// K: parts behind a window's center.
    package let neighborCount: Int
    /// L: parts before it.
    package let leftCount: Int
    /// In order, at most `capacity`.
    private(set) var parts: Deque<EncodedPart> = []

    /// - Parameters:
    ///   - neighborCount: K, above 0.
    ///   - leftCount: L, above 0; nil is K.
    package init(neighborCount: Int, leftCount: Int? = nil) {
        precondition(neighborCount > 0 && leftCount.map { $0 > 0 } ?? true, "a window has neighbors")
        self.neighborCount = neighborCount
        self.leftCount = leftCount ?? neighborCount
        parts.reserveCapacity(capacity + 1)
    }

    /// L+1+K.
    var capacity: Int { leftCount + 1 + neighborCount }

    /// The next index it takes; nil after a flush, when it takes any.
    package var nextIndex: Int? { parts.last.map { $0.index + 1 } }

    /// Takes up the parts of an earlier ring: at most `capacity`, in order, none left out.
    mutating func restore(_ parts: [EncodedPart]) { self.parts = Deque(parts) }

    /// Takes the next part.
    ///
    /// - Returns: the window of the part K before it, whose right side is now full; nil if there is none
    ///   since the last flush. O(L + K).
    package mutating func push(_ part: EncodedPart) -> ContextWindow? {
        precondition(nextIndex.map { $0 == part.index } ?? true, "parts come in order, none left out")
        parts.append(part)
        if parts.count > capacity { parts.removeFirst() }
        return parts.count > neighborCount
            ? window(at: parts.count - 1 - neighborCount, provisional: nil) : nil
    }

    /// The windows of the parts whose right side never filled, in order, the last part repeated at the right
    /// edge; at most K. The ring is flushed: it begins anew with the next part.
    package mutating func finish() -> [ContextWindow] {
        let first = max(0, parts.count - neighborCount)
        let windows = (first..<parts.count).map { window(at: $0, provisional: nil) }
        parts.removeAll(keepingCapacity: true)
        return windows
    }

    /// A temporary window around the part with index `center`, which is among the last K + 1; the ring does
    /// not change.
    ///
    /// `provisional` stands behind the last part and is repeated as the right-hand edge; nil repeats the last
    /// part.
    package func window(center: Int, provisional: EncodedPart?) -> ContextWindow {
        guard let last = parts.last, last.index - neighborCount <= center, center <= last.index,
            let first = parts.first, first.index <= center
        else { preconditionFailure("part \(center) is not among the last K + 1") }
        return window(at: center - first.index, provisional: provisional)
    }

    /// Closed parts behind the one with index `center`, at most K.
    package func rightCount(center: Int) -> Int {
        guard let last = parts.last else { return 0 }
        return min(neighborCount, last.index - center)
    }

    private func window(at center: Int, provisional: EncodedPart?) -> ContextWindow {
        var entries: [EncodedPart] = []
        entries.reserveCapacity(capacity)
        for position in (center - leftCount)...(center + neighborCount) {
            if position >= parts.count, let provisional {
                entries.append(provisional)
            } else {
                entries.append(parts[min(max(position, 0), parts.count - 1)])
            }
        }
        let missing = max(0, center + neighborCount - (parts.count - 1))
        return ContextWindow(
            parts: entries, leftCount: leftCount, repeatedLeft: max(0, leftCount - center),
            repeatedRight: provisional == nil ? missing : max(0, missing - 1))
    }
}
