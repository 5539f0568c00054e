package import TensorKernels

/// Cross-entropy of a softmax over classes.
package enum SoftmaxCrossEntropy {
    /// Every row counts 1/N.
    package static func meanWeights(_ labels: [Int]) -> [Float] {
        [Float](repeating: 1 / Float(max(1, labels.count)), count: labels.count)
    }

    /// Class-balanced over the batch, for labels 0 and 1: each class shares the weight 0.5,
    /// 0.5 / (n + 1e-5) per row, n being the rows of that class (BaSSL's fine-tuning loss).
    package static func balancedWeights(_ labels: [Int]) -> [Float] {
        let positives = labels.count { $0 == 1 }
        let ofPositive = 0.5 / (Float(positives) + 1e-5)
        let ofNegative = 0.5 / (Float(labels.count - positives) + 1e-5)
        return labels.map { $0 == 1 ? ofPositive : ofNegative }
    }

    /// The weighted sum of the rows' losses; `logits` [N, C] become its gradient.
    package static func loss(_ logits: inout Matrix, labels: [Int], weights: [Float]) -> Double {
        crossEntropyGradient(&logits, labels: labels, weights: weights)
    }
}
