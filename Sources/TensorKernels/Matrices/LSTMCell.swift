/// The elementwise part of a long short-term memory cell (Hochreiter and Schmidhuber 1997), gates in
/// PyTorch's order: input, forget, candidate, output.
package enum LSTMCell {
    /// From gate sums [B, 4D] and the state before [B, D]: the gates in place, the new state and the output.
    ///
    /// gates become sigmoid, sigmoid, tanh, sigmoid of themselves; state = forget * before + input *
    /// candidate; output = out * tanh(state).
    package static func forward(
        _ gates: inout Matrix, before: Matrix, state: inout Matrix, output: inout Matrix
    ) {
        let width = before.columns
        precondition(gates.columns == 4 * width && gates.rows == before.rows, "four gates per unit")
        precondition(
            state.columns == width && output.columns == width && state.rows == before.rows
                && output.rows == before.rows, "one state and output per unit")
        let rows = gates.rows
        gates.values.withUnsafeMutableBufferPointer { gates in
            state.values.withUnsafeMutableBufferPointer { state in
                output.values.withUnsafeMutableBufferPointer { output in
                    before.values.withUnsafeBufferPointer { before in
                        for row in 0..<rows {
                            let (gate, unit) = (row * 4 * width, row * width)
                            for column in 0..<width {
                                let i = sigmoid(gates[gate + column])
                                let f = sigmoid(gates[gate + width + column])
                                let g = hyperbolicTangent(gates[gate + 2 * width + column])
                                let o = sigmoid(gates[gate + 3 * width + column])
                                gates[gate + column] = i
                                gates[gate + width + column] = f
                                gates[gate + 2 * width + column] = g
                                gates[gate + 3 * width + column] = o
                                let now = f * before[unit + column] + i * g
                                state[unit + column] = now
                                output[unit + column] = o * hyperbolicTangent(now)
                            }
                        }
                    }
                }
            }
        }
    }

    /// From the gates after `forward`: dGates [B, 4D] for the gate sums; dState becomes the gradient for the
    /// state before, to which the caller adds nothing more.
    package static func backward(
        _ dGates: inout Matrix, dState: inout Matrix, dOutput: Matrix, gates: Matrix, before: Matrix,
        state: Matrix
    ) {
        let width = before.columns
        precondition(
            dGates.columns == 4 * width && gates.columns == 4 * width && dState.columns == width
                && dOutput.columns == width && state.columns == width, "four gates per unit")
        precondition(
            [dGates.rows, dState.rows, dOutput.rows, gates.rows, state.rows].allSatisfy { $0 == before.rows },
            "equal rows")
        let rows = before.rows
        dGates.values.withUnsafeMutableBufferPointer { dGates in
            dState.values.withUnsafeMutableBufferPointer { dState in
                dOutput.values.withUnsafeBufferPointer { dOutput in
                    gates.values.withUnsafeBufferPointer { gates in
                        before.values.withUnsafeBufferPointer { before in
                            state.values.withUnsafeBufferPointer { state in
                                for row in 0..<rows {
                                    let (gate, unit) = (row * 4 * width, row * width)
                                    for column in 0..<width {
                                        let i = gates[gate + column]
                                        let f = gates[gate + width + column]
                                        let g = gates[gate + 2 * width + column]
                                        let o = gates[gate + 3 * width + column]
                                        let t = hyperbolicTangent(state[unit + column])
                                        let given = dOutput[unit + column]
                                        let total = dState[unit + column] + given * o * (1 - t * t)
                                        dGates[gate + column] = total * g * i * (1 - i)
                                        dGates[gate + width + column] =
                                            total * before[unit + column] * f * (1 - f)
                                        dGates[gate + 2 * width + column] = total * i * (1 - g * g)
                                        dGates[gate + 3 * width + column] = given * t * o * (1 - o)
                                        dState[unit + column] = total * f
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    @inline(__always)
    private static func sigmoid(_ x: Float) -> Float { 1 / (1 + exponential(-x)) }

    @inline(__always)
    private static func hyperbolicTangent(_ x: Float) -> Float { 2 / (1 + exponential(-2 * x)) - 1 }
}
