/// What spoke for a block's kind, and for an edge where it begins.
package struct BlockReasons: Hashable, Sendable {
    /// What is measured of every second.
    package enum KindEvidence: String, Hashable, Sendable, CaseIterable {
        case mark, loudness, tempo, music, recurrence, cues
    }

    /// What is measured where one item gives way to the next.
    package enum StartEvidence: String, Hashable, Sendable, CaseIterable {
        case cut, black, silence, bars, loudness, cues
    }

    /// The kind that was the next likely.
    package var against: Block.Kind
    /// For each kind of evidence, in order of `KindEvidence.allCases`: how much more it speaks for the
    /// block's kind than for `against`, in logits, over all of its seconds. 0 where nothing is known.
    package var kind: [Double]
    /// For each, in order of `StartEvidence.allCases`: how much it speaks for an edge at its start, in
    /// logits. nil where the block begins with the stream, or behind a long gap.
    package var start: [Double]?

    package init(against: Block.Kind, kind: [Double], start: [Double]?) {
        precondition(kind.count == KindEvidence.allCases.count, "one for each kind of evidence")
        precondition(start.map { $0.count == StartEvidence.allCases.count } ?? true, "one for each")
        self.against = against
        self.kind = kind
        self.start = start
    }
}
