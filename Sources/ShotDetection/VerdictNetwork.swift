import CVerdictWeights
import TensorKernels

/// A small trained judge: standardised features, one hidden layer with ReLU, one logistic output.
///
/// Trained by `tools/train/train-shot-verdicts`, which writes the numbers that `init` takes apart: they are
/// part of the program (`CVerdictWeights`).
struct VerdictNetwork: Sendable {
    /// Mean and reciprocal standard deviation of each feature over the training set.
    let means: [Float]
    let scales: [Float]
    /// `hidden` rows of `means.count` weights.
    let hiddenWeights: [Float]
    let hiddenBiases: [Float]
    let outputWeights: [Float]
    let outputBias: Float

    /// Judges hard cuts by `HardCutFeatures`, all of them known.
    static let hard = VerdictNetwork(
        scene_hard_verdict, scene_hard_verdict_size, features: HardCutFeatures.names.count)
    /// The same by what is known after three pictures.
    static let early = VerdictNetwork(
        scene_early_verdict, scene_early_verdict_size, features: HardCutFeatures.names.count)
    /// Whether an interval of `GradualFinder` may hold a transition, and whether it may hold the beginning of
    /// one.
    static let gate = VerdictNetwork(
        scene_gate_verdict, scene_gate_verdict_size, features: GradualFinder.names.count)
    static let watch = VerdictNetwork(
        scene_watch_verdict, scene_watch_verdict_size, features: GradualFinder.names.count)
    /// Judges gradual transitions by `GradualFeatures`.
    static let gradual = VerdictNetwork(
        scene_gradual_verdict, scene_gradual_verdict_size, features: GradualFeatures.names.count)

    /// `size` bytes of floats in the order of the properties; they tell how many hidden units there are.
    private init(_ bytes: UnsafePointer<UInt8>, _ size: Int, features: Int) {
        let values = MappedFile(embedded: bytes, count: size).withFloats(
            at: 0, count: size / MemoryLayout<Float>.size
        ) { floats in floats.indices.map { floats[$0] } }
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
