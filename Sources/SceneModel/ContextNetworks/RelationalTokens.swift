internal import Glibc
package import TensorKernels
package import Timeline

// Shapes: K neighbors on each side, S = 2K+1 shots.

/// Turns a window into tokens that say how each shot relates to the others.
///
/// Token i, of 2 S + 7 numbers: cosine similarity of shot i to every shot of the window; the same less the
/// window's mean and divided by its deviation (over pairs of different shots that both exist); the logarithm
/// of its length in seconds and that less the window's mean; how it began: 1 for a dissolve or wipe, 1 for a
/// fade; 1 if it repeats an edge; 1 if it is blank (an embedding without direction, whose similarities are
/// 0); and a constant 1.
package struct RelationalTokens: Hashable, Sendable {
    package let neighborCount: Int

    package init(neighborCount: Int) {
        precondition(neighborCount > 0, "a window has neighbors")
        self.neighborCount = neighborCount
    }

    package var shotCount: Int { 2 * neighborCount + 1 }
    /// F.
    package var width: Int { 2 * shotCount + 7 }

    /// What the tokens are made of, for one shot of a window.
    package struct Shot: Hashable, Sendable {
        /// Seconds.
        package var duration: Double
        package var entry: TransitionKind?
        /// Stands for a shot beyond the film's edge.
        package var isRepeated: Bool
        package var isBlank: Bool

        package init(duration: Double, entry: TransitionKind?, isRepeated: Bool, isBlank: Bool) {
            self.duration = duration
            self.entry = entry
            self.isRepeated = isRepeated
            self.isBlank = isBlank
        }
    }

    /// Writes the tokens of a window into rows `firstRow` and following of `tokens` [.., F]. `similarities`
    /// is S x S, row by row. O(S^2).
    package func write(
        into tokens: inout Matrix, firstRow: Int, shots: [Shot], similarities: [Float]
    ) {
        let count = shotCount
        precondition(shots.count == count && similarities.count == count * count, "a window of 2K+1 shots")
        let (mean, scale) = spread(shots, similarities)
        let lengths = shots.map { Float(log(max($0.duration, 0.04))) }
        let meanLength = lengths.reduce(0, +) / Float(count)
        var row = [Float](repeating: 0, count: width)
        for shot in 0..<count {
            for other in 0..<count {
                let similarity = similarities[shot * count + other]
                row[other] = similarity
                row[count + other] = other == shot ? 0 : (similarity - mean) * scale
            }
            let rest = 2 * count
            row[rest] = lengths[shot]
            row[rest + 1] = lengths[shot] - meanLength
            row[rest + 2] = 0
            row[rest + 3] = 0
            switch shots[shot].entry {
            case .dissolve, .wipe, .push, .gradual: row[rest + 2] = 1
            case .fadeBlack, .fadeWhite: row[rest + 3] = 1
            case .start, .cut, nil: break
            }
            row[rest + 4] = shots[shot].isRepeated ? 1 : 0
            row[rest + 5] = shots[shot].isBlank ? 1 : 0
            row[rest + 6] = 1
            tokens.setRow(firstRow + shot, to: row)
        }
    }

    /// Mean and the inverse of the deviation over pairs of different, real shots.
    private func spread(_ shots: [Shot], _ similarities: [Float]) -> (mean: Float, scale: Float) {
        let count = shotCount
        let real = shots.indices.filter { !shots[$0].isRepeated && !shots[$0].isBlank }
        guard real.count > 1 else { return (0, 0) }
        var (sum, squares): (Float, Float) = (0, 0)
        for first in real {
            for second in real where first != second {
                let value = similarities[first * count + second]
                sum += value
                squares += value * value
            }
        }
        let pairs = Float(real.count * (real.count - 1))
        let mean = sum / pairs
        // A window in which all is alike has nothing to spread: 0.02 is the least deviation.
        let variance = max(squares / pairs - mean * mean, 4e-4)
        return (mean, 1 / variance.squareRoot())
    }
}
