internal import TensorKernels

extension Optimizer {
    /// One step at learning rate `rate`. `gradient` has the shapes and names of `parameters`; tensors whose
    /// names `isTrained` refuses stay as they are.
    package mutating func step<Tree: ParameterTree>(
        _ parameters: inout Tree, gradient: inout Tree, rate: Float,
        isTrained: (String) -> Bool = { _ in true }
    ) {
        stepCount += 1
        var slopes: [(name: String, values: [Float])] = []
        gradient.visitParameters("") { name, _, values, range in
            slopes.append((name, values))
            _ = range
        }
        var position = 0
        parameters.visitParameters("") { name, _, values, range in
            precondition(
                position < slopes.count && slopes[position].name == name, "equal names in equal order")
            if isTrained(name) { move(name, &values, range, slopes[position].values, rate: rate) }
            position += 1
        }
    }

    private mutating func move(
        _ name: String, _ values: inout [Float], _ range: Range<Int>, _ gradient: [Float], rate: Float
    ) {
        var state =
            moments.removeValue(forKey: name)
            ?? Array(repeating: [Float](repeating: 0, count: range.count), count: rule.momentCount)
        let isExcluded = excluded.contains { name.contains($0) }
        switch rule {
        case .sgd(let momentum, let decay):
            ParameterUpdate.momentum(
                &values, range, gradient: gradient, velocity: &state[0], rate: rate, momentum: momentum,
                decay: isExcluded ? 0 : decay)
        case .adam(let beta1, let beta2, let epsilon, let decay):
            adam(
                &values, range, gradient, &state, beta1, beta2, epsilon, rate: rate,
                decay: isExcluded ? 0 : decay, shrinkage: 0)
        case .adamW(let beta1, let beta2, let epsilon, let decay):
            adam(
                &values, range, gradient, &state, beta1, beta2, epsilon, rate: rate, decay: 0,
                shrinkage: isExcluded ? 0 : rate * decay)
        case .lars(let momentum, let decay, let trust):
            let used = isExcluded ? 0 : decay
            var scale: Float = 1
            if used != 0 {
                let length = ParameterUpdate.squaredLength(values, range).squareRoot()
                let slope = ParameterUpdate.squaredLength(gradient, range).squareRoot()
                if length > 0, slope > 0 {
                    scale = Float(Double(trust) * length / (slope + Double(used) * length + 1e-8))
                }
            }
            // The decay is scaled with the gradient.
            ParameterUpdate.momentum(
                &values, range, gradient: gradient, velocity: &state[0], rate: rate, momentum: momentum,
                decay: used * scale, scale: scale)
        }
        moments[name] = state
    }

    private func adam(
        _ values: inout [Float], _ range: Range<Int>, _ gradient: [Float], _ state: inout [[Float]],
        _ beta1: Float, _ beta2: Float, _ epsilon: Float, rate: Float, decay: Float, shrinkage: Float
    ) {
        let step = ParameterUpdate.AdamStep(
            rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, decay: decay, shrinkage: shrinkage,
            correction1: 1 - power(beta1, stepCount),
            correction2Root: (1 - power(beta2, stepCount)).squareRoot())
        var mean = state[0]
        state[0] = []
        var square = state[1]
        state[1] = []
        ParameterUpdate.adam(&values, range, gradient: gradient, mean: &mean, square: &square, step)
        state[0] = mean
        state[1] = square
    }

    private func power(_ base: Float, _ exponent: Int) -> Float {
        var result = 1.0
        for _ in 0..<min(exponent, 1_000_000) {
            result *= Double(base)
            if result < 1e-12 { return 0 }
        }
        return Float(result)
    }
}

extension ParameterTree {
    /// Shrinks a gradient to at most `limit` in length over all tensors; returns its length before.
    package mutating func clipLength(to limit: Double) -> Double {
        var squares = 0.0
        visitParameters("") { squares += ParameterUpdate.squaredLength($2, $3) }
        let length = squares.squareRoot()
        if length > limit {
            let factor = Float(limit / length)
            visitParameters("") { ParameterUpdate.scale(&$2, $3, by: factor) }
        }
        return length
    }
}
