package import NeuralNet
package import SceneModel
package import TensorKernels

// Shapes: B windows, S = 2K+1 shots, E width of the embeddings, D hidden width.

extension PerceptronNetwork: ContextNetwork {
    /// A fresh network.
    package init(inputDimension: Int, hiddenDimension: Int, neighborCount: Int, seed: UInt64) {
        var generator = RandomStream(seed: seed, purpose: .initialWeights)
        let inputs = (2 * neighborCount + 1) * inputDimension
        // Kaiming He's deviation keeps the size of what a rectifier lets through.
        self.init(
            first: Linear(
                inputs: inputs, outputs: hiddenDimension, deviation: (2 / Float(inputs)).squareRoot(),
                using: &generator),
            second: Linear(
                inputs: hiddenDimension, outputs: hiddenDimension,
                deviation: (2 / Float(hiddenDimension)).squareRoot(), using: &generator),
            neighborCount: neighborCount)
    }

    /// It hides no shots.
    package var maskEmbedding: [Float]? {
        get { nil }
        set { precondition(newValue == nil, "a perceptron over the window hides no shots") }
    }

    package struct Trace: ContextTrace {
        let batch: Int
        var flat: Matrix
        var sums: [Matrix]
        var active: Matrix
        package var hidden: Matrix
        var dropout: Dropout?
        package var dWindows: Matrix?
    }

    package func makeTrace(batch: Int, reading: ContextReading, needsInputGradient: Bool) -> Trace {
        precondition(reading == .centre, "a perceptron over the window answers for its centre only")
        let hidden = Matrix(rows: batch, columns: hiddenDimension)
        let shots = 2 * neighborCount + 1
        return Trace(
            batch: batch, flat: Matrix(rows: batch, columns: first.inputDimension), sums: [hidden, hidden],
            active: hidden, hidden: hidden, dropout: nil,
            dWindows: needsInputGradient ? Matrix(rows: batch * shots, columns: inputDimension) : nil)
    }

    package func forward(_ trace: inout Trace, _ windows: Matrix, dropout: Dropout?) {
        trace.dropout = dropout
        trace.flat = Matrix(rows: trace.batch, columns: first.inputDimension, values: windows.values)
        first.forward(into: &trace.sums[0], trace.flat)
        rectifyInto(&trace.active, trace.sums[0])
        dropout?.at(0).apply(&trace.active)
        second.forward(into: &trace.sums[1], trace.active)
        rectifyInto(&trace.hidden, trace.sums[1])
        dropout?.at(1).apply(&trace.hidden)
    }

    package func backward(_ trace: inout Trace, _ dHidden: Matrix, gradient: inout PerceptronNetwork) {
        var dSecond = dHidden
        trace.dropout?.at(1).apply(&dSecond)
        rectifierGradient(&dSecond, input: trace.sums[1])
        second.addGradient(into: &gradient.second, dSecond, input: trace.active)
        var dFirst = Matrix(rows: trace.batch, columns: second.inputDimension)
        second.backpropagate(into: &dFirst, dSecond)
        trace.dropout?.at(0).apply(&dFirst)
        rectifierGradient(&dFirst, input: trace.sums[0])
        first.addGradient(into: &gradient.first, dFirst, input: trace.flat)
        guard let dWindows = trace.dWindows else { return }
        var dFlat = Matrix(rows: trace.batch, columns: first.inputDimension)
        first.backpropagate(into: &dFlat, dFirst)
        trace.dWindows = Matrix(rows: dWindows.rows, columns: dWindows.columns, values: dFlat.values)
    }

    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        first.visitParameters(path + "first.", body)
        second.visitParameters(path + "second.", body)
    }
}
