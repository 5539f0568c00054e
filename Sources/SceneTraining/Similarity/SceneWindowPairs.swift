package import TensorKernels

/// Shots of a recording that follow one another.
package struct SceneWindow: Hashable, Sendable {
    package var recording: Int
    package var first: Int
    package var count: Int

    package init(recording: Int, first: Int, count: Int) {
        self.recording = recording
        self.first = first
        self.count = count
    }

    package var shots: Range<Int> { first..<first + count }
}

/// Two windows that show what is alike, of two recordings.
package struct ScenePair: Hashable, Sendable {
    package var first: SceneWindow
    package var second: SceneWindow
    /// That of the recordings.
    package var weight: Double

    package init(first: SceneWindow, second: SceneWindow, weight: Double) {
        self.first = first
        self.second = second
        self.weight = weight
    }
}

/// Chooses the windows of two recordings that resemble each other most (Movies2Scenes, section 3.3: the
/// better half, none overlapping another in either recording).
package enum SceneWindowPairs {
    /// First shots of both windows of each pair, the best first. `similarities` [N, M]: of the shots. The
    /// score of a pair is the mean over its window x window similarities; of equal ones the earlier counts.
    /// Greedy: every pair that overlaps none before it, then the better half of these.
    ///
    /// Complexity: O(N M log(N M)).
    package static func choose(_ similarities: Matrix, window: Int) -> [(first: Int, second: Int)] {
        let (rows, columns) = (similarities.rows - window + 1, similarities.columns - window + 1)
        guard window > 0, rows > 0, columns > 0 else { return [] }
        let image = IntegralImage(similarities)
        var scored: [(score: Double, place: Int)] = []
        scored.reserveCapacity(rows * columns)
        for row in 0..<rows {
            for column in 0..<columns {
                let sum = image.sum(rows: row..<row + window, columns: column..<column + window)
                scored.append((sum, row * columns + column))
            }
        }
        scored.sort { $0.score != $1.score ? $0.score > $1.score : $0.place < $1.place }
        var taken = (rows: [Bool](repeating: false, count: similarities.rows), columns: [Bool]())
        taken.columns = [Bool](repeating: false, count: similarities.columns)
        var chosen: [(first: Int, second: Int)] = []
        for (_, place) in scored {
            let (row, column) = place.quotientAndRemainder(dividingBy: columns)
            // Windows are equally long: what overlaps covers an end of the other.
            guard !taken.rows[row], !taken.rows[row + window - 1], !taken.columns[column],
                !taken.columns[column + window - 1]
            else { continue }
            for shot in row..<row + window { taken.rows[shot] = true }
            for shot in column..<column + window { taken.columns[shot] = true }
            chosen.append((row, column))
        }
        return Array(chosen.prefix((chosen.count + 1) / 2))
    }

    /// At most so many pairs come of recordings of N and M shots.
    package static func bound(_ first: Int, _ second: Int, window: Int) -> Int {
        (min(first, second) / window + 1) / 2
    }
}
