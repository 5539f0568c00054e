internal import Glibc

/// Softmax cross-entropy of rows of logits, each row with a weight, summed.
///
/// `logits` [N, C] are overwritten by the gradient of the returned loss: weight (softmax - one hot). Computed
/// in Double per row, so that a loss near 0 keeps its digits.
package func crossEntropyGradient(_ logits: inout Matrix, labels: [Int], weights: [Float]) -> Double {
    precondition(labels.count == logits.rows && weights.count == logits.rows, "a label and a weight per row")
    let columns = logits.columns
    var loss = 0.0
    var powers = [Double](repeating: 0, count: columns)
    logits.values.withUnsafeMutableBufferPointer { values in
        for (row, label) in labels.enumerated() {
            precondition(label >= 0 && label < columns, "a label among the columns")
            let base = row * columns
            var peak = -Float.infinity
            for column in 0..<columns { peak = max(peak, values[base + column]) }
            var sum = 0.0
            for column in 0..<columns {
                powers[column] = exp(Double(values[base + column] - peak))
                sum += powers[column]
            }
            let weight = weights[row]
            loss += Double(weight) * (log(sum) - Double(values[base + label] - peak))
            for column in 0..<columns {
                let share = Float(powers[column] / sum)
                values[base + column] = weight * (share - (column == label ? 1 : 0))
            }
        }
    }
    return loss
}
