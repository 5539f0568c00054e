package import NeuralNet
package import TensorKernels

// Shapes: B windows, S = 2K+1 shots, E width of the embeddings, P projected width.

/// A batch of pre-training windows, with what its pseudo-boundaries need.
package struct PretextBatch: Sendable {
    /// [B S, E].
    package var windows: Matrix
    /// Second views of the anchors [2B, E], left and right in turn.
    package var ends: Matrix
    /// Second views of the centers [B, E]; nil where no task contrasts single shots.
    package var centers: Matrix?
    /// Positions of the anchors in each window: its ends, unless they were drawn by duration.
    package var anchors: [ClosedRange<Int>]
    /// Where each window was joined, for synthesised boundaries.
    package var joins: [Int]
    /// Where the windows' shots are from [B S].
    package var origins: [ShotOrigin]
    package let options: PretextOptions

    /// Windows around `places` in `films`, shifted at the edges of their stretches. The second views of
    /// frozen embeddings lack some of their numbers.
    package init(
        _ places: [ShotPlace], films: [TrainingFilm], sampler: WindowSampler, options: PretextOptions,
        using random: inout RandomStream
    ) {
        let plan = PretextPlan(
            places, durations: films.map(\.durations), stretches: films.map(\.stretches), sampler: sampler,
            rule: options.rule, using: &random)
        func gather(_ sources: [ShotPlace]) -> Matrix {
            var rows = Matrix(rows: sources.count, columns: films[0].embeddings.columns)
            for (row, source) in sources.enumerated() {
                copyRowsInto(
                    &rows, from: row, films[source.film].embeddings, rows: source.shot..<source.shot + 1)
            }
            return rows
        }
        let view = Dropout(rate: options.viewDropout, key: random.next())
        var ends = gather(plan.ends)
        view.apply(&ends)
        var centers = options.shotLevel == nil ? nil : gather(plan.centers)
        if var seen = centers.take() {
            view.at(1).apply(&seen)
            centers = seen
        }
        self.init(
            plan, windows: gather(plan.windows.flatMap(\.self)), ends: ends, centers: centers,
            options: options)
    }

    /// A batch of a plan whose embeddings are given.
    package init(
        _ plan: PretextPlan, windows: Matrix, ends: Matrix, centers: Matrix?, options: PretextOptions
    ) {
        self.windows = windows
        self.ends = ends
        self.centers = centers
        anchors = plan.anchors
        joins = plan.joins
        origins = plan.origins
        self.options = options
    }

    /// Cuts every window by the rule of the options, and draws the rest: for `PretextStep.run`.
    package func choices(
        projectedEnds: Matrix, projectedShots: Matrix, using random: inout RandomStream
    ) -> PretextChoices {
        let count = windows.rows / anchors.count
        let unitWindows: Matrix
        switch options.rule {
        case .averaged, .anchors: unitWindows = UnitRows(windows).values
        default: unitWindows = projectedShots
        }
        let scenes = anchors.indices.map { window -> PseudoScenes in
            let rows = window * count..<(window + 1) * count
            switch options.rule {
            case .warping:
                var cost = Self.similarities(
                    projectedEnds.block(rows: 2 * window..<2 * window + 2), projectedShots.block(rows: rows))
                for side in 0..<2 {
                    for shot in 0..<count { cost[side, shot] = 1 - cost[side, shot] }
                }
                return PseudoScenes(warping: cost)
            case .averaged, .anchors:
                let range = anchors[window]
                var pair = Matrix(rows: 2, columns: unitWindows.columns)
                gatherRowsInto(
                    &pair, unitWindows,
                    [rows.lowerBound + range.lowerBound, rows.lowerBound + range.upperBound])
                let similarities = Self.similarities(pair.block, unitWindows.block(rows: rows))
                return options.rule == .averaged
                    ? PseudoScenes(averaging: similarities)
                    : PseudoScenes(anchors: range, similarities: similarities)
            case .random: return PseudoScenes(boundary: random.position(below: count - 1), shotCount: count)
            case .fixed: return PseudoScenes(boundary: count / 2, shotCount: count)
            case .synthesised: return PseudoScenes(boundary: joins[window], shotCount: count)
            }
        }
        return PretextChoices(
            scenes: scenes, shotCount: count, maskShare: options.maskShare,
            longestSpan: options.spanModeling > 0 ? options.longestSpan : nil, using: &random)
    }

    /// Dot products [2, S].
    private static func similarities(_ pair: MatrixBlock, _ shots: MatrixBlock) -> Matrix {
        var result = Matrix(rows: 2, columns: shots.rows)
        multiplyInto(&result, pair, shots.transposed)
        return result
    }
}
