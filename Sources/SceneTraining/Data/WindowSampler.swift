package import TensorKernels

/// Which shots stand in the window around a center.
package struct WindowSampler: Hashable, Sendable {
    /// What happens at the ends of a film.
    package enum Edges: Hashable, Sendable {
        /// Indices are clamped: the edge shot is repeated. Evaluation, fine-tuning and streams.
        case clamped
        /// The whole window is shifted inside the film, so that its center is another shot; films shorter
        /// than a window are clamped besides. Pre-training (BaSSL's code).
        case shifted
    }

    /// K.
    package let neighborCount: Int

    package init(neighborCount: Int) {
        precondition(neighborCount > 0, "a window has neighbors")
        self.neighborCount = neighborCount
    }

    /// S = 2K+1 indices below `shotCount`.
    package func indices(center: Int, shotCount: Int, edges: Edges) -> [Int] {
        precondition(shotCount > 0 && (0..<shotCount).contains(center), "a shot of the film")
        return indices(center: center, edges: edges, lastShifted: shotCount - 1, lastClamped: shotCount - 1)
    }

    /// S = 2K+1 indices in `stretch`, shots of a film that it lets windows show.
    package func indices(center: Int, in stretch: Range<Int>, edges: Edges) -> [Int] {
        indices(center: center - stretch.lowerBound, shotCount: stretch.count, edges: edges)
            .map { stretch.lowerBound + $0 }
    }

    /// The rule with the two limits apart. BaSSL's samplers take a shot count as the last index when they
    /// clamp, but one less when they shift; callers that have no such shot give the last existing one for
    /// both.
    package func indices(center: Int, edges: Edges, lastShifted: Int, lastClamped: Int) -> [Int] {
        var start = center - neighborCount
        if edges == .shifted {
            if start < 0 {
                start = 0
            } else if start + 2 * neighborCount > lastShifted {
                start = lastShifted - 2 * neighborCount
            }
        }
        return (start...start + 2 * neighborCount).map { min(max($0, 0), lastClamped) }
    }

    /// Windows [B S, E] around shots of one film.
    package func gather(_ embeddings: Matrix, centers: [Int], edges: Edges) -> Matrix {
        let rows = centers.flatMap { indices(center: $0, shotCount: embeddings.rows, edges: edges) }
        var windows = Matrix(rows: rows.count, columns: embeddings.columns)
        gatherRowsInto(&windows, embeddings, rows)
        return windows
    }
}
