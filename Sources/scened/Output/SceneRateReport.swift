import SceneEvaluation
import SceneEvents
import Timeline

/// Why a film has another number of scenes an hour than `--scenes-per-hour` asked for, and which threshold
/// would give about that number. Memory: one entry for each score.
struct SceneRateReport {
    private let asked: Double
    private let shortest: Double
    private var scores: [(seconds: Double, score: Score)] = []
    private var sceneCount = 0

    /// - Parameters:
    ///   - asked: scenes an hour.
    ///   - shortest: length of the shortest scene, seconds.
    init(asked: Double, shortest: Double) {
        self.asked = asked
        self.shortest = shortest
    }

    /// Takes each event of the run.
    mutating func note(_ event: Event, clock: MediaClock) {
        switch event {
        case .scene: sceneCount += 1
        case .score(let score): scores.append((clock.seconds(at: score.at.pts), score.score))
        default: break
        }
    }

    /// One line, where the film, `seconds` long, has less than two thirds or more than three halves of what
    /// was asked for; else nil.
    func note(seconds: Double) -> String? {
        guard seconds > 0 else { return nil }
        let wanted = max(1, (asked * seconds / 3600).rounded())
        let ratio = Double(sceneCount) / wanted
        guard ratio < 2.0 / 3 || ratio > 1.5 else { return nil }
        let found = Decimals.fixed(min(Double(sceneCount) * 3600 / seconds, 1e6), digits: 0)
        var text = "\(sceneCount) scenes in \(ClockText.hours(seconds)) are \(found) an hour"
        text += seconds < 3600 ? ": --scenes-per-hour is for hours of video" : ""
        if let threshold = threshold(scenes: Int(wanted)) {
            text += "; for about \(Int(wanted)) here: --threshold \(Decimals.fixed(threshold, digits: 2))"
        }
        return text
    }

    /// The threshold that leaves about so many scenes; nil where no threshold does.
    private func threshold(scenes: Int) -> Double? {
        guard scenes > 1 else { return nil }
        var peaks: [(seconds: Double, score: Score)] = []
        for candidate in scores.sorted(by: { ($0.score, $1.seconds) > ($1.score, $0.seconds) })
        where peaks.allSatisfy({ abs($0.seconds - candidate.seconds) >= shortest }) {
            peaks.append(candidate)
            if peaks.count == scenes - 1 { return (candidate.score.value * 100).rounded(.down) / 100 }
        }
        return nil
    }
}
