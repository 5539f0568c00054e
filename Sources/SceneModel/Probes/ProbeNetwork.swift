package import NeuralNet
package import TensorKernels

// Shapes: N examples, I inputs, L labels.

/// A multi-layer perceptron that gives a logit for each label: linear layers with a rectifier and dropout
/// between two of them.
package struct ProbeNetwork: Sendable {
    /// From I to L; at least one.
    package var layers: [Linear]

    package init(layers: [Linear]) {
        precondition(!layers.isEmpty, "a network has a layer")
        precondition(
            zip(layers, layers.dropFirst()).allSatisfy { $0.outputDimension == $1.inputDimension },
            "each layer takes what the one before gives")
        self.layers = layers
    }

    /// A fresh one. Kaiming He's deviation keeps the size of what a rectifier lets through; the last layer
    /// begins near 0, so that all labels begin at one half.
    package init(inputs: Int, hidden: [Int], labels: Int, seed: UInt64) {
        var generator = RandomStream(seed: seed, purpose: .initialWeights)
        let widths = [inputs] + hidden + [labels]
        self.init(
            layers: zip(widths, widths.dropFirst()).enumerated().map { place, widths in
                Linear(
                    inputs: widths.0, outputs: widths.1,
                    deviation: place == hidden.count ? 0.02 : (2 / Float(widths.0)).squareRoot(),
                    using: &generator)
            })
    }

    package var inputDimension: Int { layers[0].inputDimension }
    package var labelCount: Int { layers[layers.count - 1].outputDimension }

    /// What a pass leaves for the backward pass; made once for a number of examples.
    package struct Trace {
        /// What each layer takes: [N, I] and rectified sums [N, width]. The first is the caller's to fill.
        package var inputs: [Matrix]
        /// What each layer gives, before the rectifier; the last is the logits [N, L].
        package var sums: [Matrix]
        var dropout: Dropout?

        package var logits: Matrix {
            get { sums[sums.count - 1] }
            set { sums[sums.count - 1] = newValue }
        }
    }

    package func makeTrace(rows: Int) -> Trace {
        Trace(
            inputs: layers.map { Matrix(rows: rows, columns: $0.inputDimension) },
            sums: layers.map { Matrix(rows: rows, columns: $0.outputDimension) })
    }

    /// Fills the logits from `trace.inputs[0]`.
    package func forward(_ trace: inout Trace, dropout: Dropout? = nil) {
        trace.dropout = dropout
        for (place, layer) in layers.enumerated() {
            layer.forward(into: &trace.sums[place], trace.inputs[place])
            guard place + 1 < layers.count else { break }
            rectifyInto(&trace.inputs[place + 1], trace.sums[place])
            dropout?.at(place).apply(&trace.inputs[place + 1])
        }
    }

    /// Adds to `gradient` from the gradient of the logits, which stands in `trace.logits`.
    package func backward(_ trace: inout Trace, gradient: inout ProbeNetwork) {
        for place in layers.indices.reversed() {
            layers[place].addGradient(
                into: &gradient.layers[place], trace.sums[place], input: trace.inputs[place])
            guard place > 0 else { break }
            // inputs[place] = dropout(rectified(sums[place - 1])).
            layers[place].backpropagate(into: &trace.inputs[place], trace.sums[place])
            trace.dropout?.at(place - 1).apply(&trace.inputs[place])
            rectifierGradient(&trace.inputs[place], input: trace.sums[place - 1])
            trace.sums[place - 1] = trace.inputs[place]
        }
    }
}

extension ProbeNetwork: ParameterTree {
    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        for place in layers.indices { layers[place].visitParameters(path + "layers.\(place).", body) }
    }
}
