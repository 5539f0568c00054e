internal import Glibc

/// Binary cross-entropy of logits, each with a weight, summed: log(1 + e^z) - y z (PyTorch's
/// `BCEWithLogitsLoss`).
///
/// `logits` [N, L] are overwritten by the gradient of the returned loss: weight (logistic - target).
/// `targets` [N, L]: 0 to 1. `weights` [N, L]: 0 where the target is not known. Computed in Double per
/// element.
package func binaryCrossEntropyGradient(
    _ logits: inout Matrix, targets: Matrix, weights: Matrix
) -> Double {
    precondition(
        logits.rows == targets.rows && logits.columns == targets.columns && logits.rows == weights.rows
            && logits.columns == weights.columns, "equal shapes")
    var loss = 0.0
    let count = logits.values.count
    logits.values.withUnsafeMutableBufferPointer { values in
        targets.values.withUnsafeBufferPointer { targets in
            weights.values.withUnsafeBufferPointer { weights in
                for index in 0..<count {
                    let (logit, target) = (Double(values[index]), Double(targets[index]))
                    // The exponential of what is not positive cannot overflow.
                    let small = exp(-abs(logit))
                    let logistic = (logit >= 0 ? 1 : small) / (1 + small)
                    loss += Double(weights[index]) * (max(logit, 0) - logit * target + log1p(small))
                    values[index] = weights[index] * Float(logistic - target)
                }
            }
        }
    }
    return loss
}
