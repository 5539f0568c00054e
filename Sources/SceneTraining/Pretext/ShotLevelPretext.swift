internal import NeuralNet
package import TensorKernels

// Shapes: B windows, S = 2K+1 shots, E width of the embeddings, P projected width.

/// Contrast of single shots, without boundaries: the baselines of BaSSL's table 2.
package enum ShotLevelPretext: String, Hashable, Sendable, CaseIterable {
    /// Another view of the same shot (SimCLR).
    case instance
    /// A neighbor in time. BaSSL's code loads the shot itself again; here it is the next shot, or the one
    /// before at the window's end.
    case temporal
    /// The most similar shot of the window, in the projected space (ShotCoL).
    case nearestNeighbor

    /// The position of the center's partner in a window, given all positions projected to unit vectors [S,
    /// P].
    package func partner(_ projected: MatrixBlock) -> Int {
        let center = projected.rows / 2
        switch self {
        case .instance: return center
        case .temporal: return min(center + 1, projected.rows - 1)
        case .nearestNeighbor:
            var similarities = Matrix(rows: projected.rows, columns: projected.rows)
            multiplyInto(&similarities, projected, projected.transposed)
            var best = center == 0 ? 1 : 0
            for shot in 0..<projected.rows where shot != center {
                if similarities[center, shot] > similarities[center, best] { best = shot }
            }
            return best
        }
    }

    /// Loss of a batch of windows [B S, E] against the second view `centers` [B, E] of their centers; adds
    /// `weight` times the gradient of the projection head, and those for the embeddings to `dWindows` and
    /// `dCenters` unless they are nil.
    package func addGradient(
        _ heads: PretextHeads, windows: Matrix, centers: Matrix, temperature: Float, weight: Float = 1,
        gradient: inout PretextHeads, dWindows: inout Matrix?, dCenters: inout Matrix?
    ) -> Double {
        let count = windows.rows / centers.rows
        let all = ProjectionPass(heads, windows).projected
        let chosen = (0..<centers.rows).map { window in
            window * count + partner(all.block(rows: window * count..<(window + 1) * count))
        }
        var partners = Matrix(rows: centers.rows, columns: windows.columns)
        gatherRowsInto(&partners, windows, chosen)
        let (first, second) = (ProjectionPass(heads, centers), ProjectionPass(heads, partners))
        var pass = ContrastiveLoss.gradient(
            first: first.projected, second: second.projected, temperature: temperature)
        pass.dFirst.scale(by: weight)
        pass.dSecond.scale(by: weight)
        first.backward(pass.dFirst, heads, gradient: &gradient, dInput: &dCenters)
        var dPartners = dWindows == nil ? nil : Matrix(rows: partners.rows, columns: partners.columns)
        second.backward(pass.dSecond, heads, gradient: &gradient, dInput: &dPartners)
        if var target = dWindows.take(), let dPartners {
            scatterRowsInto(&target, dPartners, chosen)
            dWindows = target
        }
        return pass.loss
    }
}
