package import NeuralNet
package import TensorKernels

// Shapes: B windows, K neighbors on each side, S = 2K+1 shots, E width of the embeddings, D hidden width.

/// A bidirectional LSTM over the window: a shot's hidden vector is what was read up to it from the left,
/// beside what was read down to it from the right, D/2 units each (the sequence part of LGSS, Rao et al.
/// 2020; row "MS-LSTM" of BaSSL's table 2).
package struct RecurrentNetwork: Sendable {
    package var rightward: LSTM
    package var leftward: LSTM
    package let neighborCount: Int
    /// What stands for a hidden shot in pre-training [E]; nil if there is nothing.
    package var maskEmbedding: [Float]?

    package init(rightward: LSTM, leftward: LSTM, neighborCount: Int, maskEmbedding: [Float]? = nil) {
        precondition(
            rightward.inputDimension == leftward.inputDimension && rightward.dimension == leftward.dimension,
            "two directions of one shape")
        self.rightward = rightward
        self.leftward = leftward
        self.neighborCount = neighborCount
        self.maskEmbedding = maskEmbedding
    }

    package var inputDimension: Int { rightward.inputDimension }
    package var hiddenDimension: Int { 2 * rightward.dimension }
}

extension RecurrentNetwork: ContextNetwork {
    package static let name = "lstm"
    package static let input = ContextInput.embeddings
    package static let answersForEveryShot = true
    package static let preset = NetworkPreset()

    package static func fault(_ options: NetworkOptions) -> String? {
        options.width % 2 == 0 ? nil : "an LSTM in two directions has an even width"
    }

    package init(_ options: NetworkOptions, embeddingWidth: Int, seed: UInt64) {
        self.init(
            inputDimension: embeddingWidth, hiddenDimension: options.width,
            neighborCount: options.neighborCount, seed: seed)
    }

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

    package init(_ reader: ModelTensorReader) throws(ModelFileError) {
        let neighborCount = try reader.neighborCount()
        let prefix = reader.prefix
        let name = prefix + "rightward.input.weight"
        let shape = try reader.matrixShape(name)
        guard shape[0] % 4 == 0 else {
            throw reader.unsuitable(name, "has \(shape[0]) rows, expected four gates of equal size")
        }
        let (units, inputs) = (shape[0] / 4, shape[1])
        func direction(_ name: String) throws(ModelFileError) -> LSTM {
            LSTM(
                input: try reader.linear(name + ".input", outputs: 4 * units, inputs: inputs),
                recurrent: try reader.linear(name + ".recurrent", outputs: 4 * units, inputs: units))
        }
        let mask = try reader.maskEmbedding(prefix, width: inputs)
        self.init(
            rightward: try direction(prefix + "rightward"), leftward: try direction(prefix + "leftward"),
            neighborCount: neighborCount, maskEmbedding: mask)
    }

    package var layerCount: Int { 1 }

    package struct Trace: ContextTrace {
        let batch: Int
        let reading: ContextReading
        var rightward: LSTM.Trace
        var leftward: LSTM.Trace
        /// Windows ordered by shot, then by window [S B, E].
        var steps: Matrix
        package var hidden: Matrix
        var padding: WindowPadding?
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
            hidden: Matrix(rows: reading == .center ? batch : batch * shots, columns: hiddenDimension),
            dWindows: needsInputGradient ? rows : nil)
    }

    package func forward(
        _ trace: inout Trace, _ windows: Matrix, padding: WindowPadding?, dropout: Dropout?
    ) {
        let shots = 2 * neighborCount + 1
        precondition(windows.rows == trace.batch * shots, "windows of the trace's shape")
        (trace.padding, trace.dropout) = (padding, dropout)
        var windows = windows
        padding?.clear(&windows)
        gatherRowsInto(&trace.steps, windows, byShot(trace.batch))
        let missing = padding?.missingWindows(of: shots)
        rightward.forward(&trace.rightward, trace.steps, missing: missing)
        leftward.forward(&trace.leftward, trace.steps, missing: missing)
        let half = rightward.dimension
        for shot in 0..<shots where trace.reading != .center || shot == neighborCount {
            let right = rightward.output(trace.rightward, step: shot)
            let left = leftward.output(trace.leftward, step: shot)
            for window in 0..<trace.batch {
                let row = trace.reading == .center ? window : window * shots + shot
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
        // hidden [B or B S, D] = dropout(both directions' outputs [S B, D/2] side by side).
        var dropped = dHidden
        trace.dropout?.apply(&dropped)
        var dRight = Matrix(rows: trace.batch * shots, columns: half)
        var dLeft = dRight
        for shot in 0..<shots where trace.reading != .center || shot == neighborCount {
            for window in 0..<trace.batch {
                let row = trace.reading == .center ? window : window * shots + shot
                for column in 0..<half {
                    dRight[shot * trace.batch + window, column] = dropped[row, column]
                    dLeft[shot * trace.batch + window, column] = dropped[row, half + column]
                }
            }
        }
        // outputs = LSTM(steps [S B, E]), in each direction.
        var dSteps = Matrix(rows: trace.batch * shots, columns: inputDimension)
        rightward.backward(
            into: &dSteps, dRight, steps: trace.steps, &trace.rightward, gradient: &gradient.rightward)
        leftward.backward(
            into: &dSteps, dLeft, steps: trace.steps, &trace.leftward, gradient: &gradient.leftward)
        // steps: the windows' rows, gathered by shot.
        if var dWindows = trace.dWindows.take() {
            dWindows.clear()
            scatterRowsInto(&dWindows, dSteps, byShot(trace.batch))
            trace.padding?.clear(&dWindows)
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
