/// Something with trainable parameters, named as in the state dicts of PyTorch.
///
/// The gradient of such a value is another value of the same type: equal shapes, equal names, equal order.
package protocol ParameterTree {
    /// Shows every parameter tensor in a fixed order: its name below `path`, its shape, the list that holds
    /// it and the range of the list that is this tensor. `body` may change the range's values.
    mutating func visitParameters(
        _ path: String,
        _ body: (_ name: String, _ shape: [Int], _ values: inout [Float], _ range: Range<Int>) -> Void)
}

extension ParameterTree {
    /// All parameters 0: a fresh gradient.
    package func zeroed() -> Self {
        var copy = self
        copy.clearParameters()
        return copy
    }

    /// Every parameter becomes 0, in place.
    package mutating func clearParameters() {
        visitParameters("") { _, _, values, range in
            for index in range { values[index] = 0 }
        }
    }

    /// Whether every parameter is a number. O(parameters).
    package var isFinite: Bool {
        var copy = self
        var faults = 0
        copy.visitParameters("") { _, _, values, range in
            if !values[range].allSatisfy(\.isFinite) { faults += 1 }
        }
        return faults == 0
    }

    /// Number of parameters.
    package var parameterCount: Int {
        var copy = self
        var count = 0
        copy.visitParameters("") { count += $3.count }
        return count
    }
}
