/// A small trained judge: standardised features, one hidden layer with ReLU, one logistic output.
///
/// Trained by `tools/train/train-shot-verdicts`, which writes the numbers that `init` takes apart.
struct VerdictNetwork: Sendable {
    /// Mean and reciprocal standard deviation of each feature over the training set.
    let means: [Float]
    let scales: [Float]
    /// `hidden` rows of `means.count` weights.
    let hiddenWeights: [Float]
    let hiddenBiases: [Float]
    let outputWeights: [Float]
    let outputBias: Float

    /// - Parameters:
    ///   - values: the numbers in the order of the properties; they tell how many hidden units there are.
    ///   - features: inputs of the network.
    init(values: [Float], features: Int) {
        let (hidden, rest) = (values.count - 2 * features - 1).quotientAndRemainder(dividingBy: features + 2)
        precondition(hidden > 0 && rest == 0, "the trained weights fit the features")
        var position = 0
        func take(_ count: Int) -> [Float] {
            defer { position += count }
            return Array(values[position..<position + count])
        }
        means = take(features)
        scales = take(features)
        hiddenWeights = take(hidden * features)
        hiddenBiases = take(hidden)
        outputWeights = take(hidden)
        outputBias = values[position]
    }

    /// The probability that the candidate is what it seems to be, 0...1.
    func probability(_ features: [Float]) -> Float {
        precondition(features.count == means.count, "the features do not fit the trained weights")
        var inputs = features
        for index in inputs.indices {
            // Clamped, so that no feature far outside what was trained on decides alone.
            inputs[index] = min(max((inputs[index] - means[index]) * scales[index], -4), 4)
        }
        var output = outputBias
        for unit in outputWeights.indices {
            var sum = hiddenBiases[unit]
            let row = unit * inputs.count
            for index in inputs.indices {
                sum += hiddenWeights[row + index] * inputs[index]
            }
            output += outputWeights[unit] * max(0, sum)
        }
        return Logarithm.logistic(output)
    }
}
