internal import Glibc
package import NeuralNet
package import TensorKernels

// Shapes: B windows, Q pooled tokens per window, D hidden width.

/// Pools a window's hidden vectors and gives the probability that a scene ends with its centre shot: two logits,
/// softmax, second column (BaSSL's fine-tuning head).
package struct BoundaryHead: Sendable {
    /// [2, D].
    package var linear: Linear

    package init(linear: Linear) {
        precondition(linear.outputDimension == 2, "two classes")
        self.linear = linear
    }

    package struct Workspace: Sendable {
        /// [B, D].
        package internal(set) var pooled: Matrix
        /// [B, 2].
        package internal(set) var logits: Matrix
    }

    package func makeWorkspace(batch: Int = 1) -> Workspace {
        Workspace(
            pooled: Matrix(rows: batch, columns: linear.inputDimension),
            logits: Matrix(rows: batch, columns: 2))
    }

    /// Fills `workspace` from hidden vectors [B Q, D], of which every row belongs to the pooling.
    package func forward(_ workspace: inout Workspace, _ hidden: Matrix, _ pooling: Pooling) {
        let batch = workspace.pooled.rows
        precondition(
            hidden.rows % batch == 0 && hidden.columns == workspace.pooled.columns, "hidden vectors fit")
        let queries = hidden.rows / batch
        for window in 0..<batch {
            let rows = window * queries..<(window + 1) * queries
            switch pooling {
            case .center, .cls:
                precondition(queries == 1, "one token stands for the window")
                copyRowsInto(&workspace.pooled, from: window, hidden, rows: rows)
            case .avg: averageRowsInto(&workspace.pooled, outputRow: window, hidden, rows: rows)
            case .max: maximumRowsInto(&workspace.pooled, outputRow: window, hidden, rows: rows)
            }
        }
        linear.forward(into: &workspace.logits, workspace.pooled)
    }

    /// Probability of window `window`; 0 where the logits are no numbers.
    package func probability(_ workspace: Workspace, window: Int = 0) -> Float {
        // The second of two softmax columns is the logistic of the difference.
        let difference = workspace.logits[window, 1] - workspace.logits[window, 0]
        return difference.isNaN ? 0 : 1 / (1 + exp(-difference))
    }
}
