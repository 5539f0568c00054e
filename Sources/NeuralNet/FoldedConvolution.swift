package import TensorKernels

// Shapes: O outputs, I inputs, S side of a square filter.

/// A convolution and the batch normalization after it, as one convolution with a bias (inference only): with
/// running mean m, running variance v, scale g and shift b, the filters are multiplied by g / sqrt(v + eps)
/// and the bias is b - m g / sqrt(v + eps) (Ioffe and Szegedy 2015, arXiv 1502.03167, section 3.1).
package struct FoldedConvolution: Sendable {
    package let weights: PackedWeights
    package let stride: Int
    /// F: images that it reads around the one that it makes, as frames of a clip; 1 for pictures.
    package let frames: Int

    /// Folds `norm` into filters of shape [O, I, S, S]; the method is the fastest for the shape unless one is
    /// given, and those that transform their inputs stay in float32.
    package init(
        filters: [Float], outputs: Int, inputs: Int, side: Int, stride: Int, norm: BatchNorm,
        method: ConvolutionMethod? = nil, precision: Precision = .float32, variant: KernelVariant = .best
    ) {
        let method =
            method
            ?? .fastest(side: side, stride: stride, inputs: inputs, outputs: outputs, precision: precision)
        precondition(norm.scale.count == outputs, "a normalization of the convolution's width")
        self.stride = stride
        frames = 1
        weights = PackedWeights(
            filters: filters, outputs: outputs, inputs: inputs, side: side, scale: norm.scale,
            bias: norm.shift, method: method, precision: method == .direct ? precision : .float32,
            variant: variant)
    }

    /// What was folded and packed before; with `frames`, each input once for each frame.
    package init(weights: PackedWeights, stride: Int, frames: Int = 1) {
        precondition(weights.inputs % frames == 0, "inputs of every frame")
        self.weights = weights
        self.stride = stride
        self.frames = frames
    }

    /// I.
    package var inputs: Int { weights.inputs / frames }

    /// How the folded filters of a shape lie in memory.
    package static func shape(
        outputs: Int, inputs: Int, side: Int, stride: Int, precision: Precision = .float32
    ) -> PackedShape {
        let method = ConvolutionMethod.fastest(
            side: side, stride: stride, inputs: inputs, outputs: outputs, precision: precision)
        return PackedShape(
            outputs: outputs, inputs: inputs, side: side, hasBias: true, method: method,
            precision: method == .direct ? precision : .float32)
    }

    /// Pixels read beyond each edge.
    var padding: Int { weights.side / 2 }

    /// Adds the step to a plan.
    func append(
        to plan: InferencePlan, _ input: FeatureMap, into output: FeatureMap, residual: FeatureMap? = nil,
        activation: Activation
    ) {
        plan.convolve(
            input, weights, stride: stride, padding: padding, frames: frames, into: output,
            residual: residual,
            activation: activation)
    }
}

/// A batch normalization at inference: one scale and one shift per channel.
package struct BatchNorm: Sendable {
    package let scale: [Float]
    package let shift: [Float]

    /// `epsilon` is added to the variance; torchvision's networks use 1e-5.
    package init(weight: [Float], bias: [Float], mean: [Float], variance: [Float], epsilon: Float = 1e-5) {
        precondition(
            weight.count == bias.count && weight.count == mean.count && weight.count == variance.count,
            "one value of each kind per channel")
        scale = weight.indices.map {
            Float(Double(weight[$0]) / (Double(variance[$0]) + Double(epsilon)).squareRoot())
        }
        let factors = scale
        shift = weight.indices.map { Float(Double(bias[$0]) - Double(mean[$0]) * Double(factors[$0])) }
    }
}
