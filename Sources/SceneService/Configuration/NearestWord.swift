/// What somebody who mistyped a word had in mind.
package enum NearestWord {
    /// The word of `known` that `word` was meant to be: the one with the fewest letters wrong, missing,
    /// surplus or swapped with the next, at most one in three; nil where there is none.
    package static func find(_ word: String, in known: [String]) -> String? {
        let typed = Array(word.lowercased().utf8.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 })
        guard typed.count <= 40 else { return nil }
        let distances = known.map { (word: $0, distance: distance(typed, Array($0.utf8))) }
        guard let best = distances.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= max(1, min(typed.count, best.word.utf8.count) / 3) ? best.word : nil
    }

    /// Edits between two words, a swap of neighbors being one (Damerau 1964, restricted).
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var (before, above) = ([Int](), Array(0...right.count))
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let isEqual = left[row] == right[column]
                var cost = min(above[column] + (isEqual ? 0 : 1), above[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, before[column - 1] + 1)
                }
                current.append(cost)
            }
            (before, above) = (above, current)
        }
        return above[right.count]
    }
}
