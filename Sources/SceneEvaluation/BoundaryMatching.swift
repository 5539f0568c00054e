/// Brings scenes labeled on the film's clock to detected shots.
///
/// Every labeled scene start but the first is a boundary. Of all pairs of such a start and a detected shot
/// start (the first shot's excepted) at most `tolerance` apart, pairs are taken by growing distance, then by
/// time, each start once. The shot before a taken shot start is a boundary shot. A labeled start without a
/// partner is missed: it counts as a boundary with score 0, and as a miss at every threshold.
package enum BoundaryMatching {
    /// O(L * n + P log P): L labeled starts, n shots, P pairs within the tolerance.
    package static func join(_ labels: SceneLabels, _ events: EventScores, tolerance: Double) -> EvaluatedFilm
    {
        precondition(tolerance >= 0, "a tolerance is not negative")
        let labeled = labels.scenes.dropFirst().map(\.start)
        let shots = events.shots
        var pairs: [(distance: Double, label: Int, shot: Int)] = []
        for (label, time) in labeled.enumerated() {
            for shot in shots.indices.dropFirst() {
                let distance = abs(shots[shot].range.start - time)
                // Frame times are printed with six decimals.
                if distance <= tolerance + 1e-6 { pairs.append((distance, label, shot)) }
            }
        }
        pairs.sort { ($0.distance, $0.label, $0.shot) < ($1.distance, $1.label, $1.shot) }
        var partner = [Int?](repeating: nil, count: labeled.count)
        var isBoundary = [Bool](repeating: false, count: shots.count)
        for pair in pairs where partner[pair.label] == nil && !isBoundary[pair.shot - 1] {
            partner[pair.label] = pair.shot
            isBoundary[pair.shot - 1] = true
        }
        let missed = labeled.indices.filter { partner[$0] == nil }.map { label in
            let across = shots.lastIndex { $0.range.start <= labeled[label] } ?? 0
            return MissedBoundary(time: labeled[label], shot: across)
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
            missed: missed)
    }
}
