internal import NeuralNet
package import TensorKernels

// Shapes: B windows, S = 2K+1 shots, E width of the embeddings, P projected width.

/// A batch of pre-training windows, with what its pseudo-boundaries need.
package struct PretextBatch: Sendable {
    /// [B S, E].
    package var windows: Matrix
    /// Second views of the anchors [2B, E], left and right in turn.
    package var ends: Matrix
    /// Positions of the anchors in each window: its ends, unless they were drawn by duration.
    package var anchors: [ClosedRange<Int>]
    /// Where each window was joined, for synthesised boundaries.
    package var joins: [Int]
    package let options: PretextOptions

    /// Windows around `places` in `films`, shifted at the films' edges.
    package init(
        _ places: [ShotPlace], films: [TrainingFilm], sampler: WindowSampler, options: PretextOptions,
        using random: inout RandomStream
    ) {
        self.options = options
        let count = 2 * sampler.neighborCount + 1
        let width = films[0].embeddings.columns
        windows = Matrix(rows: places.count * count, columns: width)
        ends = Matrix(rows: 2 * places.count, columns: width)
        anchors = []
        joins = []
        for (window, place) in places.enumerated() {
            var sources = sampler.indices(
                centre: place.shot, shotCount: films[place.film].shotCount, edges: .shifted
            ).map { ShotPlace(film: place.film, shot: $0) }
            if options.rule == .synthesised {
                let join = random.position(below: count - 1)
                let other = Self.stranger(to: place, films, using: &random)
                let strange = sampler.indices(
                    centre: other.shot, shotCount: films[other.film].shotCount, edges: .shifted)
                for shot in join + 1..<count {
                    sources[shot] = ShotPlace(film: other.film, shot: strange[shot])
                }
                joins.append(join)
            }
            var range = 0...count - 1
            if case .anchors(let sampling) = options.rule {
                range = sampling.draw(
                    durations: sources.map { films[$0.film].durations[$0.shot] }, using: &random)
            }
            anchors.append(range)
            for (shot, source) in sources.enumerated() {
                copyRowsInto(
                    &windows, from: window * count + shot, films[source.film].embeddings,
                    rows: source.shot..<source.shot + 1)
            }
            for (side, shot) in [range.lowerBound, range.upperBound].enumerated() {
                let row = window * count + shot
                copyRowsInto(&ends, from: 2 * window + side, windows, rows: row..<row + 1)
            }
        }
        Dropout(rate: options.viewDropout, key: random.next()).apply(&ends)
    }

    /// A shot of another film, or anywhere if there is one film only.
    private static func stranger(
        to place: ShotPlace, _ films: [TrainingFilm], using random: inout RandomStream
    ) -> ShotPlace {
        var film = place.film
        if films.count > 1 {
            film = random.position(below: films.count - 1)
            if film >= place.film { film += 1 }
        }
        return ShotPlace(film: film, shot: random.position(below: films[film].shotCount))
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
            scenes: scenes, shotCount: count, maskShare: options.maskShare, using: &random)
    }

    /// Dot products [2, S].
    private static func similarities(_ pair: MatrixBlock, _ shots: MatrixBlock) -> Matrix {
        var result = Matrix(rows: 2, columns: shots.rows)
        multiplyInto(&result, pair, shots.transposed)
        return result
    }
}
