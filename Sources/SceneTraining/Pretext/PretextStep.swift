package import SceneModel
package import NeuralNet
package import TensorKernels

// Shapes: B windows, S = 2K+1 shots, E width of the embeddings, D hidden width, P projected width.

/// Forward and backward of one batch of pre-training over embeddings (BaSSL, section 3.3).
///
/// The network runs once on the windows (group matching, boundary prediction) and once on the masked windows.
package struct PretextStep<Network: ContextNetwork>: Sendable {
    /// Embeddings of a batch.
    package struct Input: Sendable {
        /// Second views of the windows' anchors [2B, E], left and right in turn.
        package var ends: Matrix
        /// [B S, E].
        package var windows: Matrix
        /// Second views of the windows' centers [B, E]; nil where no task contrasts single shots.
        package var centers: Matrix?
        /// Where the windows' shots are from [B S]; needed for masked spans.
        package var origins: [ShotOrigin]

        package init(ends: Matrix, windows: Matrix, centers: Matrix? = nil, origins: [ShotOrigin] = []) {
            self.ends = ends
            self.windows = windows
            self.centers = centers
            self.origins = origins
        }
    }

    private let batch: Int
    private let needsInputGradient: Bool
    private var plain: Network.Trace
    /// Of masked shots, and of masked spans.
    private var masked: Network.Trace?
    private var spanned: Network.Trace?
    private var dHidden: Matrix
    /// Gradient of the last step for its embeddings, as BaSSL's code lets it flow: none through the targets
    /// of masked modeling, none through the choices. Nil unless it was asked for.
    package private(set) var dInput: Input?

    /// Room for batches of `batch` windows. `needsInputGradient`: the embeddings are not frozen.
    package init(network: Network, batch: Int, options: PretextOptions, needsInputGradient: Bool = false) {
        self.batch = batch
        self.needsInputGradient = needsInputGradient
        plain = network.makeTrace(batch: batch, reading: .chosenShots, needsInputGradient: needsInputGradient)
        masked =
            options.maskedModeling > 0
            ? network.makeTrace(batch: batch, reading: .chosenShots, needsInputGradient: true) : nil
        spanned =
            options.spanModeling > 0
            ? network.makeTrace(batch: batch, reading: .chosenShots, needsInputGradient: true) : nil
        dHidden = Matrix(rows: batch * (2 * network.neighborCount + 1), columns: network.hiddenDimension)
    }

    /// Adds the gradient of the weighted total, and gives the losses. `choose` gets ends and shots, both
    /// projected to unit vectors, and decides about the batch.
    package mutating func run(
        _ model: PretextModel<Network>, _ input: Input, options: PretextOptions,
        gradient: inout PretextModel<Network>, dropout: Dropout?,
        choose: (_ projectedEnds: Matrix, _ projectedShots: Matrix) -> PretextChoices
    ) -> PretextLosses {
        let windows = input.windows
        precondition(
            input.ends.rows == 2 * batch && windows.rows == dHidden.rows, "a batch of the step's size")
        var losses = PretextLosses()
        var dEnds = room(input.ends)
        var dWindows = room(windows)
        let endPass = ProjectionPass(model.heads, input.ends)
        let shotPass = ProjectionPass(model.heads, windows)
        let choices = choose(endPass.projected, shotPass.projected)
        precondition(choices.scenes.count == batch, "a cut per window")
        if options.shotSceneMatching > 0 {
            var pass = ShotSceneMatching.gradient(
                ends: endPass.projected, shots: shotPass.projected, scenes: choices.scenes,
                temperature: options.temperature)
            losses.shotSceneMatching = pass.loss
            pass.dEnds.scale(by: options.shotSceneMatching)
            pass.dShots.scale(by: options.shotSceneMatching)
            endPass.backward(pass.dEnds, model.heads, gradient: &gradient.heads, dInput: &dEnds)
            shotPass.backward(pass.dShots, model.heads, gradient: &gradient.heads, dInput: &dWindows)
        }
        if options.groupMatching > 0 || options.boundaryPrediction > 0 {
            contextualLosses(
                model, windows, choices, options, &losses, gradient: &gradient, dropout: dropout?.at(-1))
            add(plain.dWindows, to: &dWindows)
        }
        if options.maskedModeling > 0, let mask = model.network.maskEmbedding {
            let rows = MaskedShotModeling.hiddenRows(choices.masks)
            losses.maskedModeling = hiddenLoss(
                model, \.masked, mask: mask, windows: windows, rows: rows, gradient: &gradient,
                dropout: dropout?.at(-2), dWindows: &dWindows
            ) { hidden, dHidden, gradient in
                MaskedShotModeling.addGradient(
                    model.heads, hidden: hidden, windows: windows, rows: rows, weight: options.maskedModeling,
                    gradient: &gradient, dHidden: &dHidden)
            }
        }
        if options.spanModeling > 0, let mask = model.network.maskEmbedding {
            let rows = MaskedSpanModeling.hiddenRows(choices.spans, shotCount: windows.rows / batch)
            losses.spanModeling = hiddenLoss(
                model, \.spanned, mask: mask, windows: windows, rows: rows, gradient: &gradient,
                dropout: dropout?.at(-3), dWindows: &dWindows
            ) { hidden, dHidden, gradient in
                MaskedSpanModeling.addGradient(
                    model.heads, hidden: hidden, windows: windows, rows: rows, origins: input.origins,
                    options: options, weight: options.spanModeling, gradient: &gradient, dHidden: &dHidden)
            }
        }
        var dCenters = input.centers.flatMap(room)
        if let kind = options.shotLevel, let centers = input.centers {
            losses.shotLevel = kind.addGradient(
                model.heads, windows: windows, centers: centers, temperature: options.temperature,
                weight: options.shotLevelWeight, gradient: &gradient.heads, dWindows: &dWindows,
                dCenters: &dCenters)
        }
        if let dEnds, let dWindows { dInput = Input(ends: dEnds, windows: dWindows, centers: dCenters) }
        return losses
    }

    /// Group matching and boundary prediction.
    private mutating func contextualLosses(
        _ model: PretextModel<Network>, _ windows: Matrix, _ choices: PretextChoices,
        _ options: PretextOptions, _ losses: inout PretextLosses, gradient: inout PretextModel<Network>,
        dropout: Dropout?
    ) {
        model.network.choose(readRows(choices, options), for: &plain)
        model.network.forward(&plain, windows, dropout: dropout)
        dHidden.clear()
        if options.groupMatching > 0 {
            losses.groupMatching = ContextualGroupMatching.addGradient(
                model.heads.groupMatching, hidden: plain.hidden, choices: choices,
                weight: options.groupMatching, gradient: &gradient.heads.groupMatching, dHidden: &dHidden)
        }
        if options.boundaryPrediction > 0 {
            losses.boundaryPrediction = PseudoBoundaryPrediction.addGradient(
                model.heads.boundary, hidden: plain.hidden, choices: choices,
                weight: options.boundaryPrediction, gradient: &gradient.heads.boundary, dHidden: &dHidden)
        }
        model.network.backward(&plain, dHidden, gradient: &gradient.network)
    }

    /// Rows of the hidden vectors that group matching and boundary prediction read.
    private func readRows(_ choices: PretextChoices, _ options: PretextOptions) -> [Int] {
        let count = dHidden.rows / batch
        return (0..<batch).flatMap { window in
            var read: Set<Int> = []
            if options.groupMatching > 0 {
                read.formUnion([count / 2, choices.partners[window].left, choices.partners[window].right])
            }
            if options.boundaryPrediction > 0 {
                read.formUnion([choices.scenes[window].boundary, choices.negatives[window]])
            }
            return read.sorted().map { window * count + $0 }
        }
    }

    /// A loss of hidden shots, whose gradient goes to the mask, and around the shots to their windows.
    private mutating func hiddenLoss(
        _ model: PretextModel<Network>, _ place: WritableKeyPath<Self, Network.Trace?>, mask: [Float],
        windows: Matrix, rows: [Int], gradient: inout PretextModel<Network>, dropout: Dropout?,
        dWindows: inout Matrix?,
        addGradient: (
            _ hidden: Matrix, _ dHidden: inout Matrix, _ gradient: inout PretextHeads
        ) -> Double
    ) -> Double {
        guard var trace = self[keyPath: place].take() else { return 0 }
        model.network.choose(rows, for: &trace)
        model.network.forward(
            &trace, MaskedShotModeling.masked(windows, rows: rows, mask: mask), dropout: dropout)
        dHidden.clear()
        let loss = addGradient(trace.hidden, &dHidden, &gradient.heads)
        model.network.backward(&trace, dHidden, gradient: &gradient.network)
        if var seen = trace.dWindows, var dMask = gradient.network.maskEmbedding {
            for row in rows {
                for (column, value) in seen.row(row).enumerated() { dMask[column] += value }
            }
            gradient.network.maskEmbedding = dMask
            if needsInputGradient {
                // What was hidden had no part in it.
                for row in rows { scaleRow(&seen, row, by: 0) }
                add(seen, to: &dWindows)
            }
        }
        self[keyPath: place] = trace
        return loss
    }

    /// Zeros of the shape, if gradients for the embeddings are wanted.
    private func room(_ matrix: Matrix) -> Matrix? {
        needsInputGradient ? Matrix(rows: matrix.rows, columns: matrix.columns) : nil
    }

    private func add(_ more: Matrix?, to target: inout Matrix?) {
        guard let more, var sum = target.take() else { return }
        addInto(&sum, more)
        target = sum
    }
}
