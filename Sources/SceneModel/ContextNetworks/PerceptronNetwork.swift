package import NeuralNet
package import TensorKernels

// Shapes: B windows, K neighbors on each side, S = 2K+1 shots, E width of the embeddings, D hidden width.

/// A multi-layer perceptron over the whole window, laid end to end: linear, rectifier, linear, rectifier (the
/// context network of ShotCoL, Chen et al. 2021; row "MLP" of BaSSL's table 2).
///
/// It knows no single shot, so it answers for the center only, and the pretext tasks cannot train it.
package struct PerceptronNetwork: Sendable {
    /// [D, S E].
    package var first: Linear
    /// [D, D].
    package var second: Linear
    package let neighborCount: Int

    package init(first: Linear, second: Linear, neighborCount: Int) {
        precondition(first.inputDimension % (2 * neighborCount + 1) == 0, "2K+1 embeddings end to end")
        precondition(first.outputDimension == second.inputDimension, "one hidden width")
        self.first = first
        self.second = second
        self.neighborCount = neighborCount
    }

    package var inputDimension: Int { first.inputDimension / (2 * neighborCount + 1) }
    package var hiddenDimension: Int { second.outputDimension }
}

extension PerceptronNetwork: ContextNetwork {
    package static let name = "mlp"
    package static let input = ContextInput.embeddings
    package static let answersForEveryShot = false
    package static let preset = NetworkPreset()

    package init(_ options: NetworkOptions, embeddingWidth: Int, seed: UInt64) {
        self.init(
            inputDimension: embeddingWidth, hiddenDimension: options.width,
            neighborCount: options.neighborCount, seed: seed)
    }

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

    package init(_ reader: ModelTensorReader) throws(ModelFileError) {
        let neighborCount = try reader.neighborCount()
        let name = reader.prefix + "first"
        let shape = try reader.matrixShape(name + ".weight")
        guard shape[1] % (2 * neighborCount + 1) == 0 else {
            throw reader.unsuitable(
                name + ".weight", "takes \(shape[1]) numbers, no multiple of 2K+1 with K = \(neighborCount)")
        }
        let width = try reader.matrixShape(reader.prefix + "second.weight")[0]
        self.init(
            first: try reader.linear(name, outputs: shape[0], inputs: shape[1]),
            second: try reader.linear(reader.prefix + "second", outputs: width, inputs: shape[0]),
            neighborCount: neighborCount)
    }

    package var layerCount: Int { 2 }

    package struct Trace: ContextTrace {
        let batch: Int
        /// Windows end to end [B, S E].
        var flat: Matrix
        /// Before each rectifier [B, D].
        var sums: [Matrix]
        /// Behind the first rectifier [B, D].
        var active: Matrix
        /// Behind the second [B, D].
        package var hidden: Matrix
        var padding: WindowPadding?
        var dropout: Dropout?
        package var dWindows: Matrix?
    }

    package func makeTrace(batch: Int, reading: ContextReading, needsInputGradient: Bool) -> Trace {
        precondition(reading == .center, "a perceptron over the window answers for its center only")
        let hidden = Matrix(rows: batch, columns: hiddenDimension)
        let shots = 2 * neighborCount + 1
        return Trace(
            batch: batch, flat: Matrix(rows: batch, columns: first.inputDimension), sums: [hidden, hidden],
            active: hidden, hidden: hidden,
            dWindows: needsInputGradient ? Matrix(rows: batch * shots, columns: inputDimension) : nil)
    }

    package func forward(
        _ trace: inout Trace, _ windows: Matrix, padding: WindowPadding?, dropout: Dropout?
    ) {
        (trace.padding, trace.dropout) = (padding, dropout)
        var windows = windows
        padding?.clear(&windows)
        trace.flat = Matrix(rows: trace.batch, columns: first.inputDimension, values: windows.values)
        first.forward(into: &trace.sums[0], trace.flat)
        rectifyInto(&trace.active, trace.sums[0])
        dropout?.at(0).apply(&trace.active)
        second.forward(into: &trace.sums[1], trace.active)
        rectifyInto(&trace.hidden, trace.sums[1])
        dropout?.at(1).apply(&trace.hidden)
    }

    package func backward(_ trace: inout Trace, _ dHidden: Matrix, gradient: inout PerceptronNetwork) {
        // hidden = dropout(rectified(sums[1])).
        var dSecond = dHidden
        trace.dropout?.at(1).apply(&dSecond)
        rectifierGradient(&dSecond, input: trace.sums[1])
        // sums[1] [B, D] = active W^T + b.
        second.addGradient(into: &gradient.second, dSecond, input: trace.active)
        var dFirst = Matrix(rows: trace.batch, columns: second.inputDimension)
        second.backpropagate(into: &dFirst, dSecond)
        // active = dropout(rectified(sums[0])).
        trace.dropout?.at(0).apply(&dFirst)
        rectifierGradient(&dFirst, input: trace.sums[0])
        // sums[0] [B, D] = flat [B, S E] W^T + b.
        first.addGradient(into: &gradient.first, dFirst, input: trace.flat)
        guard var dWindows = trace.dWindows.take() else { return }
        var dFlat = Matrix(rows: trace.batch, columns: first.inputDimension)
        first.backpropagate(into: &dFlat, dFirst)
        dWindows = Matrix(rows: dWindows.rows, columns: dWindows.columns, values: dFlat.values)
        trace.padding?.clear(&dWindows)
        trace.dWindows = dWindows
    }

    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        first.visitParameters(path + "first.", body)
        second.visitParameters(path + "second.", body)
    }
}
