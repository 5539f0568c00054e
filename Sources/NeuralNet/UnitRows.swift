package import TensorKernels

/// Rows divided by their lengths, and what the backward pass needs.
package struct UnitRows: Sendable {
    package private(set) var values: Matrix
    private var factors: [Float]

    /// A row shorter than 1e-12 is divided by that.
    package init(_ rows: Matrix) {
        values = rows
        factors = normalizeRows(&values)
    }

    /// In place: the gradient for the unit rows becomes that for the rows they were made of.
    package func backward(_ gradient: inout Matrix) {
        unitRowGradient(&gradient, unitRows: values, factors: factors)
    }
}
