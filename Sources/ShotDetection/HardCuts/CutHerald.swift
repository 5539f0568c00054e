import Timeline

/// Tells of hard cuts before they are certain, and later what became of them.
///
/// It only listens: what is reported as a cut does not depend on it.
struct CutHerald: Sendable {
    /// Seconds after a candidate at which it is announced: three pictures at 25 per second.
    private let lookAhead: Double
    private let threshold: Float
    private let network: VerdictNetwork
    /// Numbers of the candidates that nothing was said of.
    private var waiting: [Int] = []
    /// Announced, and not yet known to be right or wrong, in order.
    private var open: [CutNotice] = []
    private var told: [CutNotice] = []

    init(tuning: ShotDetectorTuning, network: VerdictNetwork) {
        self.network = network
        lookAhead = tuning.earlyLookAhead
        threshold = tuning.earlyThreshold
    }

    mutating func add(candidate index: Int) { waiting.append(index) }

    /// Announces what seems to be a cut by what has been seen of its far side at `now`.
    ///
    /// - Returns: what was looked at, for training.
    mutating func announce(now: Int64, in history: SignatureHistory) -> [ShotCandidate] {
        let wait = history.timeBase.ticks(seconds: lookAhead)
        var looks: [ShotCandidate] = []
        while let index = waiting.first, now - history[index].at.pts >= wait {
            waiting.removeFirst()
            let at = history[index].at
            let features = HardCutFeatures(of: index, in: history).values
            let probability = network.probability(features)
            looks.append(
                ShotCandidate(stage: .early, range: at...at, features: features, probability: probability))
            guard probability >= threshold else { continue }
            let notice = CutNotice(at: at, state: .provisional, score: Score(Double(probability)))
            open.append(notice)
            told.append(notice)
        }
        return looks
    }

    /// The full verdict on the picture at `pts` is no.
    mutating func reject(at pts: Int64, score: Score) {
        guard let place = open.firstIndex(where: { $0.at.pts == pts }) else { return }
        told.append(CutNotice(at: open.remove(at: place).at, state: .retracted, score: score))
    }

    /// Nothing before `horizon` will change any more; `cuts` are new in front of it.
    mutating func settle(before horizon: Int64, cuts: [ShotCut]) {
        while let notice = open.first, notice.at.pts < horizon {
            open.removeFirst()
            let cut = cuts.first { $0.at.pts == notice.at.pts && $0.transition.kind == .cut }
            told.append(
                CutNotice(
                    at: notice.at, state: cut == nil ? .retracted : .final,
                    score: cut?.transition.score ?? notice.score))
        }
    }

    /// Hands out what there is to tell, in the order in which it became known.
    mutating func take() -> [CutNotice] {
        defer { told = [] }
        return told
    }
}
