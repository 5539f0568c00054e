/// What one film adds to the pooled figures, and its own figures.
struct FilmCounts {
    var truePositives = 0
    var falsePositives = 0
    var trueNegatives = 0
    var falseNegatives = 0
    /// Boundaries found by the arg max rule: score > threshold.
    var found = 0
    /// Boundaries with a prediction less than 3 s away.
    var foundWithin3Seconds = 0
    /// nil where shots have no range: then recall@3s and mIoU are unknown.
    var meanOverlap: Double?
    var hasRanges = true

    /// Added to denominators by the reference.
    private static let guardTerm = 1e-5

    init() {}

    init(_ film: EvaluatedFilm, threshold: Double) {
        let shots = film.rankedShots
        let strict = shots.map { $0.decision ?? ($0.score > threshold) }
        for (shot, isFound) in zip(shots, strict) {
            switch (shot.isBoundary, shot.decision ?? (shot.score >= threshold)) {
            case (true, true): truePositives += 1
            case (true, false): falseNegatives += 1
            case (false, true): falsePositives += 1
            case (false, false): trueNegatives += 1
            }
            if shot.isBoundary, isFound { found += 1 }
        }
        falseNegatives += film.missed.count
        meanOverlap = SceneOverlap.mean(film, threshold: threshold)
        hasRanges = meanOverlap != nil
        guard hasRanges else { return }
        let predicted = zip(shots, strict).filter(\.1).map(\.0)
        func isNear(_ end: Double, _ index: Int) -> Bool {
            predicted.contains { shot in
                guard let range = shot.range, abs(shot.index - index) <= 5 else { return false }
                return abs(range.end - end) / film.ticksPerSecond < 3
            }
        }
        for shot in shots where shot.isBoundary {
            if let range = shot.range, isNear(range.end, shot.index) { foundWithin3Seconds += 1 }
        }
        for boundary in film.missed where isNear(boundary.time * film.ticksPerSecond, boundary.shot) {
            foundWithin3Seconds += 1
        }
    }

    var positives: Int { truePositives + falseNegatives }
    var negatives: Int { trueNegatives + falsePositives }

    /// Every figure that is counted rather than ranked; nil where it is unknown.
    func figure(_ metric: SceneMetric) -> Double? {
        switch metric {
        case .averagePrecision, .rocArea: return nil
        case .f1:
            let denominator = 2 * truePositives + falsePositives + falseNegatives
            return denominator == 0 ? 0 : Double(2 * truePositives) / Double(denominator)
        case .accuracy: return share(truePositives + trueNegatives, of: positives + negatives)
        case .accuracyOfOthers: return share(trueNegatives, of: negatives)
        case .accuracyOfBoundaries: return share(truePositives, of: positives)
        case .recall: return positives == 0 ? 0 : Double(found) / Double(positives)
        case .recallWithin3Seconds: return hasRanges ? share(foundWithin3Seconds, of: positives) : nil
        case .meanOverlap: return meanOverlap
        }
    }

    private func share(_ part: Int, of whole: Int) -> Double {
        Double(part) / (Double(whole) + Self.guardTerm)
    }

    /// The counts of many films as if they were one; `meanOverlap` has no pooled meaning.
    static func pooled(_ films: [FilmCounts], weights: [Int]) -> FilmCounts {
        var sum = FilmCounts()
        for (film, weight) in zip(films, weights) where weight > 0 {
            sum.truePositives += weight * film.truePositives
            sum.falsePositives += weight * film.falsePositives
            sum.trueNegatives += weight * film.trueNegatives
            sum.falseNegatives += weight * film.falseNegatives
            sum.found += weight * film.found
            sum.foundWithin3Seconds += weight * film.foundWithin3Seconds
            sum.hasRanges = sum.hasRanges && film.hasRanges
        }
        return sum
    }
}
