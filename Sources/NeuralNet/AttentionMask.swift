internal import TensorKernels

// Shapes: B sequences, T tokens.

/// Tokens of each sequence that no query attends to: padding, say. What they hold has no influence, as long
/// as it is finite.
package struct AttentionMask: Hashable, Sendable {
    /// By sequence [B]; of the T tokens at least one is not hidden.
    package let hidden: [[Int]]

    package init(hidden: [[Int]]) { self.hidden = hidden }

    /// Sets the hidden tokens' columns in some rows of the attention weights, which belong to a sequence.
    func fill(_ weights: inout Matrix, sequence: Int, rows: Range<Int>, with value: Float) {
        for row in rows {
            for token in hidden[sequence] { weights[row, token] = value }
        }
    }
}
