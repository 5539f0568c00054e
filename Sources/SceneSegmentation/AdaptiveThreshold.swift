internal import DequeModule
internal import Timeline

/// A threshold that follows the scores of the past, so that about `scenesPerHour` boundaries an hour pass it.
///
/// Let T be the seconds of media that the remembered scores span (gaps excluded), k = max(1,
/// floor(scenesPerHour x T / 3600)), and q the k-th highest of these scores, or 0 if there are fewer. With t,
/// the seconds of media since the stream began, and w = max(0, 1 - t / 600), the threshold is
///
///     w x preset + (1 - w) x q
///
/// rounded as scores are: the preset leads in and is gone after ten minutes, which keeps the first ones sane.
/// (A prior that fades like 1 / t would stay too strong where scores lie close together.) Remembered are the
/// last 1024 scores that could have become boundaries: peaks that the minimum scene length allowed. Causal,
/// deterministic, in constant memory; O(1024) a score.
struct AdaptiveThreshold {
    static let priorSeconds = 600.0
    static let capacity = 1024

    let preset: Score
    let scenesPerHour: Double
    /// Scores with the media time at which they were given, in order of time; and the same scores in rising
    /// order.
    private(set) var history: Deque<(score: Score, seconds: Double)> = []
    private var sorted: [Score] = []
    /// Media time up to which scores were forgotten.
    private(set) var forgotten = 0.0

    init(preset: Score, scenesPerHour: Double) {
        self.preset = preset
        self.scenesPerHour = scenesPerHour
    }

    /// The threshold for a score at `seconds` of media since the stream began, gaps excluded.
    func threshold(at seconds: Double) -> Score {
        let span = max(0, seconds - forgotten)
        let wanted = max(1, scenesPerHour * span / 3600)
        let rank = wanted < Double(sorted.count + 1) ? Int(wanted) : sorted.count + 1
        let quantile = rank <= sorted.count ? sorted[sorted.count - rank].value : 0
        let weight = max(0, 1 - seconds / Self.priorSeconds)
        return Score(weight * preset.value + (1 - weight) * quantile)
    }

    /// Remembers a score that could have become a boundary.
    mutating func remember(_ score: Score, at seconds: Double) {
        history.append((score, seconds))
        sorted.insert(score, at: position(of: score))
        guard history.count > Self.capacity, let oldest = history.popFirst() else { return }
        sorted.remove(at: position(of: oldest.score))
        forgotten = oldest.seconds
    }

    /// Takes up what an earlier threshold remembered.
    mutating func restore(_ history: [(score: Score, seconds: Double)], forgotten: Double) {
        self.history = Deque(history)
        self.forgotten = forgotten
        sorted = history.map(\.score).sorted()
    }

    /// Index of the first of the sorted scores that is not below `score`.
    private func position(of score: Score) -> Int {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < score { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
