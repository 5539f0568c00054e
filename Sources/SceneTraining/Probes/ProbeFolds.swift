/// Examples in parts, each of which is held out once.
package struct ProbeFolds: Hashable, Sendable {
    /// What keeps the parts apart.
    package enum Manner: String, Hashable, Sendable {
        /// No recording stands in two parts: what is measured holds for recordings that were never seen.
        case recording
        /// Runs of examples of the same recordings take turns. Neighbors in time look alike, so that what is
        /// measured flatters.
        case time
    }

    /// Most parts.
    package static let most = 5

    package let manner: Manner
    package let count: Int
    /// The rows that it is about, in order, and the part of each.
    package let rows: [Int]
    package let parts: [Int]

    /// `rows`: in order. By recording, there have to be two recordings among them.
    package init(_ examples: ProbeExamples, rows: [Int], manner: Manner) {
        self.manner = manner
        self.rows = rows
        switch manner {
        case .recording: (count, parts) = Self.byRecording(examples, rows)
        case .time: (count, parts) = Self.byTime(examples, rows)
        }
    }

    /// Recordings with the most examples choose first, each the part where it changes least: labels and
    /// examples are to be spread evenly. Equal choices go to the first part.
    private static func byRecording(_ examples: ProbeExamples, _ rows: [Int]) -> (Int, [Int]) {
        let labelCount = examples.labels.count
        // Of each recording: examples that show each label, and all of them.
        var sums: [Int: [Double]] = [:]
        for row in rows {
            var sum = sums[examples.recordings[row]] ?? [Double](repeating: 0, count: labelCount + 1)
            for label in 0..<labelCount where examples.answer(row, label) == true { sum[label] += 1 }
            sum[labelCount] += 1
            sums[examples.recordings[row]] = sum
        }
        precondition(sums.count > 1, "two recordings to part")
        let totals = (0...labelCount).map { column in
            max(1, sums.values.reduce(0) { $0 + $1[column] })
        }
        let count = min(most, sums.count)
        var parts = [[Double]](
            repeating: [Double](repeating: 0, count: labelCount + 1), count: count)
        var partOf: [Int: Int] = [:]
        let order = sums.sorted { ($1.value[labelCount], $0.key) < ($0.value[labelCount], $1.key) }
        for (place, (recording, sum)) in order.enumerated() {
            func cost(_ part: [Double]) -> Double {
                zip(zip(part, sum), totals).reduce(0) { cost, next in
                    let ((held, added), total) = next
                    return cost + added * (2 * held + added) / (total * total)
                }
            }
            // No part stays empty.
            let isLast = order.count - place <= parts.count { $0[labelCount] == 0 }
            let free = parts.indices.filter { !isLast || parts[$0][labelCount] == 0 }
            let best = free.min { (cost(parts[$0]), $0) < (cost(parts[$1]), $1) } ?? 0
            partOf[recording] = best
            for column in 0...labelCount { parts[best][column] += sum[column] }
        }
        return (count, rows.map { partOf[examples.recordings[$0]] ?? 0 })
    }

    /// Runs of a twentieth of a recording's examples, which go to the parts in turn, from recording to
    /// recording.
    private static func byTime(_ examples: ProbeExamples, _ rows: [Int]) -> (Int, [Int]) {
        let count = max(1, min(most, rows.count))
        let sizes = Dictionary(grouping: rows) { examples.recordings[$0] }.mapValues(\.count)
        var parts: [Int] = []
        var run = -1
        var (recording, place) = (-1, 0)
        for row in rows {
            if examples.recordings[row] != recording { (recording, place) = (examples.recordings[row], 0) }
            let length = max(1, (sizes[recording] ?? 1) / (4 * count))
            if place % length == 0 { run += 1 }
            parts.append(run % count)
            place += 1
        }
        return (count, parts)
    }

    /// Rows outside of a part, and those of it.
    package func split(_ part: Int) -> (others: [Int], held: [Int]) {
        var split: (others: [Int], held: [Int]) = ([], [])
        for (row, own) in zip(rows, parts) {
            if own == part { split.held.append(row) } else { split.others.append(row) }
        }
        return split
    }

    /// Whether a label can be measured: examples that show it, and such that do not, stand in two parts at
    /// least.
    package func measures(_ label: Int, _ examples: ProbeExamples) -> Bool {
        [true, false].allSatisfy { answer in
            Set(zip(rows, parts).filter { examples.answer($0.0, label) == answer }.map(\.1)).count > 1
        }
    }
}
