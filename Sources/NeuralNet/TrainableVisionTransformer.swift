package import TensorKernels

// Shapes: F frames, G side of the grid of patches of one, N = F G G patches, T = 1 + N tokens, D width, P
// side of a patch, E width of the result.

/// A vision transformer of CLIP's form that learns: the weights of `VisionTransformer`, unpacked, and the
/// passes of training.
///
/// One picture of one or several frames at a time. Only the inputs of the layers are kept; the backward pass
/// computes each layer once more, so that a picture takes as much memory as one layer needs.
package struct TrainableVisionTransformer: Sendable {
    /// [D, 3 P P]: channel, row and column of a patch.
    package var patches: Matrix
    /// [1, D].
    package var classToken: Matrix
    /// [1 + G G, D].
    package var positions: Matrix
    package var inputNorm: LayerNorm
    package var layers: [PreNormLayer]
    package var outputNorm: LayerNorm
    /// [E, D].
    package var projection: Matrix

    package init(
        patches: Matrix, classToken: Matrix, positions: Matrix, inputNorm: LayerNorm, layers: [PreNormLayer],
        outputNorm: LayerNorm, projection: Matrix
    ) {
        let width = patches.rows
        precondition(Self.patchSide(of: patches) > 0, "three channels of a square")
        precondition(classToken.rows == 1 && classToken.columns == width, "a token of the width")
        let grid = VisionTransformer.gridSide(tokens: positions.rows) ?? 0
        precondition(positions.columns == width && grid > 0, "positions of a square of patches and a class")
        precondition(inputNorm.dimension == width && outputNorm.dimension == width, "norms of the width")
        precondition(!layers.isEmpty && layers.allSatisfy { $0.dimension == width }, "layers of the width")
        precondition(projection.columns == width, "E x D")
        self.patches = patches
        self.classToken = classToken
        self.positions = positions
        self.inputNorm = inputNorm
        self.layers = layers
        self.outputNorm = outputNorm
        self.projection = projection
    }

    /// P for filters of three channels; 0 if they are no squares.
    private static func patchSide(of patches: Matrix) -> Int {
        let side = Int(Double(patches.columns / 3).squareRoot().rounded())
        return 3 * side * side == patches.columns ? side : 0
    }

    /// P.
    package var patchSide: Int { Self.patchSide(of: patches) }
    /// D.
    package var width: Int { patches.rows }
    /// G.
    package var gridSide: Int { VisionTransformer.gridSide(tokens: positions.rows) ?? 0 }
    /// Side of a frame in pixels.
    package var pictureSide: Int { gridSide * patchSide }
    /// E.
    package var outputDimension: Int { projection.rows }

    /// What a pass keeps for its backward pass: T D floats for each layer.
    package struct Trace: Sendable {
        /// [N, 3 P P].
        let pixels: Matrix
        package let frames: Int
        let interpolation: PositionInterpolation
        /// Tokens before the first normalization [T, D].
        var tokens: Matrix
        /// Inputs of the layers [T, D].
        var inputs: [Matrix]
        /// The class token behind the last layer [1, D], and normalized.
        var last: Matrix
        var normal: Matrix
        /// [1, E].
        package var vector: Matrix
    }

    /// Room for the layers of a pass; one serves any number of pictures, one after the other.
    package struct Room: Sendable {
        fileprivate var inner: PreNormLayer.Trace
        fileprivate var last: PreNormLayer.Trace
        fileprivate var slope: Matrix
        fileprivate var dInput: Matrix
    }

    package func makeRoom(frames: Int) -> Room {
        let tokens = 1 + frames * gridSide * gridSide
        let wide = Matrix(rows: tokens, columns: width)
        return Room(
            inner: layers[0].makeTrace(AttentionShape(batch: 1, tokens: tokens)),
            last: layers[0].makeTrace(AttentionShape(batch: 1, tokens: tokens, queries: 0..<1)),
            slope: wide, dInput: wide)
    }

    /// The vector of a picture of several frames, one under the other, of which `pixels` [N, 3 P P] has the
    /// patches in order.
    package func forward(
        _ pixels: Matrix, frames: Int, interpolation: PositionInterpolation, _ room: inout Room
    ) -> Trace {
        precondition(
            pixels.rows == frames * gridSide * gridSide && pixels.columns == patches.columns, "N patches")
        var tokens = interpolation.positions(positions, frames: frames)
        multiplyInto(
            &tokens, rows: 1..<tokens.rows, columns: 0..<width, pixels.block, patches.transposed,
            accumulating: true)
        addRowsInto(&tokens, row: 0, classToken, inputRow: 0)
        let narrow = Matrix(rows: 1, columns: width)
        var trace = Trace(
            pixels: pixels, frames: frames, interpolation: interpolation, tokens: tokens,
            inputs: layers.map { _ in tokens }, last: narrow, normal: narrow,
            vector: Matrix(rows: 1, columns: outputDimension))
        inputNorm.forward(into: &trace.inputs[0], tokens)
        for index in layers.indices.dropLast() {
            layers[index].forward(into: &trace.inputs[index + 1], trace.inputs[index], &room.inner)
        }
        let end = layers.count - 1
        layers[end].forward(into: &trace.last, trace.inputs[end], &room.last)
        outputNorm.forward(into: &trace.normal, trace.last)
        multiplyInto(&trace.vector, trace.normal.block, projection.transposed)
        return trace
    }

    /// Adds the parameters' gradients, from that of the vector [1, E].
    package func backward(
        _ trace: Trace, _ dVector: Matrix, _ room: inout Room, gradient: inout TrainableVisionTransformer
    ) {
        // vector [1, E] = normal W^T.
        multiplyInto(&gradient.projection, dVector.transposed, trace.normal.block, accumulating: true)
        var dNormal = Matrix(rows: 1, columns: width)
        multiplyInto(&dNormal, dVector.block, projection.block)
        var dLast = dNormal
        outputNorm.backward(into: &dLast, dNormal, input: trace.last, gradient: &gradient.outputNorm)
        var result = trace.last
        let end = layers.count - 1
        layers[end].forward(into: &result, trace.inputs[end], &room.last)
        layers[end].backward(
            into: &room.slope, dLast, input: trace.inputs[end], &room.last, gradient: &gradient.layers[end])
        var output = trace.tokens
        for index in layers.indices.dropLast().reversed() {
            layers[index].forward(into: &output, trace.inputs[index], &room.inner)
            layers[index].backward(
                into: &room.dInput, room.slope, input: trace.inputs[index], &room.inner,
                gradient: &gradient.layers[index])
            swap(&room.slope, &room.dInput)
        }
        inputNorm.backward(
            into: &room.dInput, room.slope, input: trace.tokens, gradient: &gradient.inputNorm)
        // tokens [T, D] = positions + the class token, and pixels W^T.
        addRowsInto(&gradient.classToken, row: 0, room.dInput, inputRow: 0)
        trace.interpolation.addGradient(room.dInput, frames: trace.frames, to: &gradient.positions)
        multiplyInto(
            &gradient.patches, room.dInput.block(rows: 1..<room.dInput.rows).transposed, trace.pixels.block,
            accumulating: true)
    }
}

extension TrainableVisionTransformer: ParameterTree {
    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        func visit(_ name: String, _ matrix: inout Matrix) {
            let shape = [matrix.rows, matrix.columns]
            matrix.modifyValues { body(path + name, shape, &$0, 0..<$0.count) }
        }
        visit("patches", &patches)
        visit("class_token", &classToken)
        visit("positions", &positions)
        inputNorm.visitParameters(path + "input_norm.", body)
        for index in layers.indices { layers[index].visitParameters(path + "layers.\(index).", body) }
        outputNorm.visitParameters(path + "output_norm.", body)
        visit("projection", &projection)
    }
}
