package import TensorKernels

/// Takes the mean of each input away and brings them to one size.
package struct Standardization: Hashable, Sendable {
    /// [I].
    package var mean: [Float]
    /// [I], all above 0.
    package var scale: [Float]

    package init(mean: [Float], scale: [Float]) {
        precondition(mean.count == scale.count, "a scale for each mean")
        self.mean = mean
        self.scale = scale
    }

    /// One that changes nothing.
    package init(width: Int) {
        self.init(
            mean: [Float](repeating: 0, count: width), scale: [Float](repeating: 1, count: width))
    }

    /// That of rows. An input that hardly varies in them is not blown up: a tenth of the size of all inputs'
    /// deviations is added to each one's own, so that noise stays noise, and a value that was never seen
    /// before cannot drown all others.
    package init(_ matrix: Matrix, rows: [Int]) {
        let width = matrix.columns
        guard !rows.isEmpty else {
            self.init(width: width)
            return
        }
        var sums = [Double](repeating: 0, count: width)
        var squares = sums
        let values = matrix.values
        for row in rows {
            for column in 0..<width { sums[column] += Double(values[row * width + column]) }
        }
        let means = sums.map { $0 / Double(rows.count) }
        for row in rows {
            for column in 0..<width {
                let difference = Double(values[row * width + column]) - means[column]
                squares[column] += difference * difference
            }
        }
        let variances = squares.map { $0 / Double(rows.count) }
        let floor = variances.reduce(0, +) / Double(width) / 100
        self.init(
            mean: means.map { Float($0) },
            scale: variances.map { $0 + floor > 0 ? Float(1 / ($0 + floor).squareRoot()) : 1 })
    }

    /// Every row of `matrix`, in place.
    package func apply(_ matrix: inout Matrix) {
        precondition(matrix.columns == mean.count, "as wide as the rows that it was made of")
        let (rows, width) = (matrix.rows, matrix.columns)
        matrix.modifyValues { values in
            for row in 0..<rows {
                for column in 0..<width {
                    let index = row * width + column
                    values[index] = (values[index] - mean[column]) * scale[column]
                }
            }
        }
    }
}
