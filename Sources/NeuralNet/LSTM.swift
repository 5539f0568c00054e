package import TensorKernels

// Shapes: B sequences, T steps, I inputs, D units.

/// A long short-term memory layer that reads a sequence in one direction, from a state of zeros.
package struct LSTM: Sendable {
    /// [4D, I]; gates in PyTorch's order: input, forget, candidate, output.
    package var input: Linear
    /// [4D, D].
    package var recurrent: Linear

    package init(input: Linear, recurrent: Linear) {
        precondition(
            input.outputDimension % 4 == 0 && recurrent.outputDimension == input.outputDimension,
            "four gates")
        precondition(recurrent.inputDimension * 4 == recurrent.outputDimension, "one state per unit")
        self.input = input
        self.recurrent = recurrent
    }

    /// PyTorch's start: all parameters uniform within one over the root of the number of units.
    package init(inputs: Int, units: Int, using generator: inout some RandomNumberGenerator) {
        let bound = 1 / Float(units).squareRoot()
        func uniform(_ count: Int) -> [Float] {
            (0..<count).map { _ in Float.random(in: -bound...bound, using: &generator) }
        }
        func layer(_ inputs: Int) -> Linear {
            Linear(
                weight: Matrix(rows: 4 * units, columns: inputs, values: uniform(4 * units * inputs)),
                bias: uniform(4 * units))
        }
        self.init(input: layer(inputs), recurrent: layer(units))
    }

    package var inputDimension: Int { input.inputDimension }
    package var dimension: Int { recurrent.inputDimension }

    /// What a pass keeps for its backward pass. Rows are ordered by step, then by sequence: step t of
    /// sequence b is row t B + b.
    package struct Trace: Sendable {
        package let batch: Int
        package let steps: Int
        let isReversed: Bool
        /// Gates of each step [B, 4D]; states and outputs before the first and after each step [B, D].
        var gates: [Matrix]
        var states: [Matrix]
        /// Outputs, in the order in which the steps were read.
        package fileprivate(set) var outputs: [Matrix]
        var sums: Matrix
        /// Sequences that lack a step, by step.
        var missing: [[Int]]?
    }

    /// `isReversed`: the last step is read first.
    package func makeTrace(batch: Int, steps: Int, isReversed: Bool) -> Trace {
        let state = Matrix(rows: batch, columns: dimension)
        return Trace(
            batch: batch, steps: steps, isReversed: isReversed,
            gates: Array(repeating: Matrix(rows: batch, columns: 4 * dimension), count: steps),
            states: Array(repeating: state, count: steps + 1),
            outputs: Array(repeating: state, count: steps + 1),
            sums: Matrix(rows: batch * steps, columns: 4 * dimension))
    }

    /// Output after having read step `step` of the input [B, D].
    package func output(_ trace: Trace, step: Int) -> Matrix {
        trace.outputs[1 + (trace.isReversed ? trace.steps - 1 - step : step)]
    }

    /// `steps` [T B, I], ordered by step. `missing`: by step, sequences that lack it, whose state begins or
    /// stays at zeros there; only steps at a sequence's ends may be missing.
    package func forward(_ trace: inout Trace, _ steps: Matrix, missing: [[Int]]? = nil) {
        trace.missing = missing
        precondition(steps.rows == trace.batch * trace.steps && steps.columns == inputDimension, "T B rows")
        input.forward(into: &trace.sums, steps)
        for turn in 0..<trace.steps {
            copyRowsInto(&trace.gates[turn], from: 0, trace.sums, rows: rows(turn, trace))
            recurrent.add(into: &trace.gates[turn], trace.outputs[turn])
            let before = trace.states[turn]
            LSTMCell.forward(
                &trace.gates[turn], before: before, state: &trace.states[turn + 1],
                output: &trace.outputs[turn + 1])
            for sequence in lacking(turn, trace) {
                scaleRow(&trace.states[turn + 1], sequence, by: 0)
                scaleRow(&trace.outputs[turn + 1], sequence, by: 0)
            }
        }
    }

    /// Sequences that lack the step that is read in turn `turn`.
    private func lacking(_ turn: Int, _ trace: Trace) -> [Int] {
        trace.missing.map { $0[trace.isReversed ? trace.steps - 1 - turn : turn] } ?? []
    }

    /// Rows of the step that is read in turn `turn`.
    private func rows(_ turn: Int, _ trace: Trace) -> Range<Int> {
        let step = trace.isReversed ? trace.steps - 1 - turn : turn
        return step * trace.batch..<(step + 1) * trace.batch
    }

    /// From dOutputs [T B, D], ordered by step: adds the parameters' gradients and to dSteps [T B, I].
    package func backward(
        into dSteps: inout Matrix, _ dOutputs: Matrix, steps: Matrix, _ trace: inout Trace,
        gradient: inout LSTM
    ) {
        precondition(dOutputs.rows == trace.batch * trace.steps && dOutputs.columns == dimension, "T B rows")
        var dState = Matrix(rows: trace.batch, columns: dimension)
        var dOutput = dState
        var dGates = Matrix(rows: trace.batch, columns: 4 * dimension)
        var carried = dState
        for turn in stride(from: trace.steps - 1, through: 0, by: -1) {
            let rows = rows(turn, trace)
            copyRowsInto(&dOutput, from: 0, dOutputs, rows: rows)
            addInto(&dOutput, carried)
            for sequence in lacking(turn, trace) {
                scaleRow(&dOutput, sequence, by: 0)
                scaleRow(&dState, sequence, by: 0)
            }
            // (gates, state, output) of the turn = cell(gates' sums, state before) [B, 4D], [B, D], [B, D].
            LSTMCell.backward(
                &dGates, dState: &dState, dOutput: dOutput, gates: trace.gates[turn],
                before: trace.states[turn], state: trace.states[turn + 1])
            // sums of the turn = steps' part + output before [B, D] W^T + b.
            recurrent.addGradient(into: &gradient.recurrent, dGates, input: trace.outputs[turn])
            recurrent.backpropagate(into: &carried, dGates)
            copyRowsInto(&trace.sums, from: rows.lowerBound, dGates, rows: 0..<trace.batch)
        }
        // steps' part [T B, 4D] = steps W^T + b.
        input.addGradient(into: &gradient.input, trace.sums, input: steps)
        input.backpropagate(into: &dSteps, trace.sums, accumulating: true)
    }
}

extension LSTM: ParameterTree {
    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        input.visitParameters(path + "input.", body)
        recurrent.visitParameters(path + "recurrent.", body)
    }
}
