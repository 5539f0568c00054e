/// Brings scenes labeled on the film's clock to detected shots.
///
/// Every labeled scene start but the first is a boundary; with `intervals` it reaches back to the end of the
/// scene before. Of all pairs of such a boundary and a detected shot start (the first shot's excepted, and
/// those behind gaps) at most `tolerance` apart, pairs are taken by growing distance, then by time, each of
/// both once. Of several shot starts inside an interval the one that was reported comes first, then the one
/// with the highest score. The shot before a taken shot start is a boundary shot. A labeled boundary without
/// a partner is missed: it counts as a boundary with score 0, and as a miss at every threshold.
///
/// A gap is a place, too, for any number of labeled boundaries: what is nearer to it than to a shot start is
/// left out, since nothing can be decided there (contract 13), and the scenes on both sides count as one.
/// Places inside shots that the run judged count like starts of shots.
package enum BoundaryMatching: String, Hashable, Sendable, CaseIterable {
    /// From the end of a scene to the start of the next: a boundary in between is right.
    case intervals
    /// The start of the next scene alone, as the papers' scripts do.
    case starts

    /// O(L * n + P log P): L labeled boundaries, n shots and gaps, P pairs within the tolerance.
    package func join(_ labels: SceneLabels, _ events: EventScores, tolerance: Double) -> EvaluatedFilm {
        precondition(tolerance >= 0, "a tolerance is not negative")
        let labeled = labels.boundaries.map { self == .intervals ? $0 : $0.upperBound...$0.upperBound }
        let shots = events.pieces
        let partners = partners(of: labeled, shots, events.gaps, tolerance: tolerance)
        var isBoundary = [Bool](repeating: false, count: shots.count)
        for case .shot(let shot)? in partners { isBoundary[shot - 1] = true }
        let missed = labeled.indices.filter { partners[$0] == nil }.map { label in
            let start = labeled[label].upperBound
            let shot = shots.last { $0.range.start <= start }
            return MissedBoundary(time: start, shot: shot?.index ?? 0)
        }
        let inGaps = Set(labeled.indices.filter { partners[$0] == .gap })
        let end = shots.last?.range.end ?? 0
        return EvaluatedFilm(
            id: labels.film,
            shots: zip(shots, isBoundary).map { shot, isBoundary in
                EvaluatedShot(
                    index: shot.index, range: shot.range, isBoundary: isBoundary, score: shot.score,
                    decision: shot.isDecided)
            },
            ticksPerSecond: 1, endClosesScene: true,
            scenes: labels.withoutBoundaries(at: inGaps).scenes.map {
                ShotRange(start: $0.start, end: $0.end.isFinite ? $0.end : max($0.start, end))
            },
            unlabeled: labeled.indices.filter { !inGaps.contains($0) }.map { labeled[$0] }
                .filter { $0.lowerBound < $0.upperBound }
                .map { ShotRange(start: $0.lowerBound, end: $0.upperBound) },
            missed: missed, gapLabels: inGaps.count)
    }

    /// What a labeled boundary stands at.
    private enum Partner: Equatable {
        /// The start of this shot.
        case shot(Int)
        case gap
    }

    /// Which of several partners inside an interval a labeled boundary takes: the least.
    private enum Preference {
        static let decided = -2.0
        /// Behind what the run reported, before what it did not: scores lie below 1.
        static let gap = -1.5
        static let other = 0.0
    }

    /// For each labeled boundary its partner; nil where it has none.
    private func partners(
        of labeled: [ClosedRange<Double>], _ shots: [EventScores.Shot], _ gaps: [ShotRange],
        tolerance: Double
    ) -> [Partner?] {
        struct Pair {
            var distance: Double
            var preference: Double
            var label: Int
            var partner: Partner
            /// Of partners, for those that are equal otherwise.
            var order: Int
        }
        let gapEnds = Set(gaps.map(\.end))
        // Frame times are printed with six decimals.
        let reach = tolerance + 1e-6
        var pairs: [Pair] = []
        for (label, boundary) in labeled.enumerated() {
            let isInterval = boundary.lowerBound < boundary.upperBound
            for shot in shots.indices.dropFirst() where !gapEnds.contains(shots[shot].range.start) {
                let distance = boundary.distance(to: shots[shot].range.start)
                guard distance <= reach else { continue }
                let before = shots[shot - 1]
                let inside = before.isDecided ? Preference.decided : -before.score
                pairs.append(
                    Pair(
                        distance: distance,
                        preference: isInterval && distance == 0 ? inside : Preference.other,
                        label: label, partner: .shot(shot), order: shot))
            }
            for gap in gaps {
                let distance = max(boundary.lowerBound - gap.end, gap.start - boundary.upperBound, 0)
                guard distance <= reach else { continue }
                pairs.append(
                    Pair(
                        distance: distance,
                        preference: isInterval && distance == 0 ? Preference.gap : Preference.other,
                        label: label, partner: .gap, order: shots.count))
            }
        }
        pairs.sort {
            ($0.distance, $0.preference, $0.label, $0.order)
                < ($1.distance, $1.preference, $1.label, $1.order)
        }
        var partners = [Partner?](repeating: nil, count: labeled.count)
        var taken: Set<Int> = []
        for pair in pairs where partners[pair.label] == nil {
            if case .shot(let shot) = pair.partner, !taken.insert(shot).inserted { continue }
            partners[pair.label] = pair.partner
        }
        return partners
    }
}

extension ClosedRange<Double> {
    /// How far `time` lies outside; 0 inside.
    package func distance(to time: Double) -> Double {
        Swift.max(lowerBound - time, time - upperBound, 0)
    }
}
