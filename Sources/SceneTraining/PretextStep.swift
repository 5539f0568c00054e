package import NeuralNet
package import TensorKernels

// Shapes: B windows, S = 2K+1 shots, E width of the embeddings, D hidden width, P projected width.

/// Forward and backward of one batch of pre-training over frozen embeddings (BaSSL, section 3.3).
///
/// The network runs once on the windows (group matching, boundary prediction) and once on the masked windows.
package struct PretextStep<Network: ContextNetwork>: Sendable {
    private let batch: Int
    private var plain: Network.Trace
    private var masked: Network.Trace?
    private var dHidden: Matrix

    /// Room for batches of `batch` windows.
    package init(network: Network, batch: Int, options: PretextOptions) {
        self.batch = batch
        plain = network.makeTrace(batch: batch, reading: .everyShot, needsInputGradient: false)
        masked =
            options.maskedModeling > 0
            ? network.makeTrace(batch: batch, reading: .everyShot, needsInputGradient: true) : nil
        dHidden = Matrix(rows: batch * (2 * network.neighborCount + 1), columns: network.hiddenDimension)
    }

    /// Adds the gradient of the weighted total, and gives the losses.
    ///
    /// `ends` [2B, E] are the second views of the windows' anchors, left and right in turn; `windows` [B S, E].
    /// `choose` gets both projected to unit vectors, and decides about the batch.
    package mutating func run(
        _ model: PretextModel<Network>, ends: Matrix, windows: Matrix, options: PretextOptions,
        gradient: inout PretextModel<Network>, dropout: Dropout?,
        choose: (_ projectedEnds: Matrix, _ projectedShots: Matrix) -> PretextChoices
    ) -> PretextLosses {
        precondition(ends.rows == 2 * batch && windows.rows == dHidden.rows, "a batch of the step's size")
        var losses = PretextLosses()
        let endPass = ProjectionPass(model.heads, ends)
        let shotPass = ProjectionPass(model.heads, windows)
        let choices = choose(endPass.projected, shotPass.projected)
        precondition(choices.scenes.count == batch, "a cut per window")
        if options.shotSceneMatching > 0 {
            var pass = ShotSceneMatching.gradient(
                ends: endPass.projected, shots: shotPass.projected, scenes: choices.scenes,
                temperature: options.temperature)
            losses.shotSceneMatching = pass.loss
            scale(&pass.dEnds, by: options.shotSceneMatching)
            scale(&pass.dShots, by: options.shotSceneMatching)
            endPass.backward(pass.dEnds, model.heads, gradient: &gradient.heads)
            shotPass.backward(pass.dShots, model.heads, gradient: &gradient.heads)
        }
        if options.groupMatching > 0 || options.boundaryPrediction > 0 {
            model.network.forward(&plain, windows, dropout: dropout?.at(-1))
            dHidden.clear()
            if options.groupMatching > 0 {
                losses.groupMatching = ContextualGroupMatching.addGradient(
                    model.heads.groupMatching, hidden: plain.hidden, choices: choices,
                    weight: options.groupMatching, gradient: &gradient.heads.groupMatching,
                    dHidden: &dHidden)
            }
            if options.boundaryPrediction > 0 {
                losses.boundaryPrediction = PseudoBoundaryPrediction.addGradient(
                    model.heads.boundary, hidden: plain.hidden, choices: choices,
                    weight: options.boundaryPrediction, gradient: &gradient.heads.boundary,
                    dHidden: &dHidden)
            }
            model.network.backward(&plain, dHidden, gradient: &gradient.network)
        }
        if options.maskedModeling > 0, let mask = model.network.maskEmbedding {
            losses.maskedModeling = maskedLoss(
                model, mask: mask, windows: windows, masks: choices.masks, weight: options.maskedModeling,
                gradient: &gradient, dropout: dropout?.at(-2))
        }
        return losses
    }

    private mutating func maskedLoss(
        _ model: PretextModel<Network>, mask: [Float], windows: Matrix, masks: [[Bool]], weight: Float,
        gradient: inout PretextModel<Network>, dropout: Dropout?
    ) -> Double {
        guard var trace = masked.take() else { return 0 }
        let rows = MaskedShotModeling.hiddenRows(masks)
        model.network.forward(
            &trace, MaskedShotModeling.masked(windows, rows: rows, mask: mask), dropout: dropout)
        dHidden.clear()
        let loss = MaskedShotModeling.addGradient(
            model.heads, hidden: trace.hidden, windows: windows, rows: rows, weight: weight,
            gradient: &gradient.heads, dHidden: &dHidden)
        model.network.backward(&trace, dHidden, gradient: &gradient.network)
        if let dWindows = trace.dWindows, var dMask = gradient.network.maskEmbedding {
            for row in rows {
                for (column, value) in dWindows.row(row).enumerated() { dMask[column] += value }
            }
            gradient.network.maskEmbedding = dMask
        }
        masked = trace
        return loss
    }

    private func scale(_ matrix: inout Matrix, by factor: Float) {
        guard factor != 1 else { return }
        for row in 0..<matrix.rows { scaleRow(&matrix, row, by: factor) }
    }
}
