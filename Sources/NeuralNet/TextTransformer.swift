package import TensorKernels

// Shapes: B texts, T word pieces, C positions, D width, E width of the result, V pieces that are known.

/// The transformer of CLIP's text tower (Radford et al. 2021, arXiv 2103.00020, section 2.4): learned
/// positions, normalization before each half of a layer, each piece sees those before it, and a projection of
/// what is normalized at the end of the text.
///
/// Inference only. A value without mutable state.
package struct TextTransformer: Sendable {
    package typealias Layer = VisionTransformer.Layer

    /// [V, D].
    package let pieces: SharedFloats
    /// [C, D].
    package let positions: Matrix
    package let layers: [Layer]
    package let outputNorm: LayerNorm
    /// [E, D].
    package let projection: PackedWeights
    package let headCount: Int
    package let activation: Activation

    package init(
        pieces: SharedFloats, positions: Matrix, layers: [Layer], outputNorm: LayerNorm,
        projection: PackedWeights, headCount: Int, activation: Activation
    ) {
        let width = positions.columns
        precondition(pieces.count > 0 && pieces.count % width == 0, "rows of one width")
        precondition(outputNorm.dimension == width && projection.inputs == width, "one width")
        precondition(
            !layers.isEmpty && layers.allSatisfy { $0.attentionNorm.dimension == width },
            "layers of one width")
        precondition(layers.allSatisfy { $0.inner.outputs == layers[0].inner.outputs }, "one inner width")
        precondition(headCount > 0 && width % headCount == 0, "the width divides among the heads")
        self.pieces = pieces
        self.positions = positions
        self.layers = layers
        self.outputNorm = outputNorm
        self.projection = projection
        self.headCount = headCount
        self.activation = activation
    }

    /// V.
    package var pieceCount: Int { pieces.count / positions.columns }
    /// E.
    package var outputDimension: Int { projection.outputs }

    /// Rows that run at once, at most, unless one text has more: what a layer reads stays in the cache.
    private static let mostRows = 512

    /// The vector [E] of each sequence of pieces, of any length: that of the first place where its greatest
    /// number stands, which is the end of the text. What stands behind it has no influence.
    ///
    /// Texts of about the same length run together; the result depends neither on the others nor on
    /// `threadCount`. 0.08 GFLOP a piece for the tower of ViT-B.
    package func vectors(of sequences: [[Int]], threadCount: Int = 1) -> [[Float]] {
        let texts = sequences.map { sequence in
            let end = sequence.max().flatMap { sequence.firstIndex(of: $0) } ?? 0
            return Array(sequence[...end])
        }
        precondition(
            texts.allSatisfy { $0.count <= positions.rows && $0.allSatisfy { 0..<pieceCount ~= $0 } },
            "known pieces, as many as there are positions")
        var vectors = [[Float]](repeating: [], count: texts.count)
        var rest = texts.indices.sorted { (texts[$0].count, $0) > (texts[$1].count, $1) }[...]
        while let first = rest.first {
            let group = Array(rest.prefix(max(1, Self.mostRows / texts[first].count)))
            rest = rest.dropFirst(group.count)
            for (place, vector) in zip(group, run(group.map { texts[$0] }, threadCount)) {
                vectors[place] = vector
            }
        }
        return vectors
    }

    /// The vectors of texts of which the first is the longest.
    private func run(_ texts: [[Int]], _ threadCount: Int) -> [[Float]] {
        let plan = InferencePlan(threadCount: threadCount, variant: projection.variant)
        let (batch, tokens, width) = (texts.count, texts[0].count, positions.columns)
        func makeTokens(_ channels: Int) -> FeatureMap {
            plan.makeMap(images: batch, height: 1, width: tokens, channels: channels)
        }
        let (state, normal, context) = (makeTokens(width), makeTokens(width), makeTokens(width))
        let projected = makeTokens(3 * width)
        let inner = makeTokens(layers[0].inner.outputs)
        for (place, text) in texts.enumerated() {
            for (token, piece) in text.enumerated() {
                let row = zip(pieces.row(piece, of: width), positions.row(token)).map { $0 + $1 }
                state.setPixel(image: place, column: token, to: row)
            }
        }
        for (index, layer) in layers.enumerated() {
            layer.attentionNorm.append(to: plan, state, into: normal)
            plan.project(normal, layer.projection, into: projected)
            plan.attend(projected, heads: headCount, queries: tokens, causal: true, into: context)
            // What follows is wanted at the end of each text alone.
            guard index < layers.count - 1 else { break }
            plan.project(context, layer.attentionOutput, into: state, residual: state)
            layer.innerNorm.append(to: plan, state, into: normal)
            plan.project(normal, layer.inner, into: inner, activation: activation)
            plan.project(inner, layer.output, into: state, residual: state)
        }
        plan.run()
        return finish(texts.map { $0.count - 1 }, state, context, threadCount)
    }

    /// The last layer's second half, the normalization and the projection, for one token of each text.
    private func finish(
        _ ends: [Int], _ states: FeatureMap, _ contexts: FeatureMap, _ threadCount: Int
    ) -> [[Float]] {
        let plan = InferencePlan(threadCount: threadCount, variant: projection.variant)
        let (layer, width) = (layers[layers.count - 1], positions.columns)
        func makeRows(_ channels: Int) -> FeatureMap {
            plan.makeMap(images: 1, height: 1, width: ends.count, channels: channels)
        }
        let (state, normal, context) = (makeRows(width), makeRows(width), makeRows(width))
        let (inner, output) = (makeRows(layer.inner.outputs), makeRows(outputDimension))
        for (place, end) in ends.enumerated() {
            state.setPixel(image: 0, column: place, to: states.pixel(image: place, column: end))
            context.setPixel(image: 0, column: place, to: contexts.pixel(image: place, column: end))
        }
        plan.project(context, layer.attentionOutput, into: state, residual: state)
        layer.innerNorm.append(to: plan, state, into: normal)
        plan.project(normal, layer.inner, into: inner, activation: activation)
        plan.project(inner, layer.output, into: state, residual: state)
        outputNorm.append(to: plan, state, into: normal)
        plan.project(normal, projection, into: output)
        plan.run()
        return ends.indices.map { output.pixel(image: 0, column: $0) }
    }
}
