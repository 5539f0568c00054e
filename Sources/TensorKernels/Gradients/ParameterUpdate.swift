internal import RealModule

/// The arithmetic of optimizers, on a range of a parameter tensor and the same range of its gradient and
/// state.
package enum ParameterUpdate {
    /// Sum of squares of a range, in Double from partial sums of floats; of those that floats cannot hold, as
    /// when a value is beyond 1e19, in Double alone. It is finite if all values are.
    package static func squaredLength(_ values: [Float], _ range: Range<Int>) -> Double {
        precondition(range.lowerBound >= 0 && range.upperBound <= values.count, "a range of the values")
        var total = 0.0
        values.withUnsafeBufferPointer { values in
            var start = range.lowerBound
            while start < range.upperBound {
                let end = min(start + 4096, range.upperBound)
                var sum: Float = 0
                for index in start..<end { sum = Relaxed.multiplyAdd(values[index], values[index], sum) }
                total += sum.isFinite ? Double(sum) : Self.preciseSquares(values, start..<end)
                start = end
            }
        }
        return total
    }

    private static func preciseSquares(_ values: UnsafeBufferPointer<Float>, _ range: Range<Int>) -> Double {
        range.reduce(0.0) { $0 + Double(values[$1]) * Double(values[$1]) }
    }

    /// values *= factor.
    package static func scale(_ values: inout [Float], _ range: Range<Int>, by factor: Float) {
        precondition(range.lowerBound >= 0 && range.upperBound <= values.count, "a range of the values")
        values.withUnsafeMutableBufferPointer { values in
            for index in range { values[index] *= factor }
        }
    }

    /// d = scale * gradient + decay * value; velocity = momentum * velocity + d; value -= rate * velocity.
    ///
    /// In the first step the velocity is d (PyTorch's rule, without dampening or Nesterov's look-ahead),
    /// which the formula gives from a velocity of zeros.
    package static func momentum(
        _ values: inout [Float], _ range: Range<Int>, gradient: [Float], velocity: inout [Float], rate: Float,
        momentum: Float, decay: Float, scale: Float = 1
    ) {
        check(values, range, gradient, velocity.count)
        values.withUnsafeMutableBufferPointer { values in
            velocity.withUnsafeMutableBufferPointer { velocity in
                gradient.withUnsafeBufferPointer { gradient in
                    let base = range.lowerBound
                    for index in range {
                        let step = scale * gradient[index] + decay * values[index]
                        let speed = momentum * velocity[index - base] + step
                        velocity[index - base] = speed
                        values[index] -= rate * speed
                    }
                }
            }
        }
    }

    /// The constants of one step of Adam, corrections for the start included.
    package struct AdamStep: Sendable {
        package var rate: Float
        package var beta1: Float
        package var beta2: Float
        package var epsilon: Float
        /// Added to the gradient (Adam's L2 form).
        package var decay: Float
        /// The value is first multiplied by 1 minus this (AdamW's form); 0 for Adam.
        package var shrinkage: Float
        /// 1 - beta1^t and the square root of 1 - beta2^t.
        package var correction1: Float
        package var correction2Root: Float

        package init(
            rate: Float, beta1: Float, beta2: Float, epsilon: Float, decay: Float, shrinkage: Float,
            correction1: Float, correction2Root: Float
        ) {
            self.rate = rate
            self.beta1 = beta1
            self.beta2 = beta2
            self.epsilon = epsilon
            self.decay = decay
            self.shrinkage = shrinkage
            self.correction1 = correction1
            self.correction2Root = correction2Root
        }
    }

    /// One step of Adam (Kingma and Ba 2015, arXiv 1412.6980) or AdamW (Loshchilov and Hutter 2019, arXiv
    /// 1711.05101), in the order of operations of PyTorch.
    package static func adam(
        _ values: inout [Float], _ range: Range<Int>, gradient: [Float], mean: inout [Float],
        square: inout [Float], _ step: AdamStep
    ) {
        check(values, range, gradient, mean.count)
        precondition(mean.count == square.count, "two moments per value")
        let size = step.rate / step.correction1
        let rootFactor = 1 / step.correction2Root
        values.withUnsafeMutableBufferPointer { values in
            mean.withUnsafeMutableBufferPointer { mean in
                square.withUnsafeMutableBufferPointer { square in
                    gradient.withUnsafeBufferPointer { gradient in
                        let base = range.lowerBound
                        for index in range {
                            let value = values[index] * (1 - step.shrinkage)
                            let slope = gradient[index] + step.decay * value
                            let first = step.beta1 * mean[index - base] + (1 - step.beta1) * slope
                            let second = step.beta2 * square[index - base] + (1 - step.beta2) * slope * slope
                            mean[index - base] = first
                            square[index - base] = second
                            values[index] =
                                value - size * first / (second.squareRoot() * rootFactor + step.epsilon)
                        }
                    }
                }
            }
        }
    }

    private static func check(_ values: [Float], _ range: Range<Int>, _ gradient: [Float], _ state: Int) {
        precondition(range.lowerBound >= 0 && range.upperBound <= values.count, "a range of the values")
        precondition(
            gradient.count == values.count && state == range.count, "a gradient and a state per value")
    }
}
