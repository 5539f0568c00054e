package import NeuralNet
package import TensorKernels

// Shapes: B scenes, P parts, T = P+1 tokens, E width of the embeddings, D hidden width.

extension SceneTransformer {
    /// What a pass computes, and the room that its backward pass needs.
    package struct Trace: Sendable {
        let scenes: SceneBatch
        let tables: [PositionTable]
        let mask: AttentionMask?
        /// Tokens before and behind their normalization [B T, D].
        var tokens: Matrix
        /// Input of each layer [B T, D].
        var inputs: [Matrix]
        var layers: [TransformerLayer.Trace]
        /// Output at the scene's token plus what comes of the mean [B, D].
        var side: Matrix
        /// Vectors of the scenes, of any length [B, E].
        package var vectors: Matrix
    }

    /// Vectors of scenes, with what `backward` needs. `dropout` falls as in `TransformerLayer`.
    package func forward(_ scenes: SceneBatch, dropout: Dropout? = nil) -> Trace {
        let (batch, places) = (scenes.counts.count, scenes.partCount)
        let count = places + 1
        precondition(scenes.parts.columns == embeddingWidth, "embeddings of the network's width")
        var projected = Matrix(rows: batch * places, columns: width)
        projection.forward(into: &projected, scenes.parts)
        let tables = scenes.counts.map { PositionTable(rows: positions.rows, places: $0) }
        var tokens = Matrix(rows: batch * count, columns: width)
        for scene in 0..<batch {
            copyRowsInto(&tokens, from: scene * count, sceneToken, rows: 0..<1)
            let first = scene * places
            copyRowsInto(
                &tokens, from: scene * count + 1, projected, rows: first..<first + scenes.counts[scene])
            for place in 0..<scenes.counts[scene] {
                tables[scene].add(positions, place: place, to: &tokens, row: scene * count + 1 + place)
            }
        }
        let isFull = scenes.counts.allSatisfy { $0 == places }
        let mask = isFull ? nil : AttentionMask(hidden: scenes.counts.map { Array($0 + 1..<count) })
        let narrow = Matrix(rows: batch, columns: width)
        var trace = Trace(
            scenes: scenes, tables: tables, mask: mask, tokens: tokens,
            inputs: Array(repeating: tokens, count: layers.count),
            layers: layers.indices.map { layer in
                layers[layer].makeTrace(
                    AttentionShape(
                        batch: batch, tokens: count,
                        queries: layer == layers.count - 1 ? 0..<1 : 0..<count))
            }, side: narrow, vectors: scenes.means)
        inputNorm.forward(into: &trace.inputs[0], tokens)
        for layer in layers.indices {
            let isLast = layer == layers.count - 1
            var result = isLast ? narrow : tokens
            layers[layer].forward(
                into: &result, trace.inputs[layer], &trace.layers[layer], mask: mask,
                dropout: dropout?.at(layer))
            if isLast { trace.side = result } else { trace.inputs[layer + 1] = result }
        }
        meanProjection.add(into: &trace.side, scenes.means)
        output.add(into: &trace.vectors, trace.side)
        return trace
    }

    /// Adds the parameters' gradients, from that of the vectors [B, E].
    package func backward(_ trace: inout Trace, _ dVectors: Matrix, gradient: inout SceneTransformer) {
        let scenes = trace.scenes
        let (batch, places) = (scenes.counts.count, scenes.partCount)
        // vectors [B, E] = means + side W^T + b, side [B, D] = last layer + means M^T + b.
        output.addGradient(into: &gradient.output, dVectors, input: trace.side)
        var dSide = Matrix(rows: batch, columns: width)
        output.backpropagate(into: &dSide, dVectors)
        meanProjection.addGradient(into: &gradient.meanProjection, dSide, input: scenes.means)
        var dResult = dSide
        for layer in layers.indices.reversed() {
            var dInput = Matrix(rows: batch * (places + 1), columns: width)
            layers[layer].backward(
                into: &dInput, dResult, input: trace.inputs[layer], &trace.layers[layer],
                gradient: &gradient.layers[layer])
            dResult = dInput
        }
        var dTokens = dResult
        inputNorm.backward(into: &dTokens, dResult, input: trace.tokens, gradient: &gradient.inputNorm)
        var dProjected = Matrix(rows: batch * places, columns: width)
        for scene in 0..<batch {
            let first = scene * (places + 1)
            addRowsInto(&gradient.sceneToken, row: 0, dTokens, inputRow: first)
            for place in 0..<scenes.counts[scene] {
                addRowsInto(&dProjected, row: scene * places + place, dTokens, inputRow: first + 1 + place)
                trace.tables[scene].addGradient(
                    dTokens, row: first + 1 + place, place: place, to: &gradient.positions)
            }
        }
        projection.addGradient(into: &gradient.projection, dProjected, input: scenes.parts)
    }
}
