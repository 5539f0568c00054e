package import TensorKernels

// Shapes: B images of pixels as rows (`PixelShape`).

/// A convolution and the batch normalization behind it.
package struct NormalizedConvolution: Sendable {
    package var convolution: Convolution
    package var norm: BatchNormalization

    package init(convolution: Convolution, norm: BatchNormalization) {
        precondition(norm.channels == convolution.outputs, "a normalization of the convolution's width")
        self.convolution = convolution
        self.norm = norm
    }

    package init(
        inputs: Int, outputs: Int, side: Int, stride: Int, frames: Int = 1, frameStride: Int = 1,
        scale: Float = 1, using generator: inout some RandomNumberGenerator
    ) {
        self.init(
            convolution: Convolution(
                inputs: inputs, outputs: outputs, side: side, stride: stride, frames: frames,
                frameStride: frameStride, using: &generator),
            norm: BatchNormalization(channels: outputs, scale: scale))
    }

    /// What a pass keeps for its backward pass.
    package struct Trace: Sendable {
        let input: PixelShape
        package let output: PixelShape
        /// Between convolution and normalization; in the backward pass its gradient.
        var sums: Matrix
        var norm: BatchNormalization.Trace
    }

    package func makeTrace(_ input: PixelShape) -> Trace {
        let output = convolution.outputShape(input)
        return Trace(
            input: input, output: output, sums: output.makeMatrix(),
            norm: BatchNormalization.Trace(channels: output.channels))
    }

    package func forward(into output: inout Matrix, _ input: Matrix, _ trace: inout Trace, isRectified: Bool)
    {
        convolution.forward(into: &trace.sums, input, trace.input)
        norm.forward(into: &output, trace.sums, &trace.norm, isRectified: isRectified)
    }

    /// Adds the parameters' gradients, and that for the input to `dInput` unless it is nil. `dOutput` is that
    /// for the sums before any rectifier. Once per forward pass.
    package func backward(
        into dInput: inout Matrix?, _ dOutput: Matrix, input: Matrix, _ trace: inout Trace,
        gradient: inout NormalizedConvolution
    ) {
        norm.backward(replacing: &trace.sums, dOutput, trace.norm, gradient: &gradient.norm)
        convolution.backward(
            into: &dInput, trace.sums, input: input, trace.input, gradient: &gradient.convolution)
    }

    /// The same where the input has a gradient for certain.
    func backward(
        into dInput: inout Matrix, _ dOutput: Matrix, input: Matrix, _ trace: inout Trace,
        gradient: inout NormalizedConvolution
    ) {
        var target: Matrix? = consume dInput
        backward(into: &target, dOutput, input: input, &trace, gradient: &gradient)
        dInput = target ?? Matrix(rows: 0, columns: 0)
    }

    /// Moves the running moments towards those of a pass.
    package mutating func absorb(_ trace: Trace) { norm.absorb(trace.norm) }

    mutating func visit(
        _ convolutionPath: String, _ normPath: String,
        _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        convolution.visitParameters(convolutionPath, body)
        norm.visitParameters(normPath, body)
    }
}

/// A block of two convolutions of 3 x 3, or of 1 x 1, 3 x 3 and 1 x 1, with the sum around them, that can be
/// trained.
package struct ResidualBlock: Sendable {
    package var convolutions: [NormalizedConvolution]
    /// Nil where the block's input is added as it is.
    package var shortcut: NormalizedConvolution?

    package init(convolutions: [NormalizedConvolution], shortcut: NormalizedConvolution?) {
        precondition(convolutions.count == 2 || convolutions.count == 3, "a block of two or three")
        self.convolutions = convolutions
        self.shortcut = shortcut
    }

    /// What a pass keeps for its backward pass.
    package struct Trace: Sendable {
        var convolutions: [NormalizedConvolution.Trace]
        var shortcut: NormalizedConvolution.Trace?
        /// After each rectifier; the last is the block's output.
        var active: [Matrix]
        /// The shortcut's output.
        var around: Matrix?
        /// Gradients for all of `active` but the last.
        var dActive: [Matrix]

        package var output: PixelShape { convolutions[convolutions.count - 1].output }
        package var result: Matrix { active[active.count - 1] }
    }

    package func makeTrace(_ input: PixelShape) -> Trace {
        var traces: [NormalizedConvolution.Trace] = []
        for convolution in convolutions {
            traces.append(convolution.makeTrace(traces.last?.output ?? input))
        }
        let active = traces.map { $0.output.makeMatrix() }
        let around = shortcut?.makeTrace(input)
        return Trace(
            convolutions: traces, shortcut: around, active: active, around: around?.output.makeMatrix(),
            dActive: Array(active.dropLast()))
    }

    package func forward(_ trace: inout Trace, _ input: Matrix) {
        let last = convolutions.count - 1
        for index in 0...last {
            let source = index == 0 ? input : trace.active[index - 1]
            convolutions[index].forward(
                into: &trace.active[index], source, &trace.convolutions[index], isRectified: index < last)
        }
        if let shortcut, var inner = trace.shortcut.take(), var around = trace.around.take() {
            shortcut.forward(into: &around, input, &inner, isRectified: false)
            addInto(&trace.active[last], around)
            trace.shortcut = inner
            trace.around = around
        } else {
            addInto(&trace.active[last], input)
        }
        rectify(&trace.active[last])
    }

    /// Adds the parameters' gradients; dInput is overwritten, dOutput becomes that before the last rectifier.
    /// Once per forward pass.
    package func backward(
        into dInput: inout Matrix, _ dOutput: inout Matrix, input: Matrix, _ trace: inout Trace,
        gradient: inout ResidualBlock
    ) {
        let last = convolutions.count - 1
        rectifierGradient(&dOutput, input: trace.active[last])
        dInput.clear()
        if let shortcut, var inner = trace.shortcut.take(), var slope = gradient.shortcut.take() {
            shortcut.backward(into: &dInput, dOutput, input: input, &inner, gradient: &slope)
            trace.shortcut = inner
            gradient.shortcut = slope
        } else {
            addInto(&dInput, dOutput)
        }
        for index in (1...last).reversed() {
            // Moved out and back: it must not share its values while they change.
            var slope = Matrix(rows: 0, columns: 0)
            swap(&slope, &trace.dActive[index - 1])
            slope.clear()
            convolutions[index].backward(
                into: &slope, index == last ? dOutput : trace.dActive[index], input: trace.active[index - 1],
                &trace.convolutions[index], gradient: &gradient.convolutions[index])
            rectifierGradient(&slope, input: trace.active[index - 1])
            swap(&slope, &trace.dActive[index - 1])
        }
        convolutions[0].backward(
            into: &dInput, trace.dActive[0], input: input, &trace.convolutions[0],
            gradient: &gradient.convolutions[0])
    }

    mutating func absorb(_ trace: Trace) {
        for index in convolutions.indices { convolutions[index].absorb(trace.convolutions[index]) }
        if let inner = trace.shortcut { shortcut?.absorb(inner) }
    }
}

extension ResidualBlock: ParameterTree {
    /// torchvision's names.
    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        for index in convolutions.indices {
            convolutions[index].visit("\(path)conv\(index + 1).", "\(path)bn\(index + 1).", body)
        }
        shortcut?.visit(path + "downsample.0.", path + "downsample.1.", body)
    }
}
