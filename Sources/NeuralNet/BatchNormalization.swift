package import TensorKernels

// Shapes: N rows (pixels of a batch), C channels.

/// Batch normalization that can be trained: every channel of a batch gets mean 0 and variance 1, then a scale
/// and a shift (Ioffe and Szegedy 2015, arXiv 1502.03167).
package struct BatchNormalization: Sendable {
    package var weight: [Float]
    package var bias: [Float]
    /// For inference: moving averages of the batches' means and variances; not trained by gradients.
    package var runningMean: [Float]
    package var runningVariance: [Float]
    package let epsilon: Float

    /// Scale 1, or `scale`; mean 0, variance 1.
    package init(channels: Int, scale: Float = 1, epsilon: Float = 1e-5) {
        weight = [Float](repeating: scale, count: channels)
        bias = [Float](repeating: 0, count: channels)
        runningMean = bias
        runningVariance = [Float](repeating: 1, count: channels)
        self.epsilon = epsilon
    }

    package var channels: Int { weight.count }

    /// What a pass keeps for its backward pass.
    package struct Trace: Sendable {
        package fileprivate(set) var mean: [Double]
        package fileprivate(set) var variance: [Double]
        package fileprivate(set) var rows = 0

        package init(channels: Int) {
            mean = [Double](repeating: 0, count: channels)
            variance = mean
        }
    }

    /// output [N, C] from input [N, C], with the moments of these rows; 0 instead of less if `isRectified`.
    package func forward(
        into output: inout Matrix, _ input: Matrix, _ trace: inout Trace, isRectified: Bool = false
    ) {
        (trace.mean, trace.variance) = ChannelNormalization.moments(input)
        trace.rows = input.rows
        let scale = weight.indices.map { Double(weight[$0]) * inverseDeviation(trace, $0) }
        ChannelNormalization.scale(
            into: &output, input, scale: scale.map(Float.init),
            shift: weight.indices.map { Float(Double(bias[$0]) - trace.mean[$0] * scale[$0]) },
            isRectified: isRectified)
    }

    /// The forward pass's input becomes the gradient for it; those of scale and shift are added. `dOutput`
    /// [N, C] is that for the sums before any rectifier.
    package func backward(
        replacing input: inout Matrix, _ dOutput: Matrix, _ trace: Trace, gradient: inout BatchNormalization
    ) {
        let rows = Double(trace.rows)
        let sums = ChannelNormalization.gradientSums(dOutput, input: input, mean: trace.mean.map(Float.init))
        var (scale, slope, shift) = (weight, weight, weight)
        for channel in weight.indices {
            let inverse = inverseDeviation(trace, channel)
            // The rounding of the mean by which the sums were centered.
            let center = trace.mean[channel] - Double(Float(trace.mean[channel]))
            let weighted = sums.weighted[channel] - center * sums.plain[channel]
            gradient.weight[channel] += Float(weighted * inverse)
            gradient.bias[channel] += Float(sums.plain[channel])
            let factor = Double(weight[channel]) * inverse
            let pull = -factor * inverse * inverse * weighted / rows
            scale[channel] = Float(factor)
            slope[channel] = Float(pull)
            shift[channel] = Float(-factor * sums.plain[channel] / rows - pull * trace.mean[channel])
        }
        ChannelNormalization.replaceWithGradient(
            &input, gradient: dOutput, scale: scale, slope: slope, shift: shift)
    }

    /// Moves the running moments a tenth of the way to those of a pass (PyTorch's momentum 0.1; the variance
    /// is divided by N - 1).
    package mutating func absorb(_ trace: Trace, momentum: Float = 0.1) {
        let correction = Double(trace.rows) / Double(max(trace.rows - 1, 1))
        for channel in weight.indices {
            runningMean[channel] += momentum * (Float(trace.mean[channel]) - runningMean[channel])
            runningVariance[channel] +=
                momentum * (Float(trace.variance[channel] * correction) - runningVariance[channel])
        }
    }

    private func inverseDeviation(_ trace: Trace, _ channel: Int) -> Double {
        1 / (trace.variance[channel] + Double(epsilon)).squareRoot()
    }
}

extension BatchNormalization: ParameterTree {
    /// Scale and shift, and the moments, which no gradient reaches: optimizers leave `running_` alone.
    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        body(path + "weight", [weight.count], &weight, 0..<weight.count)
        body(path + "bias", [bias.count], &bias, 0..<bias.count)
        body(path + "running_mean", [runningMean.count], &runningMean, 0..<runningMean.count)
        body(path + "running_var", [runningVariance.count], &runningVariance, 0..<runningVariance.count)
    }
}
