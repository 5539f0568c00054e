internal import BlockSegmentation
internal import Timeline

extension BlockEvidence {
    /// What a piece of a part is told of the part's evidence: values as far as they hold in it, and what
    /// begins in it, whole. The first piece, which begins at `start`, is told too what begins before.
    func within(_ piece: Range<Int64>, of start: Int64) -> BlockEvidence? {
        func isHere(_ pts: Int64) -> Bool {
            pts < piece.upperBound && (pts >= piece.lowerBound || piece.lowerBound == start)
        }
        func overlap(_ range: Range<Int64>) -> Range<Int64>? {
            let common = range.clamped(to: piece)
            return common.isEmpty ? nil : common
        }
        switch self {
        case .picture(let at), .cut(let at), .aspectChange(let at): return isHere(at.pts) ? self : nil
        case .black(let range), .silence(let range): return isHere(range.lowerBound) ? self : nil
        case .mark(let range, let value): return overlap(range).map { .mark($0, value) }
        case .loudness(let range, let value): return overlap(range).map { .loudness($0, value) }
        case .music(let range, let value): return overlap(range).map { .music($0, value) }
        case .recurrence(let range, let value): return overlap(range).map { .recurrence($0, value) }
        case .cueOut, .cueIn, .gap, .time, .passed: return self
        }
    }
}
