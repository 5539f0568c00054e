package import TensorKernels

// Shapes: N examples, I inputs, L labels.

/// What a probe learns from.
package struct ProbeExamples: Sendable {
    package let labels: [String]
    /// [N, I].
    package let inputs: Matrix
    /// [N, L]: 1 where the example shows the label, else 0.
    package let targets: Matrix
    /// [N, L]: 1 where that is known, else 0.
    package let known: Matrix
    /// [N]: position of the example's recording, counted from 0 without holes. Examples of a recording stand
    /// together, in order of time.
    package let recordings: [Int]
    /// [N]: microseconds, from the first picture of the recording.
    package let starts: [Int64]

    package var count: Int { recordings.count }
    package var recordingCount: Int { (recordings.max() ?? -1) + 1 }

    /// `answers`: for each example and label whether it is shown; nil where that is not known.
    package init(
        labels: [String], inputs: Matrix, answers: [[Bool?]], recordings: [Int], starts: [Int64]
    ) {
        precondition(
            inputs.rows == answers.count && recordings.count == answers.count && starts.count == answers.count
                && answers.allSatisfy { $0.count == labels.count }, "an answer per example and label")
        precondition(
            zip(zip(recordings, starts), zip(recordings, starts).dropFirst()).allSatisfy { $0 <= $1 },
            "recordings together, in order of time")
        self.labels = labels
        self.inputs = inputs
        self.recordings = recordings
        self.starts = starts
        let flat = answers.flatMap(\.self)
        targets = Matrix(
            rows: answers.count, columns: labels.count, values: flat.map { $0 == true ? 1 : 0 })
        known = Matrix(rows: answers.count, columns: labels.count, values: flat.map { $0 == nil ? 0 : 1 })
    }

    /// nil where it is not known.
    package func answer(_ row: Int, _ label: Int) -> Bool? {
        known[row, label] == 0 ? nil : targets[row, label] == 1
    }

    /// Examples that show a label, and those that do not.
    package func counts(_ label: Int) -> (shown: Int, hidden: Int) {
        var counts = (shown: 0, hidden: 0)
        for row in 0..<count {
            switch answer(row, label) {
            case true: counts.shown += 1
            case false: counts.hidden += 1
            case nil: break
            }
        }
        return counts
    }

    /// Fewest examples of each kind that a label needs: with fewer, no part of them can be held out.
    package static let fewest = 5

    /// What is missing, in words with a remedy; nil where all labels can be learned.
    package var shortage: String? {
        for (place, label) in labels.enumerated() {
            let counts = counts(place)
            let need = Self.fewest
            guard counts.shown >= need else {
                return
                    "'\(label)' has \(counts.shown) \(counts.shown == 1 ? "example" : "examples"), and \(need) are the fewest; give \(need - counts.shown) more, or take its lines out"
            }
            guard counts.hidden >= need else {
                return
                    "\(counts.hidden) \(counts.hidden == 1 ? "example is" : "examples are") known not to show '\(label)', and \(need) are the fewest; give examples of something else, or lines with 'not \(label)'"
            }
        }
        return nil
    }
}
