package import NeuralNet
package import SceneModel
package import TensorKernels

// Shapes: B windows, S = 2K+1 shots, E width of the embeddings, D hidden width.

extension RecurrentNetwork: ContextNetwork {
    /// A fresh network.
    package init(inputDimension: Int, hiddenDimension: Int, neighborCount: Int, seed: UInt64) {
        precondition(hiddenDimension % 2 == 0, "half the width for each direction")
        var generator = RandomStream(seed: seed, purpose: .initialWeights)
        let rightward = LSTM(inputs: inputDimension, units: hiddenDimension / 2, using: &generator)
        let leftward = LSTM(inputs: inputDimension, units: hiddenDimension / 2, using: &generator)
        let mask = Linear(inputs: inputDimension, outputs: 1, deviation: 0.02, using: &generator)
        self.init(
            rightward: rightward, leftward: leftward, neighborCount: neighborCount,
            maskEmbedding: mask.weight.row(0))
    }

    package struct Trace: ContextTrace {
        let batch: Int
        let reading: ContextReading
        var rightward: LSTM.Trace
        var leftward: LSTM.Trace
        /// Windows ordered by shot, then by window [S B, E].
        var steps: Matrix
        package var hidden: Matrix
        var dropout: Dropout?
        package var dWindows: Matrix?
    }

    package func makeTrace(batch: Int, reading: ContextReading, needsInputGradient: Bool) -> Trace {
        let shots = 2 * neighborCount + 1
        let rows = Matrix(rows: batch * shots, columns: inputDimension)
        return Trace(
            batch: batch, reading: reading,
            rightward: rightward.makeTrace(batch: batch, steps: shots, isReversed: false),
            leftward: leftward.makeTrace(batch: batch, steps: shots, isReversed: true), steps: rows,
            hidden: Matrix(rows: reading == .centre ? batch : batch * shots, columns: hiddenDimension),
            dropout: nil, dWindows: needsInputGradient ? rows : nil)
    }

    package func forward(_ trace: inout Trace, _ windows: Matrix, dropout: Dropout?) {
        let shots = 2 * neighborCount + 1
        precondition(windows.rows == trace.batch * shots, "windows of the trace's shape")
        trace.dropout = dropout
        gatherRowsInto(&trace.steps, windows, byShot(trace.batch))
        rightward.forward(&trace.rightward, trace.steps)
        leftward.forward(&trace.leftward, trace.steps)
        let half = rightward.dimension
        for shot in 0..<shots where trace.reading != .centre || shot == neighborCount {
            let right = rightward.output(trace.rightward, step: shot)
            let left = leftward.output(trace.leftward, step: shot)
            for window in 0..<trace.batch {
                let row = trace.reading == .centre ? window : window * shots + shot
                for column in 0..<half {
                    trace.hidden[row, column] = right[window, column]
                    trace.hidden[row, half + column] = left[window, column]
                }
            }
        }
        dropout?.apply(&trace.hidden)
    }

    package func backward(_ trace: inout Trace, _ dHidden: Matrix, gradient: inout RecurrentNetwork) {
        let shots = 2 * neighborCount + 1
        let half = rightward.dimension
        var dropped = dHidden
        trace.dropout?.apply(&dropped)
        var dRight = Matrix(rows: trace.batch * shots, columns: half)
        var dLeft = dRight
        for shot in 0..<shots where trace.reading != .centre || shot == neighborCount {
            for window in 0..<trace.batch {
                let row = trace.reading == .centre ? window : window * shots + shot
                for column in 0..<half {
                    dRight[shot * trace.batch + window, column] = dropped[row, column]
                    dLeft[shot * trace.batch + window, column] = dropped[row, half + column]
                }
            }
        }
        var dSteps = Matrix(rows: trace.batch * shots, columns: inputDimension)
        rightward.backward(
            into: &dSteps, dRight, steps: trace.steps, &trace.rightward, gradient: &gradient.rightward)
        leftward.backward(
            into: &dSteps, dLeft, steps: trace.steps, &trace.leftward, gradient: &gradient.leftward)
        if var dWindows = trace.dWindows.take() {
            dWindows.clear()
            scatterRowsInto(&dWindows, dSteps, byShot(trace.batch))
            trace.dWindows = dWindows
        }
    }

    /// Row of the windows that each row of the steps holds.
    private func byShot(_ batch: Int) -> [Int] {
        let shots = 2 * neighborCount + 1
        return (0..<shots).flatMap { shot in (0..<batch).map { $0 * shots + shot } }
    }

    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        rightward.visitParameters(path + "rightward.", body)
        leftward.visitParameters(path + "leftward.", body)
        visitMask(path, body)
    }
}
