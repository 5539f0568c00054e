/// Mean squared error over all elements; `predicted` becomes the gradient of `weight` times it.
package func squaredErrorGradient(_ predicted: inout Matrix, target: Matrix, weight: Float) -> Double {
    precondition(predicted.rows == target.rows && predicted.columns == target.columns, "equal shapes")
    let count = predicted.values.count
    guard count > 0 else { return 0 }
    let factor = 2 * weight / Float(count)
    var sum = 0.0
    predicted.values.withUnsafeMutableBufferPointer { values in
        target.values.withUnsafeBufferPointer { target in
            for index in 0..<count {
                let difference = values[index] - target[index]
                sum += Double(difference * difference)
                values[index] = difference * factor
            }
        }
    }
    return sum / Double(count)
}
