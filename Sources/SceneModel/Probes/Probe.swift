internal import Glibc
package import TensorKernels

/// What somebody taught by examples: a scene's vector in, the probability of each label out.
package struct Probe: Sendable {
    /// What its inputs were made of, what it was taught, and how.
    package var description: ProbeDescription
    package var standardization: Standardization
    package var network: ProbeNetwork
    /// One for each label.
    package var calibrations: [Calibration]

    /// logit(probability) = slope x logit + intercept (Platt 1999).
    package struct Calibration: Hashable, Sendable {
        /// Not negative.
        package var slope: Float
        package var intercept: Float

        package init(slope: Float, intercept: Float) {
            self.slope = slope
            self.intercept = intercept
        }

        /// 0 to 1.
        package func probability(_ logit: Double) -> Double {
            1 / (1 + exp(-(Double(slope) * logit + Double(intercept))))
        }
    }

    package init(
        _ description: ProbeDescription, standardization: Standardization, network: ProbeNetwork,
        calibrations: [Calibration]
    ) {
        precondition(
            network.labelCount == description.labels.count && calibrations.count == description.labels.count
                && network.inputDimension == standardization.mean.count
                && network.inputDimension == description.inputDimension,
            "one width of inputs, a row per label")
        self.description = description
        self.standardization = standardization
        self.network = network
        self.calibrations = calibrations
    }

    /// Probabilities of all labels, in their order, for inputs [N, I]; nil for a row of zeros, which shows
    /// nothing. O(N x weights).
    package func probabilities(_ inputs: Matrix) -> [[Double]?] {
        var trace = network.makeTrace(rows: inputs.rows)
        trace.inputs[0] = inputs
        standardization.apply(&trace.inputs[0])
        network.forward(&trace)
        return (0..<inputs.rows).map { row in
            guard inputs.row(row).contains(where: { $0 != 0 }) else { return nil }
            return calibrations.indices.map { column in
                let probability = calibrations[column].probability(Double(trace.logits[row, column]))
                // Logits that overflowed say nothing.
                return probability.isNaN ? 0 : probability
            }
        }
    }

    /// The same of one input [I].
    package func probabilities(_ input: [Float]) -> [Double]? {
        probabilities(Matrix(rows: 1, columns: input.count, values: input))[0]
    }

    /// Labels with their probabilities, the most probable first, equal ones by text; those below `minimum`
    /// are left out.
    package func tags(_ probabilities: [Double]?, minimum: Double = 0) -> [(
        label: String, probability: Double
    )] {
        zip(description.labels, probabilities ?? []).filter { $0.1 >= minimum }
            .map { (label: $0.0, probability: $0.1) }
            .sorted { ($1.probability, $0.label) < ($0.probability, $1.label) }
    }
}
