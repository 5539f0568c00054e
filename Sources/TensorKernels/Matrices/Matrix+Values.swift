extension Matrix {
    /// Changes the values in place; their number stays.
    package mutating func modifyValues<Result>(_ body: (inout [Float]) -> Result) -> Result {
        let count = values.count
        let result = body(&values)
        precondition(values.count == count, "as many values as before")
        return result
    }

    /// Every value becomes 0.
    package mutating func clear() {
        values.withUnsafeMutableBufferPointer { values in
            for index in 0..<values.count { values[index] = 0 }
        }
    }

    /// Every value times `factor`.
    package mutating func scale(by factor: Float) {
        guard factor != 1 else { return }
        values.withUnsafeMutableBufferPointer { values in
            for index in 0..<values.count { values[index] *= factor }
        }
    }
}
