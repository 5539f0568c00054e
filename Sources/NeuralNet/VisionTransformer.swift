package import TensorKernels

// Shapes: B images, T tokens (1 + patches), D width, P side of a patch, E width of the result.

/// A vision transformer (Dosovitskiy et al. 2021, arXiv 2010.11929) in the form of CLIP's image encoders
/// (Radford et al. 2021, arXiv 2103.00020): patches without a bias, a class token, learned positions, a
/// normalization before the first layer, normalization before each half of a layer, and a projection of the
/// normalized class token.
///
/// Inference only. A value without mutable state; `makePlan` gives what runs.
package struct VisionTransformer: Sendable {
    package struct Layer: Sendable {
        package let attentionNorm: LayerNorm
        /// Query, key and value stacked: [3D, D].
        package let projection: PackedWeights
        /// [D, D].
        package let attentionOutput: PackedWeights
        package let innerNorm: LayerNorm
        /// [F, D].
        package let inner: PackedWeights
        /// [D, F].
        package let output: PackedWeights

        package init(
            attentionNorm: LayerNorm, projection: PackedWeights, attentionOutput: PackedWeights,
            innerNorm: LayerNorm,
            inner: PackedWeights, output: PackedWeights
        ) {
            let width = attentionNorm.dimension
            precondition(innerNorm.dimension == width, "norms of one width")
            precondition(projection.inputs == width && projection.outputs == 3 * width, "3D x D")
            precondition(attentionOutput.inputs == width && attentionOutput.outputs == width, "D x D")
            precondition(inner.inputs == width && output.outputs == width, "D in, D out")
            precondition(inner.outputs == output.inputs, "one inner width")
            self.attentionNorm = attentionNorm
            self.projection = projection
            self.attentionOutput = attentionOutput
            self.innerNorm = innerNorm
            self.inner = inner
            self.output = output
        }
    }

    /// [D, 3, P, P].
    package let patches: PackedWeights
    /// [D].
    package let classToken: [Float]
    /// [T, D].
    package let positions: Matrix
    package let inputNorm: LayerNorm
    package let layers: [Layer]
    package let outputNorm: LayerNorm
    /// [E, D].
    package let projection: PackedWeights
    package let headCount: Int
    /// Between the two halves of a layer's inner part.
    package let activation: Activation

    package init(
        patches: PackedWeights, classToken: [Float], positions: Matrix, inputNorm: LayerNorm, layers: [Layer],
        outputNorm: LayerNorm, projection: PackedWeights, headCount: Int, activation: Activation = .quickGELU
    ) {
        let width = patches.outputs
        precondition(classToken.count == width && positions.columns == width, "one width")
        precondition(inputNorm.dimension == width && outputNorm.dimension == width, "one width")
        precondition(layers.allSatisfy { $0.attentionNorm.dimension == width }, "one width")
        precondition(!layers.isEmpty && projection.inputs == width, "layers of one width")
        precondition(layers.allSatisfy { $0.inner.outputs == layers[0].inner.outputs }, "one inner width")
        precondition(headCount > 0 && width % headCount == 0, "the width divides among the heads")
        let grid = Self.gridSide(tokens: positions.rows)
        precondition(grid.map { $0 > 0 } ?? false, "positions of a square of patches and a class")
        self.patches = patches
        self.classToken = classToken
        self.positions = positions
        self.inputNorm = inputNorm
        self.layers = layers
        self.outputNorm = outputNorm
        self.projection = projection
        self.headCount = headCount
        self.activation = activation
    }

    /// Patches on a side for T tokens; nil if T - 1 is no square.
    package static func gridSide(tokens: Int) -> Int? {
        let side = Int(Double(max(0, tokens - 1)).squareRoot().rounded())
        return side * side == tokens - 1 ? side : nil
    }

    /// Side of the pictures it sees, in pixels.
    package var pictureSide: Int { (Self.gridSide(tokens: positions.rows) ?? 0) * patches.side }
    /// E.
    package var outputDimension: Int { projection.outputs }

    /// What computes B pictures at a time. In the last layer only the class token is computed beyond keys and
    /// values.
    ///
    /// - Parameters:
    ///   - batch: B.
    ///   - frames: frames of each picture, stacked into a tall one: its height is that of all of them, its
    ///     patches are one sequence. Time grows faster than their number, memory with it.
    ///   - interpolation: where the patches of several frames have their positions from.
    ///   - keepsTokens: all tokens are computed in the last layer, too: `ImagePlan.tokens`.
    ///   - threadCount: threads that share the work; changes no bit.
    /// - Returns: the plan, with memory of its own.
    package func makePlan(
        batch: Int, frames: Int = 1, interpolation: PositionInterpolation = .bicubic,
        keepsTokens: Bool = false, threadCount: Int = 1
    ) -> ImagePlan {
        precondition(batch > 0 && frames > 0, "a batch of pictures")
        let plan = InferencePlan(threadCount: threadCount, variant: patches.variant)
        let (side, grid) = (pictureSide, pictureSide / patches.side)
        let positions = interpolation.positions(positions, frames: frames)
        let (tokens, width) = (positions.rows, positions.columns)
        let input = plan.makeMap(
            images: batch, height: side * frames, width: side, channels: patches.inputs)
        func makeTokens(_ channels: Int) -> FeatureMap {
            plan.makeMap(images: batch, height: 1, width: tokens, channels: channels)
        }
        let embedded = makeTokens(width)
        let state = makeTokens(width)
        let normal = makeTokens(width)
        let projected = makeTokens(3 * width)
        let context = makeTokens(width)
        let innerState = makeTokens(layers[0].inner.outputs)

        let places = plan.makeMap(images: 1, height: 1, width: tokens, channels: width)
        for token in 0..<tokens { places.setPixel(image: 0, column: token, to: positions.row(token)) }
        let first = zip(classToken, positions.row(0)).map { $0 + $1 }
        for image in 0..<batch { embedded.setPixel(image: image, column: 0, to: first) }
        plan.convolve(
            input, patches, stride: patches.side,
            into: embedded.tokens(from: 1, height: grid * frames, width: grid),
            residual: places.tokens(from: 1, height: grid * frames, width: grid).repeated(batch))
        inputNorm.append(to: plan, embedded, into: state)

        for (index, layer) in layers.enumerated() {
            let isLast = index == layers.count - 1 && !keepsTokens
            func wanted(_ map: FeatureMap) -> FeatureMap { isLast ? map.tokens(from: 0, width: 1) : map }
            let inner = wanted(innerState)
            layer.attentionNorm.append(to: plan, state, into: normal)
            plan.project(normal, layer.projection, into: projected)
            plan.attend(projected, heads: headCount, queries: isLast ? 1 : tokens, into: context)
            plan.project(
                wanted(context), layer.attentionOutput, into: wanted(state), residual: wanted(state))
            layer.innerNorm.append(to: plan, wanted(state), into: wanted(normal))
            plan.project(wanted(normal), layer.inner, into: inner, activation: activation)
            plan.project(inner, layer.output, into: wanted(state), residual: wanted(state))
        }
        let output = plan.makeMap(images: batch, height: 1, width: 1, channels: outputDimension)
        let classes = normal.tokens(from: 0, width: 1)
        outputNorm.append(to: plan, state.tokens(from: 0, width: 1), into: classes)
        plan.project(classes, projection, into: output)
        return ImagePlan(
            plan: plan, input: input, output: output, tokens: keepsTokens ? state : nil)
    }
}
