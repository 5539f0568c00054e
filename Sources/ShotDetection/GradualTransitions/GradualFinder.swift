import Timeline

/// Finds ranges of pictures that may mix two shots, as they end, and keeps the horizon back while one may be
/// under way.
///
/// Each picture is taken as the far end of intervals of ten lengths. A small network reads each interval's
/// profile and says whether it holds a whole transition ("gate") or the beginning of one ("watch").
struct GradualFinder: Sendable {
    /// An interval whose pictures between the ends may mix two shots.
    struct Interval: Sendable {
        let start: Int
        let end: Int
        let probability: Float
        /// Number of the last mixed picture.
        let last: Int
    }

    let tuning: ShotDetectorTuning
    let networks: VerdictNetworks
    let recordsLooks: Bool
    /// Every third picture's looks, when recorded; for training.
    private(set) var looks: [ShotCandidate] = []
    /// Intervals that wait for what comes after them, by end.
    private(set) var pending: [Interval] = []
    /// Starts of transitions that may be under way, with the PTS at which each was last seen.
    private var watched: [(start: Int, seen: Int64)] = []
    private var lastLook = Int64.min
    private var lookCount = 0
    /// Intervals that start before this picture are of no interest any more.
    private var settled = Int.min

    /// Pictures of a transition, at least, an end included.
    private static let fewest = 4

    init(tuning: ShotDetectorTuning, networks: VerdictNetworks, recordsLooks: Bool) {
        self.tuning = tuning
        self.networks = networks
        self.recordsLooks = recordsLooks
    }

    /// Looks at the intervals that end with the newest picture, but for those of which too few pictures were
    /// decoded to hold a transition.
    mutating func look(at history: SignatureHistory, filled: FilledRuns) {
        guard let newest = history.last else { return }
        let base = history.timeBase
        watched.removeAll { newest.at.pts - $0.seen > base.ticks(seconds: tuning.watchMemory) }
        // At high rates every second or third picture is enough.
        if lastLook != .min, newest.at.pts - lastLook < base.ticks(seconds: tuning.gradualStep) { return }
        lastLook = newest.at.pts
        let end = history.endIndex - 1
        var lastStart = -1
        lookCount += 1
        for (place, length) in tuning.gradualLengths.enumerated() {
            // A long interval may be met a little late: its length's share of slack is wide.
            let stride = max(1, Int(length / tuning.gradualPatience))
            if (lookCount + place) % stride != 0 { continue }
            let start = history.index(before: end, seconds: length)
            if start == lastStart || start < settled || end - start < Self.fewest { continue }
            lastStart = start
            if filled.leaves(fewerThan: Self.fewest, of: start...end) { continue }
            if history.seconds(from: start, to: end) < 0.8 * length { break }
            guard
                let profile = GradualProfile(
                    from: start, to: end, in: history, floor: tuning.gradualEnergyFloor)
            else { continue }
            let features = Self.features(profile, in: history)
            let gate = networks.gate.probability(features)
            let watch = networks.watch.probability(features)
            if recordsLooks && (stride > 1 || end % 3 == 0) {
                looks.append(
                    ShotCandidate(
                        stage: .gate, range: history[start].at...newest.at, features: features,
                        probability: gate))
            }
            if watch >= tuning.watchThreshold { watched.append((start, newest.at.pts)) }
            // What ended too long ago to be told in time is left to the shorter intervals.
            if gate >= tuning.gateThreshold, let edges = GradualEdges(profile, in: history),
                history.seconds(from: edges.last, to: end) <= tuning.gradualSettling
            {
                add(Interval(start: start, end: end, probability: gate, last: edges.last))
            }
        }
    }

    /// Removes and returns the intervals whose last mixed picture lies at or before `pts`.
    mutating func take(mixedBy pts: Int64, in history: SignatureHistory) -> [Interval] {
        let due = pending.filter { history[$0.last].at.pts <= pts }
        pending.removeAll { history[$0.last].at.pts <= pts }
        return due
    }

    /// A transition whose last mixed picture is `index` is sure: what began before its end is the same one.
    /// Or the picture before `index` is surely the first after a hard cut: what began before it spans no cut.
    mutating func settle(upTo index: Int) {
        settled = max(settled, index)
        pending.removeAll { $0.start < settled }
        watched.removeAll { $0.start < settled }
    }

    /// The number of the first picture that may belong to an undecided transition.
    var firstUndecided: Int? {
        var first: Int?
        for interval in pending { first = min(first ?? interval.start, interval.start) }
        for item in watched { first = min(first ?? item.start, item.start) }
        return first
    }

    /// Of intervals that mostly overlap the likeliest stays.
    private mutating func add(_ interval: Interval) {
        func same(_ other: Interval) -> Bool {
            let overlap = min(other.end, interval.end) - max(other.start, interval.start)
            let union = max(other.end, interval.end) - min(other.start, interval.start)
            return Float(overlap) > tuning.sameInterval * Float(union)
        }
        if pending.contains(where: { same($0) && $0.probability >= interval.probability }) { return }
        pending.removeAll { same($0) }
        pending.append(interval)
    }

    /// Names of the gate's and the watch's inputs.
    static let names: [String] =
        ["seconds", "energy", "progressBefore", "energyBefore"]
        + (1...GradualProfile.samples).map { "progress\($0)" }
        + (1...GradualProfile.samples).map { "residual\($0)" }
        + (1...GradualProfile.samples).map { "contrast\($0)" }

    private static func features(_ profile: GradualProfile, in history: SignatureHistory) -> [Float] {
        var values: [Float] = []
        values.reserveCapacity(names.count)
        values.append(Logarithm.natural(Float(history.seconds(from: profile.start, to: profile.end))))
        values.append(0.5 * Logarithm.natural(profile.energy))
        let before = history.index(before: profile.start, seconds: 0.16)
        values.append(min(max(profile.progress(of: before, in: history), -1), 1))
        let a = history[profile.start]
        let energy = GradualProfile.energy(a, history[before]) / Float(PictureSignature.count)
        values.append(energy / (energy + profile.energy))
        values += profile.shape
        let b = history[profile.end]
        for sample in profile.indices.indices {
            let expected = a.contrast + (b.contrast - a.contrast) * profile.times[sample]
            values.append(min((history[profile.indices[sample]].contrast + 1) / (expected + 1), 2))
        }
        return values
    }
}
