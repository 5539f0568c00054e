internal import CSceneKernels

extension InferencePlan {
    /// output = activation(convolution of input + bias + residual), as large as the output map says.
    ///
    /// A filter of side S reads `padding` pixels beyond the input's edges, which must have at least that
    /// border. The residual may be the output itself; the input may not.
    ///
    /// With `frames` the weights are those of a linear layer over each pixel of so many images, an odd
    /// number, around the image of the output: a convolution in time of the images as frames of one clip. The
    /// input must have `frames / 2` images of zeros at each end.
    package func convolve(
        _ input: FeatureMap, _ weights: PackedWeights, stride: Int = 1, padding: Int = 0, frames: Int = 1,
        into output: FeatureMap,
        residual: FeatureMap? = nil, activation: Activation = .none
    ) {
        precondition(weights.variant == variant, "weights packed for the plan's variant")
        precondition(
            frames * input.channels == weights.inputs && output.channels == weights.outputs,
            "channels of the weights")
        precondition(
            frames == 1
                || frames % 2 == 1 && weights.side == 1 && stride == 1 && input.frameBorder >= frames / 2,
            "frames beyond both ends")
        precondition(input.images == output.images, "one batch")
        precondition(stride > 0 && padding >= 0 && padding <= input.border, "padding inside the border")
        precondition(
            (output.height - 1) * stride + weights.side <= input.height + 2 * padding
                && (output.width - 1) * stride + weights.side <= input.width + 2 * padding,
            "filters inside the input")
        precondition(
            weights.side == 1 || input.strides.pixel == Int64(input.channels), "pixels without a gap")
        if let residual { checkSameShape(residual, output) }
        precondition(input.storage !== output.storage || input.offset != output.offset, "another output")
        guard weights.method == .direct else {
            precondition(stride == 1 && padding == 1, "Winograd's method takes every pixel")
            return convolveByTiles(input, weights, into: output, residual: residual, activation: activation)
        }
        var product = scene_product()
        let strides = input.strides
        product.input = UnsafePointer(
            input.base - padding * Int(strides.row) - padding * Int(strides.pixel)
                - frames / 2 * Int(strides.image))
        product.input_strides = scene_strides(
            image: strides.image, row: strides.row * Int64(stride), pixel: strides.pixel * Int64(stride))
        product.taps = Int32(frames > 1 ? frames : weights.side)
        product.depth = Int32(weights.side * input.channels)
        product.tap_stride = frames > 1 ? strides.image : strides.row
        product.weights = weights.weights
        product.bias = weights.bias
        product.residual = residual.map { UnsafePointer($0.base) }
        product.residual_strides = residual?.strides ?? scene_strides()
        product.output = output.base
        product.output_strides = output.strides
        product.images = Int32(output.images)
        product.height = Int32(output.height)
        product.width = Int32(output.width)
        product.columns = Int32(weights.outputs)
        product.activation = activation.code
        var step = scene_step()
        if weights.shape.precision == .bfloat16 {
            reserveScratch(scene_bfloat_scratch(&product))
            step.kind = Int32(SCENE_BFLOAT_PRODUCT)
        } else {
            step.kind = Int32(SCENE_PRODUCT)
        }
        step.product = product
        append(step, keeping: [weights, input.storage, output.storage] + owners(residual))
    }

    /// output = activation(input W^T + bias + residual), pixel by pixel.
    package func project(
        _ input: FeatureMap, _ weights: PackedWeights, into output: FeatureMap, residual: FeatureMap? = nil,
        activation: Activation = .none
    ) {
        precondition(weights.side == 1, "a linear layer")
        convolve(input, weights, into: output, residual: residual, activation: activation)
    }

    /// output = the greatest of 3 x 3 pixels, stride 2, one pixel of padding, of values that are not
    /// negative.
    package func maxPool(_ input: FeatureMap, into output: FeatureMap) {
        precondition(input.border >= 1 && input.images == output.images, "a border and one batch")
        precondition(input.channels == output.channels, "equal channels")
        precondition(
            output.height == (input.height + 1) / 2 && output.width == (input.width + 1) / 2, "half the size")
        var pool = scene_pool()
        pool.input = UnsafePointer(input.base - Int(input.strides.row) - Int(input.strides.pixel))
        pool.input_strides = input.strides
        pool.output = output.base
        pool.output_strides = output.strides
        pool.images = Int32(output.images)
        pool.height = Int32(output.height)
        pool.width = Int32(output.width)
        pool.channels = Int32(output.channels)
        var step = scene_step()
        step.kind = Int32(SCENE_POOL)
        step.pool = pool
        append(step, keeping: [input.storage, output.storage])
    }

