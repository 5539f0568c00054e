internal import SceneEvents
internal import Timeline

/// A film's time without its gaps: its pictures follow one another in it as they were read. Lists that number
/// pictures number those that were read (contract, 3).
struct ShownTime {
    /// Where each gap ends, in ticks of the log, and how long it and those before it are together.
    private let ends: [Int64]
    private let lengths: [Int64]

    /// O(gaps).
    init(_ log: EventLog) {
        var (ends, lengths, length) = ([Int64](), [Int64](), Int64(0))
        for gap in log.gaps {
            let end = LoggedInstant(gap.end, of: log.start).ticks
            length += max(0, end - LoggedInstant(gap.start, of: log.start).ticks)
            ends.append(end)
            lengths.append(length)
        }
        (self.ends, self.lengths) = (ends, lengths)
    }

    /// `ticks` of the log less the gaps that end there or before. O(log gaps).
    func ticks(_ ticks: Int64) -> Int64 {
        var (low, high) = (0, ends.count)
        while low < high {
            let middle = (low + high) / 2
            if ends[middle] <= ticks { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? ticks : ticks - lengths[low - 1]
    }
}
