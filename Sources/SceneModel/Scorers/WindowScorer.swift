internal import NeuralNet
package import SceneSegmentation
internal import TensorKernels

/// Scores windows with a perceptron or a recurrent network and its boundary head (`mlp`, `lstm`).
///
/// Every call computes one window from its embeddings alone, in one fixed shape, so equal windows give equal bits
/// whatever came before (contract 15).
package struct WindowScorer: BoundaryScorer {
    package let name: String
    package let neighborCount: Int
    package let head: BoundaryHead
    private var headWorkspace: BoundaryHead.Workspace
    private var pass: Pass

    private enum Pass: Sendable {
        case perceptron(PerceptronNetwork, Matrix)
        case recurrent(RecurrentNetwork, Matrix, LSTM.Trace, LSTM.Trace)
    }

    package init(_ network: PerceptronNetwork, head: BoundaryHead) {
        name = ContextKind.mlp.rawValue
        neighborCount = network.neighborCount
        pass = .perceptron(network, Matrix(rows: 1, columns: network.first.inputDimension))
        self.head = head
        headWorkspace = head.makeWorkspace()
    }

    package init(_ network: RecurrentNetwork, head: BoundaryHead) {
        name = ContextKind.lstm.rawValue
        neighborCount = network.neighborCount
        let shots = 2 * network.neighborCount + 1
        pass = .recurrent(
            network, Matrix(rows: shots, columns: network.inputDimension),
            network.rightward.makeTrace(batch: 1, steps: shots, isReversed: false),
            network.leftward.makeTrace(batch: 1, steps: shots, isReversed: true))
        self.head = head
        headWorkspace = head.makeWorkspace()
    }

    package func separate() -> Self? { self }

    package mutating func score(_ window: ContextWindow) -> Float {
        precondition(window.neighborCount == neighborCount, "a window of 2K+1 parts")
        let hidden: Matrix
        switch pass {
        case .perceptron(let network, var row):
            row = Matrix(rows: 1, columns: row.columns, values: window.parts.flatMap(\.embedding))
            hidden = network.hidden(row)
        case .recurrent(let network, var steps, var right, var left):
            for (index, part) in window.parts.enumerated() { steps.setRow(index, to: part.embedding) }
            network.rightward.forward(&right, steps)
            network.leftward.forward(&left, steps)
            hidden = Matrix(
                rows: 1, columns: network.hiddenDimension,
                values: network.rightward.output(right, step: neighborCount).values
                    + network.leftward.output(left, step: neighborCount).values)
        }
        head.forward(&headWorkspace, hidden, .center)
        return head.probability(headWorkspace)
    }
}
