/// Brings scenes labeled on the film's clock to detected shots.
///
/// Every labeled scene start but the first is a boundary; with `intervals` it reaches back to the end of the
/// scene before. Of all pairs of such a boundary and a detected shot start (the first shot's excepted) at
/// most `tolerance` apart, pairs are taken by growing distance, then by time, each of both once. Of several
/// shot starts inside an interval the one that was reported comes first, then the one with the highest score.
/// The shot before a taken shot start is a boundary shot. A labeled boundary without a partner is missed: it
/// counts as a boundary with score 0, and as a miss at every threshold.
package enum BoundaryMatching: String, Hashable, Sendable, CaseIterable {
    /// From the end of a scene to the start of the next: a boundary in between is right.
    case intervals
    /// The start of the next scene alone, as the papers' scripts do.
    case starts

    /// O(L * n + P log P): L labeled boundaries, n shots, P pairs within the tolerance.
    package func join(_ labels: SceneLabels, _ events: EventScores, tolerance: Double) -> EvaluatedFilm {
        precondition(tolerance >= 0, "a tolerance is not negative")
        let labeled = labels.boundaries.map { self == .intervals ? $0 : $0.upperBound...$0.upperBound }
        let shots = events.shots
        var pairs: [(distance: Double, preference: Double, label: Int, shot: Int)] = []
        for (label, boundary) in labeled.enumerated() {
            for shot in shots.indices.dropFirst() {
                let distance = boundary.distance(to: shots[shot].range.start)
                // Frame times are printed with six decimals.
                guard distance <= tolerance + 1e-6 else { continue }
                let before = shots[shot - 1]
                let isInside = distance == 0 && boundary.lowerBound < boundary.upperBound
                let preference = isInside ? (before.isDecided ? -2 : -before.score) : 0
                pairs.append((distance, preference, label, shot))
            }
        }
        pairs.sort {
            ($0.distance, $0.preference, $0.label, $0.shot) < ($1.distance, $1.preference, $1.label, $1.shot)
        }
        var partner = [Int?](repeating: nil, count: labeled.count)
        var isBoundary = [Bool](repeating: false, count: shots.count)
        for pair in pairs where partner[pair.label] == nil && !isBoundary[pair.shot - 1] {
            partner[pair.label] = pair.shot
            isBoundary[pair.shot - 1] = true
        }
        let missed = labeled.indices.filter { partner[$0] == nil }.map { label in
            let start = labeled[label].upperBound
            return MissedBoundary(time: start, shot: shots.lastIndex { $0.range.start <= start } ?? 0)
        }
        let end = shots.last?.range.end ?? 0
        return EvaluatedFilm(
            id: labels.film,
            shots: zip(shots, isBoundary).map { shot, isBoundary in
                EvaluatedShot(
                    index: shot.index, range: shot.range, isBoundary: isBoundary, score: shot.score,
                    decision: shot.isDecided)
            },
            ticksPerSecond: 1, endClosesScene: true,
            scenes: labels.scenes.map {
                ShotRange(start: $0.start, end: $0.end.isFinite ? $0.end : max($0.start, end))
            },
            unlabeled: labeled.filter { $0.lowerBound < $0.upperBound }.map {
                ShotRange(start: $0.lowerBound, end: $0.upperBound)
            },
            missed: missed)
    }
}

extension ClosedRange<Double> {
    /// How far `time` lies outside; 0 inside.
    package func distance(to time: Double) -> Double {
        Swift.max(lowerBound - time, time - upperBound, 0)
    }
}
