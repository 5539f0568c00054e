package import NeuralNet
package import TensorKernels

// Shapes: N clips, E width of the encoder, P projected width.

/// The head that is contrasted and thrown away: three layers with batch normalization and rectifier, one
/// without, then unit length (CVRL, Qian et al. 2021, arXiv 2008.03800, section 3.1).
package struct ClipProjection: ParameterTree, Sendable {
    /// Linear layers, as convolutions of one pixel.
    package var hidden: [NormalizedConvolution]
    package var last: Linear

    /// `width` is that of the hidden layers; CVRL: that of the encoder, and `outputs` 128.
    package init(inputs: Int, width: Int, outputs: Int, layers: Int = 3, seed: UInt64) {
        var random = RandomStream(seed: seed, purpose: .initialPretextHeads)
        hidden = (0..<layers).map { layer in
            NormalizedConvolution(
                inputs: layer == 0 ? inputs : width, outputs: width, side: 1, stride: 1, using: &random)
        }
        last = Linear(
            inputs: width, outputs: outputs, deviation: 1 / Float(width).squareRoot(), using: &random)
    }

    /// What a pass keeps for its backward pass.
    package struct Trace: Sendable {
        var hidden: [NormalizedConvolution.Trace]
        var active: [Matrix]
        fileprivate var unit: UnitRows
        /// Unit vectors [N, P].
        package var projected: Matrix { unit.values }
    }

    /// The pass of the encoder's vectors [N, E].
    package func forward(_ input: Matrix) -> Trace {
        var (traces, active): ([NormalizedConvolution.Trace], [Matrix]) = ([], [])
        for layer in hidden {
            let source = active.last ?? input
            var trace = layer.makeTrace(
                PixelShape(images: input.rows, height: 1, width: 1, channels: source.columns))
            var output = trace.output.makeMatrix()
            layer.forward(into: &output, source, &trace, isRectified: true)
            traces.append(trace)
            active.append(output)
        }
        var projected = Matrix(rows: input.rows, columns: last.outputDimension)
        last.forward(into: &projected, active.last ?? input)
        return Trace(hidden: traces, active: active, unit: UnitRows(projected))
    }

    /// Adds the parameters' gradients, from that of the unit vectors [N, P]; returns that for the encoder's
    /// vectors. Once per pass.
    package func backward(
        _ trace: inout Trace, _ dProjected: Matrix, input: Matrix, gradient: inout ClipProjection
    ) -> Matrix {
        var slope = dProjected
        trace.unit.backward(&slope)
        last.addGradient(into: &gradient.last, slope, input: trace.active.last ?? input)
        var below = Matrix(rows: input.rows, columns: last.inputDimension)
        last.backpropagate(into: &below, slope)
        for layer in hidden.indices.reversed() {
            rectifierGradient(&below, input: trace.active[layer])
            let source = layer == 0 ? input : trace.active[layer - 1]
            var next: Matrix? = Matrix(rows: source.rows, columns: source.columns)
            hidden[layer].backward(
                into: &next, below, input: source, &trace.hidden[layer], gradient: &gradient.hidden[layer])
            below = next ?? below
        }
        return below
    }

    /// Moves the running moments towards those of a pass.
    mutating func absorb(_ trace: Trace) {
        for layer in hidden.indices { hidden[layer].absorb(trace.hidden[layer]) }
    }

    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        for layer in hidden.indices {
            hidden[layer].convolution.visitParameters("\(path)\(layer).linear.", body)
            hidden[layer].norm.visitParameters("\(path)\(layer).bn.", body)
        }
        last.visitParameters(path + "last.", body)
    }
}
