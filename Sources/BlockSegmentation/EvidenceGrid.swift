internal import DequeModule
internal import Timeline

/// Evidence put into seconds: second `k` is that from `k` to `k + 1` s after the start, and edge `k` is the
/// moment of its beginning, give or take half a second.
struct EvidenceGrid: Sendable {
    /// Seconds on either side of an edge whose loudness is compared, and how many must be known.
    static let stepSeconds = 8
    private static let stepFewest = 4
    /// Seconds that may lie ahead of what is complete. Evidence from beyond is dropped.
    static let reach = 900

    /// A mean, weighted by the microseconds that each value holds for.
    private struct Mean: Sendable {
        var sum = 0.0
        var weight = 0.0

        mutating func add(_ value: Double, for microseconds: Int64) {
            sum += value * Double(microseconds)
            weight += Double(microseconds)
        }

        var value: Double? { weight > 0 ? sum / weight : nil }
    }

    private struct Second: Sendable {
        var loudness = Mean()
        var music = Mean()
        var mark = Mean()
        var recurrence = Mean()
        var cuts = 0
        var hasCut = false
        var isBlack = false
        var isSilent = false
        var changesAspect = false
        var isInGap = false
    }

    private var seconds: Deque<Second> = []
    /// Index of the first of `seconds`.
    private var first = 0
    private let timeBase: TimeBase
    /// PTS of the start.
    let start: Int64
    /// Ticks of thirty years.
    private let farthest: Int64

    init(timeBase: TimeBase, start: Int64) {
        self.timeBase = timeBase
        self.start = start
        farthest = timeBase.ticks(seconds: 1e9)
    }

    /// Microseconds since the start; what no stream can hold becomes the nearest that one can.
    func time(of pts: Int64) -> Int64 {
        timeBase.microseconds(min(max(pts, start - farthest), start + farthest) - start)
    }

    /// The edge nearest to `pts`.
    func edge(at pts: Int64) -> Int {
        Int((time(of: pts) + Self.half).flooredQuotient(by: Self.length))
    }

    /// The second that holds `pts`.
    func second(at pts: Int64) -> Int { Int(time(of: pts).flooredQuotient(by: Self.length)) }

    /// PTS of an edge.
    func pts(of edge: Int) -> Int64 { start + timeBase.ticks(microseconds: Int64(edge) * Self.length) }

    static let length: Int64 = 1_000_000
    private static let half: Int64 = 500_000

    mutating func push(_ evidence: BlockEvidence) {
        switch evidence {
        case .cut(let at):
            change(edge(at: at.pts)) { $0.hasCut = true }
            change(second(at: at.pts)) { $0.cuts += 1 }
        case .aspectChange(let at): change(edge(at: at.pts)) { $0.changesAspect = true }
        case .black(let range): change(edges: range) { $0.isBlack = true }
        case .silence(let range): change(edges: range) { $0.isSilent = true }
        case .mark(let range, let value): add(value, in: 0...1, over: range, to: \.mark)
        case .loudness(let range, let value): add(value, in: -100...20, over: range, to: \.loudness)
        case .music(let range, let value): add(value, in: 0...1, over: range, to: \.music)
        case .recurrence(let range, let value): add(value, in: 0...1, over: range, to: \.recurrence)
        case .gap(let from, let to):
            guard from <= to else { return }
            change(edges: from.pts..<to.pts) { $0.isInGap = true }
        case .picture, .cueOut, .cueIn, .time, .passed: break
        }
    }

    /// Edges from the one nearest to the beginning of `range` to the one nearest to its end.
    private mutating func change(edges range: Range<Int64>, _ body: (inout Second) -> Void) {
        let low = max(edge(at: range.lowerBound), first)
        let high = min(edge(at: range.upperBound), first + Self.reach)
        guard low <= high else { return }
        for edge in low...high { change(edge, body) }
    }

    private mutating func add(
        _ value: Float, in limits: ClosedRange<Float>, over range: Range<Int64>,
        to path: WritableKeyPath<Second, Mean>
    ) {
        guard value.isFinite else { return }
        let value = min(max(value, limits.lowerBound), limits.upperBound)
        let (from, to) = (time(of: range.lowerBound), time(of: range.upperBound))
        let low = max(Int(from.flooredQuotient(by: Self.length)), first)
        let high = min(Int((to - 1).flooredQuotient(by: Self.length)), first + Self.reach)
        guard low <= high else { return }
        for index in low...high {
            let begin = Int64(index) * Self.length
            let overlap = min(to, begin + Self.length) - max(from, begin)
            if overlap > 0 { change(index) { $0[keyPath: path].add(Double(value), for: overlap) } }
        }
    }

    /// What lies before the first second is over, and what lies too far ahead is not believed.
    private mutating func change(_ index: Int, _ body: (inout Second) -> Void) {
        let place = index - first
        guard place >= 0, place <= Self.reach else { return }
        while seconds.count <= place { seconds.append(Second()) }
        body(&seconds[place])
    }

    /// What is known of a second once the evidence around it is complete; `usual` and `cuts` are the loudness
    /// and the cuts a second that the channel has. Seconds may be asked for in order.
    mutating func evidence(
        of index: Int, usual: Double?, cuts: Double
    ) -> (evidence: SecondEvidence, loudness: Double?) {
        let second = second(index)
        var result = SecondEvidence()
        result.usualCuts = cuts
        let loudness = second.loudness.value
        if let loudness, let usual { result.loudness = loudness - usual }
        result.loudnessStep = step(at: index)
        result.music = second.music.value
        result.mark = second.mark.value
        result.recurrence = second.recurrence.value
        if !second.isInGap {
            result.cuts = second.cuts
            result.hasCut = second.hasCut
        }
        result.isBlack = second.isBlack
        result.isSilent = second.isSilent
        result.changesAspect = second.changesAspect
        // What the next steps look back on stays.
        while first < index - Self.stepSeconds, !seconds.isEmpty {
            seconds.removeFirst()
            first += 1
        }
        // Where there was no evidence, time goes on all the same: what comes is not too far ahead.
        if seconds.isEmpty { first = max(first, index - Self.stepSeconds) }
        return (result, loudness)
    }

    private func second(_ index: Int) -> Second {
        seconds.indices.contains(index - first) ? seconds[index - first] : Second()
    }

    private func step(at index: Int) -> Double? {
        func mean(_ range: Range<Int>) -> Double? {
            let values = range.compactMap { second($0).loudness.value }
            return values.count >= Self.stepFewest ? values.reduce(0, +) / Double(values.count) : nil
        }
        guard let after = mean(index..<index + Self.stepSeconds),
            let before = mean(index - Self.stepSeconds..<index)
        else { return nil }
        return after - before
    }
}

extension Int64 {
    /// The quotient rounded down, also below zero.
    func flooredQuotient(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