    /// output [B, 1, 1, C] = the mean of each image's pixels.
    package func averagePool(_ input: FeatureMap, into output: FeatureMap) {
        precondition(output.height == 1 && output.width == 1, "one pixel per image")
        precondition(input.images == output.images && input.channels == output.channels, "one batch")
        var mean = scene_mean()
        mean.input = UnsafePointer(input.base)
        mean.input_strides = input.strides
        mean.output = output.base
        mean.output_stride = output.strides.image
        mean.images = Int32(input.images)
        mean.height = Int32(input.height)
        mean.width = Int32(input.width)
        mean.channels = Int32(input.channels)
        var step = scene_step()
        step.kind = Int32(SCENE_MEAN)
        step.mean = mean
        append(step, keeping: [input.storage, output.storage])
    }

    /// output = layer normalization of each token of input; both have one row of tokens.
    package func normalize(
        _ input: FeatureMap, weight: [Float], bias: [Float], epsilon: Float, into output: FeatureMap
    ) {
        checkSameShape(input, output)
        precondition(input.height == 1, "tokens")
        precondition(weight.count == input.channels && bias.count == input.channels, "one scale per channel")
        let channels = input.channels
        let scales = AlignedFloats(count: 2 * channels)
        for channel in 0..<channels {
            scales.base[channel] = weight[channel]
            scales.base[channels + channel] = bias[channel]
        }
        var norm = scene_norm()
        norm.input = UnsafePointer(input.base)
        norm.input_strides = input.strides
        norm.output = output.base
        norm.output_strides = output.strides
        norm.weight = UnsafePointer(scales.base)
        norm.bias = UnsafePointer(scales.base + channels)
        norm.epsilon = epsilon
        norm.images = Int32(input.images)
        norm.tokens = Int32(input.width)
        norm.channels = Int32(channels)
        var step = scene_step()
        step.kind = Int32(SCENE_NORM)
        step.norm = norm
        append(step, keeping: [scales, input.storage, output.storage])
    }

    /// output [B, 1, T, D] = self-attention with several heads over input [B, 1, T, 3D], which holds each
    /// token's query, key and value. Only the first `queries` tokens of the output are computed. `causal`:
    /// each token sees itself and those before it.
    package func attend(
        _ input: FeatureMap, heads: Int, queries: Int, causal: Bool = false, into output: FeatureMap
    ) {
        precondition(
            input.channels == 3 * output.channels && heads > 0 && output.channels % heads == 0, "whole heads")
        precondition(input.height == 1 && output.height == 1 && input.border == 0, "tokens")
        precondition(input.images == output.images && input.width == output.width, "one batch")
        precondition(
            input.strides.image == Int64(input.width) * input.strides.pixel
                && output.strides.image == Int64(output.width) * output.strides.pixel, "whole maps of tokens")
        precondition((1...output.width).contains(queries), "queries among the tokens")
        var attention = scene_attention()
        attention.input = UnsafePointer(input.base)
        attention.output = output.base
        attention.input_pixel = input.strides.pixel
        attention.output_pixel = output.strides.pixel
        attention.images = Int32(output.images)
        attention.tokens = Int32(output.width)
        attention.queries = Int32(queries)
        attention.width = Int32(output.channels)
        attention.heads = Int32(heads)
        attention.causal = causal ? 1 : 0
        reserveScratch(scene_attention_scratch(variant.lanes, &attention))
        var step = scene_step()
        step.kind = Int32(SCENE_ATTENTION)
        step.attention = attention
        append(step, keeping: [input.storage, output.storage])
    }

    private func convolveByTiles(
        _ input: FeatureMap, _ weights: PackedWeights, into output: FeatureMap, residual: FeatureMap?,
        activation: Activation
    ) {
        var winograd = scene_winograd()
        winograd.input = UnsafePointer(input.base - Int(input.strides.row) - Int(input.strides.pixel))
        winograd.input_strides = input.strides
        winograd.channels = Int32(input.channels)
        winograd.weights = weights.weights
        winograd.bias = weights.bias
        winograd.residual = residual.map { UnsafePointer($0.base) }
        winograd.residual_strides = residual?.strides ?? scene_strides()
        winograd.output = output.base
        winograd.output_strides = output.strides
        winograd.images = Int32(output.images)
        winograd.height = Int32(output.height)
        winograd.width = Int32(output.width)
        winograd.columns = Int32(output.channels)
        winograd.activation = activation.code
        winograd.size = Int32(weights.method.tileSize)
        winograd.block = Self.tilesPerBlock
        reserveScratch(scene_winograd_scratch(variant.lanes, &winograd))
        var step = scene_step()
        step.kind = Int32(SCENE_WINOGRAD)
        step.winograd = winograd
        append(step, keeping: [weights, input.storage, output.storage] + owners(residual))
    }

    /// Tiles that are transformed, multiplied and transformed back together: eight full tiles of a product's
    /// rows.
    private static let tilesPerBlock: Int32 = 56

    private func owners(_ map: FeatureMap?) -> [AnyObject] { map.map { [$0.storage] } ?? [] }

    private func checkSameShape(_ one: FeatureMap, _ other: FeatureMap) {
        precondition(
            one.images == other.images && one.height == other.height && one.width == other.width
                && one.channels == other.channels, "maps of equal shape")
    }
}
