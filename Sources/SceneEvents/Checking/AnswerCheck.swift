internal import Timeline

/// Revisions of boundaries and of cuts: provisional answers come first, one final answer or one retraction
/// ends them (contract 11).
struct AnswerCheck {
    private var boundaries: [Int64: Boundary] = [:]
    private var cuts: [Int64: CutNotice.State] = [:]

    /// PTS of the final boundaries.
    var finals: Set<Int64> {
        Set(boundaries.values.filter { $0.state == .final }.map(\.at.pts))
    }

    /// Faults of one answer about a boundary.
    mutating func take(_ boundary: Boundary) -> [String] {
        defer { boundaries[boundary.at.pts] = boundary }
        guard let previous = boundaries[boundary.at.pts] else {
            var faults: [String] = []
            if boundary.revision != 0 { faults.append("the first answer has rev \(boundary.revision)") }
            if boundary.state == .retracted { faults.append("a boundary is retracted that was never given") }
            return faults
        }
        var faults: [String] = []
        if previous.state != .provisional {
            faults.append("the boundary was \(previous.state.rawValue) already")
        }
        if boundary.revision != previous.revision + 1 {
            faults.append("rev \(boundary.revision) follows rev \(previous.revision)")
        }
        return faults
    }

    /// The fault of one answer about a cut; nil if it has none.
    mutating func take(_ cut: CutNotice) -> String? {
        defer { cuts[cut.at.pts] = cut.state }
        return switch (cuts[cut.at.pts], cut.state) {
        case (nil, .provisional), (.provisional, .final), (.provisional, .retracted): nil
        case (nil, _): "the cut is \(cut.state.rawValue), and was not told as provisional"
        case (let previous?, _): "the cut is \(cut.state.rawValue), it was \(previous.rawValue)"
        }
    }

    /// Answers that the end of the stream found undecided, in order of time.
    var undecided: [String] {
        let open =
            boundaries.values.filter { $0.state == .provisional }.map { (EventKind.boundary, $0.at.pts) }
            + cuts.filter { $0.value == .provisional }.map { (EventKind.cut, $0.key) }
        return open.sorted { $0.1 < $1.1 }.map { "the \($0.0.rawValue) at pts \($0.1) stays provisional" }
    }
}
