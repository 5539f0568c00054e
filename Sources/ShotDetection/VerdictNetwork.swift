/// A small trained judge: standardised features, one hidden layer with ReLU, one logistic output.
///
/// Trained by `scripts/train-shot-verdicts`, which writes the weights as a Swift file.
struct VerdictNetwork: Sendable {
    /// Mean and reciprocal standard deviation of each feature over the training set.
    let means: [Float]
    let scales: [Float]
    /// `hidden` rows of `means.count` weights.
    let hiddenWeights: [Float]
    let hiddenBiases: [Float]
    let outputWeights: [Float]
    let outputBias: Float

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
