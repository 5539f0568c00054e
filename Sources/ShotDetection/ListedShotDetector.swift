package import Timeline

/// Gives the cuts of a list, picture by picture: any detector's answers behind the interface of ours.
///
/// Frame n of a list is the n-th picture that is pushed, from 0, damaged ones included, and counting goes on
/// across gaps: so other programs count what they decode. A time counts from the first picture, and means the
/// picture nearest to it; where the list's times are not exact, the one that bears the list's number, too, or
/// else the one nearby that differs most from the picture before it, if it differs far more. A cut at the
/// first picture of the stream, or of what follows a gap, is none: a shot begins there anyway. A cut less
/// than m after the one before is left out. A mixed range of more than 4 s (contract 4) counts as a hard cut
/// in its middle.
package struct ListedShotDetector: ShotDetector {
    /// How `stream_start` names it.
    package static let listName = "list"

    /// h of `list`, seconds: a gradual change is reported with its last mixed picture, a hard cut with its
    /// first, or with the last that it may be.
    package static func lag(of list: CutList) -> Double {
        list.entries.contains { $0.mixed != nil } ? longestTransition : 2 * list.slack
    }

    /// By how much a time of three decimals misses that of its picture at most, seconds.
    private static let rounding = 0.000_6
    /// Longest mixed range, seconds (contract 4).
    private static let longestTransition = 4.0

    package let name = ListedShotDetector.listName
    package let lag: Double
    package let minimumShotLength: Double

    private let timeBase: TimeBase
    /// m in ticks.
    private let spacing: Int64
    private let longestRange: Int64
    /// What is still to come, in order of time.
    private var entries: ArraySlice<CutList.Entry>
    /// The first entry's mixed range, as far as it was seen.
    private var open: Range?
    /// Seconds that the first entry may be off, the pictures so near to it, and how much each differs from
    /// the one before.
    private let slack: Double
    private var nearby: [(at: Instant, change: Int)] = []
    private var before: AnalysisPicture?
    /// Pictures pushed so far.
    private var pictureCount: Int64 = 0
    /// PTS of the stream's first picture.
    private var start: Int64?
    /// PTS of the last cut, or of the first picture of the stretch; nil before it.
    private var lastCut: Int64?
    private var horizon = Int64.min

    private struct Range {
        var first: Instant
        /// The new shot's instant; nil before it.
        var at: Instant?
        var last: Instant
    }

    /// - Parameters:
    ///   - list: in order of time, without a conflict (`CutList.firstConflict`).
    ///   - timeBase: of the PTS of all pictures to come.
    ///   - minimumShotLength: m in seconds; 0 takes every cut of the list.
    package init(_ list: CutList, timeBase: TimeBase, minimumShotLength: Double = 0) {
        precondition(minimumShotLength >= 0, "m is not negative")
        entries = list.entries[...]
        lag = Self.lag(of: list)
        slack = list.slack
        self.timeBase = timeBase
        self.minimumShotLength = minimumShotLength
        spacing = timeBase.ticks(seconds: minimumShotLength)
        longestRange = timeBase.ticks(seconds: Self.longestTransition)
    }

    package mutating func push(_ picture: Picture) -> ShotDetection {
        start = start ?? picture.at.pts
        lastCut = lastCut ?? picture.at.pts
        var cuts: [ShotCut] = []
        while let entry = entries.first, take(entry, with: picture, into: &cuts) {
            entries.removeFirst()
            open = nil
        }
        pictureCount += 1
        if slack > 0 { before = picture.analysis }
        horizon = max(horizon, open?.first.pts ?? nearby.first?.at.pts ?? picture.at.pts + 1)
        return ShotDetection(cuts: cuts, horizon: horizon)
    }

    /// A range that the stretch ends in ends with it, if its middle was reached; else it is looked for behind
    /// the gap.
    package mutating func finish(at end: Instant) -> ShotDetection {
        var cuts: [ShotCut] = []
        if let open, let at = open.at, let entry = entries.first {
            report(entry, at: at, mixed: open.first...open.last, into: &cuts)
            entries.removeFirst()
        }
        if !nearby.isEmpty, let entry = entries.first {
            reportNearby(entry, into: &cuts)
            entries.removeFirst()
        }
        before = nil
        let result = ShotDetection(cuts: cuts, horizon: max(end.pts, horizon))
        open = nil
        lastCut = nil
        horizon = .min
        return result
    }

    /// Brings the next entry to a picture; true once it is done with.
    private mutating func take(
        _ entry: CutList.Entry, with picture: Picture, into cuts: inout [ShotCut]
    ) -> Bool {
        guard let mixed = entry.mixed else {
            if slack > 0, case .seconds(let time) = entry.at {
                return takeNearby(entry, at: time, picture, into: &cuts)
            }
            guard isReached(entry.at, by: picture) else { return false }
            report(entry, at: picture.at, mixed: nil, into: &cuts)
            return true
        }
        guard isReached(mixed.first, by: picture) else { return false }
        var range = open ?? Range(first: picture.at, at: nil, last: picture.at)
        range.last = picture.at
        if range.at == nil, isReached(entry.at, by: picture) { range.at = picture.at }
        open = range
        if picture.at.pts - range.first.pts > longestRange {
            // Too long for a mixed range: a hard cut, here or still to come.
            if let at = range.at {
                report(entry, at: at, mixed: nil, into: &cuts)
                return true
            }
            entries[entries.startIndex].mixed = nil
            open = nil
            return false
        }
        guard isReached(mixed.last, by: picture), let at = range.at else { return false }
        report(entry, at: at, mixed: range.first...range.last, into: &cuts)
        return true
    }

    /// Collects the pictures that a time may mean; true once one of them has been chosen.
    private mutating func takeNearby(
        _ entry: CutList.Entry, at time: Double, _ picture: Picture, into cuts: inout [ShotCut]
    ) -> Bool {
        let begin = timeBase.seconds(picture.at.pts - (start ?? picture.at.pts))
        guard begin >= time - slack else { return false }
        if pictureCount == entry.number, abs(begin - time) < Self.rounding {
            nearby = []
            report(entry, at: picture.at, mixed: nil, into: &cuts)
            return true
        }
        if begin <= time + slack {
            let pairs = before.map { zip($0.planes, picture.analysis.planes) }
            let change = pairs?.reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
            nearby.append((picture.at, change ?? 0))
            return false
        }
        if nearby.isEmpty { nearby.append((picture.at, 0)) }
        reportNearby(entry, into: &cuts)
        return true
    }

    private mutating func reportNearby(_ entry: CutList.Entry, into cuts: inout [ShotCut]) {
        defer { nearby = [] }
        guard case .seconds(let time) = entry.at, let start else { return }
        func distance(_ at: Instant) -> Double { abs(timeBase.seconds(at.pts - start) - time) }
        guard let nominal = nearby.min(by: { distance($0.at) < distance($1.at) }),
            let changed = nearby.max(by: { $0.change < $1.change })
        else { return }
        // A cut of another picture: at least four steps of 255 on average, and no matter of degree.
        let isClear = changed.change > 3 * nominal.change + 4 * AnalysisPicture.byteCount
        report(entry, at: isClear ? changed.at : nominal.at, mixed: nil, into: &cuts)
    }

    private mutating func report(
        _ entry: CutList.Entry, at: Instant, mixed: ClosedRange<Instant>?, into cuts: inout [ShotCut]
    ) {
        guard let lastCut, at.pts > lastCut, at.pts - lastCut >= spacing else { return }
        self.lastCut = at.pts
        let listed = entry.kind.flatMap { $0 == .start ? nil : $0 }
        let kind = mixed == nil ? .cut : listed == .cut ? .gradual : listed ?? .gradual
        cuts.append(
            ShotCut(
                at: at, transition: Transition(kind: kind, mixed: mixed, score: entry.score ?? Score(1))))
    }

    /// The position is this picture's or one before it.
    private func isReached(_ position: FilmPosition, by picture: Picture) -> Bool {
        switch position {
        case .frame(let frame): return pictureCount >= frame
        case .seconds(let seconds):
            let begin = timeBase.seconds(picture.at.pts - (start ?? picture.at.pts))
            return seconds <= begin + timeBase.seconds(picture.duration) / 2
        }
    }
}
