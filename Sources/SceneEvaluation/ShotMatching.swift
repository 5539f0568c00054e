/// Detections against exact labels of one film, by position.
///
/// Hard cuts first: of all pairs of a labeled cut and a detection at most `tolerance` frames apart, pairs are
/// taken by growing distance, then by time, each side once. What is left, in order of time: a detection from
/// `tolerance` frames before the first mixed picture of a gradual change to `tolerance` + 1 after its last
/// one finds it; another one there is a duplicate. Duplicates and all others are false. A distractor fired if
/// a detection that matches no transition, duplicates among them, lies from its first picture to the one
/// after its last.
package struct ShotMatching: Hashable, Sendable {
    package var hardFound = 0
    package var hardTotal = 0
    /// Found and total of gradual changes by kind.
    package var graduals: [String: Tally] = [:]
    /// Fired and total of distractors by kind.
    package var distractors: [String: Tally] = [:]
    package var duplicates = 0
    /// Duplicates included.
    package var falsePositives = 0

    package struct Tally: Hashable, Sendable {
        package var hits = 0
        package var total = 0

        package init(hits: Int = 0, total: Int = 0) {
            self.hits = hits
            self.total = total
        }
    }

    package init() {}

    /// O(C * D) at most: C labeled transitions and distractors, D detections.
    package init(truth: ShotTruth, detections: ShotDetections, tolerance: Int64) {
        precondition(tolerance >= 0, "a tolerance is not negative")
        let places = detections.entries.map(\.at)
        var isUsed = [Bool](repeating: false, count: places.count)
        hardTotal = truth.cuts.count
        var pairs: [(distance: Int64, cut: Int, place: Int)] = []
        for (cut, frame) in truth.cuts.enumerated() {
            for (place, at) in places.enumerated() where abs(at - frame) <= tolerance {
                pairs.append((abs(at - frame), cut, place))
            }
        }
        var isFound = [Bool](repeating: false, count: truth.cuts.count)
        for pair in pairs.sorted(by: { $0 < $1 }) where !isFound[pair.cut] && !isUsed[pair.place] {
            isFound[pair.cut] = true
            isUsed[pair.place] = true
            hardFound += 1
        }
        for gradual in truth.graduals { graduals[gradual.kind, default: Tally()].total += 1 }
        var isGradualFound = [Bool](repeating: false, count: truth.graduals.count)
        var unmatched: [Int64] = []
        for (place, at) in places.enumerated() where !isUsed[place] {
            let around = truth.graduals.indices.filter {
                (truth.graduals[$0].first - tolerance...truth.graduals[$0].last + tolerance + 1).contains(at)
            }
            if let new = around.first(where: { !isGradualFound[$0] }) {
                isGradualFound[new] = true
                graduals[truth.graduals[new].kind, default: Tally()].hits += 1
                continue
            }
            if !around.isEmpty { duplicates += 1 }
            unmatched.append(at)
        }
        falsePositives = unmatched.count
        for distractor in truth.distractors {
            distractors[distractor.kind, default: Tally()].total += 1
            if unmatched.contains(where: { (distractor.first...distractor.last + 1).contains($0) }) {
                distractors[distractor.kind, default: Tally()].hits += 1
            }
        }
    }

    package static func + (left: ShotMatching, right: ShotMatching) -> ShotMatching {
        func sum(_ left: Tally, _ right: Tally) -> Tally {
            Tally(hits: left.hits + right.hits, total: left.total + right.total)
        }
        var result = left
        result.hardFound += right.hardFound
        result.hardTotal += right.hardTotal
        result.graduals.merge(right.graduals, uniquingKeysWith: sum)
        result.distractors.merge(right.distractors, uniquingKeysWith: sum)
        result.duplicates += right.duplicates
        result.falsePositives += right.falsePositives
        return result
    }

    package var gradualFound: Int { graduals.values.reduce(0) { $0 + $1.hits } }
    package var gradualTotal: Int { graduals.values.reduce(0) { $0 + $1.total } }
    package var distractorsFired: Int { distractors.values.reduce(0) { $0 + $1.hits } }
    package var distractorTotal: Int { distractors.values.reduce(0) { $0 + $1.total } }

    /// Hard cuts alone; detections that found a gradual change count neither way.
    package var hard: DetectionFigures {
        DetectionFigures(found: hardFound, falsePositives: falsePositives, missed: hardTotal - hardFound)
    }

    /// Hard cuts and gradual changes together.
    package var overall: DetectionFigures {
        let found = hardFound + gradualFound
        return DetectionFigures(
            found: found, falsePositives: falsePositives, missed: hardTotal + gradualTotal - found)
    }
}

/// Counts of a detector, and the shares made of them; 0 where a denominator is 0.
package struct DetectionFigures: Hashable, Sendable {
    package var found: Int
    package var falsePositives: Int
    package var missed: Int

    package init(found: Int, falsePositives: Int, missed: Int) {
        self.found = found
        self.falsePositives = falsePositives
        self.missed = missed
    }

    package var precision: Double { share(found, of: found + falsePositives) }
    package var recall: Double { share(found, of: found + missed) }
    package var f1: Double { share(2 * found, of: 2 * found + falsePositives + missed) }

    private func share(_ part: Int, of whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }

    package static func + (left: DetectionFigures, right: DetectionFigures) -> DetectionFigures {
        DetectionFigures(
            found: left.found + right.found, falsePositives: left.falsePositives + right.falsePositives,
            missed: left.missed + right.missed)
    }
}
