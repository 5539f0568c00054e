package import TensorKernels

// Shapes: B pictures, or B clips of T frames, of `side` x `side` pixels as rows (`PixelShape`), E width of
// the output.

/// A residual network that can be trained (He et al. 2016, arXiv 1512.03385), as torchvision has it: the
/// layers of `ResNet`, with batch normalization by the batch's own moments.
///
/// With filters over frames it takes clips (`ClipGeometry`); its output is then the mean over frames, too.
package struct ResidualNetwork: Sendable {
    package var stem: NormalizedConvolution
    package var stages: [[ResidualBlock]]

    package init(stem: NormalizedConvolution, stages: [[ResidualBlock]]) {
        precondition(!stages.isEmpty && stages.allSatisfy { !$0.isEmpty }, "stages of blocks")
        self.stem = stem
        self.stages = stages
    }

    /// A fresh network of `blocks` blocks in each stage, each stage twice as wide as the one before; of three
    /// convolutions each and four times as wide if `isDeep`. The last scale of every block is 0, so that
    /// blocks begin as shortcuts. [2, 2, 2, 2] is ResNet-18; [3, 4, 6, 3], deep, ResNet-50. `clips`: where
    /// filters see several frames.
    package init(
        blocks: [Int], isDeep: Bool, width: Int = 64, clips: ClipGeometry = .pictures,
        using generator: inout some RandomNumberGenerator
    ) {
        let stem = NormalizedConvolution(
            inputs: 3, outputs: width, side: 7, stride: 2, frames: clips.stemFrames,
            frameStride: clips.stemStride, using: &generator)
        var stages: [[ResidualBlock]] = []
        var inputs = width
        for (stage, count) in blocks.enumerated() {
            let inner = width << stage
            let outputs = isDeep ? 4 * inner : inner
            var made: [ResidualBlock] = []
            let frames = clips.frames(stage)
            for index in 0..<count {
                let stride = stage > 0 && index == 0 ? 2 : 1
                func layer(
                    _ from: Int, _ to: Int, _ side: Int, _ stride: Int, _ scale: Float = 1, frames: Int = 1
                ) -> NormalizedConvolution {
                    NormalizedConvolution(
                        inputs: from, outputs: to, side: side, stride: stride, frames: frames, scale: scale,
                        using: &generator)
                }
                let convolutions =
                    isDeep
                    ? [
                        layer(inputs, inner, 1, 1, frames: frames), layer(inner, inner, 3, stride),
                        layer(inner, outputs, 1, 1, 0),
                    ]
                    : [layer(inputs, inner, 3, stride, frames: frames), layer(inner, outputs, 3, 1, 0)]
                let isChanged = stride > 1 || inputs != outputs
                made.append(
                    ResidualBlock(
                        convolutions: convolutions,
                        shortcut: isChanged ? layer(inputs, outputs, 1, stride) : nil))
                inputs = outputs
            }
            stages.append(made)
        }
        self.init(stem: stem, stages: stages)
    }

    /// E: 512 for ResNet-18, 2048 for ResNet-50.
    package var outputDimension: Int {
        let blocks = stages[stages.count - 1]
        let convolutions = blocks[blocks.count - 1].convolutions
        return convolutions[convolutions.count - 1].convolution.outputs
    }

    /// What a pass keeps for its backward pass.
    package struct Trace: Sendable {
        let input: PixelShape
        var stem: NormalizedConvolution.Trace
        var stemActive: Matrix
        var pooling: MaximumPooling
        var pooled: Matrix
        var blocks: [ResidualBlock.Trace]
        /// [B, E].
        package fileprivate(set) var output: Matrix
        /// Gradients: for what each block reads, in two that take turns by size.
        var dBlocks: [Matrix]
        var dStem: Matrix
    }

    /// Room for `batch` pictures, or clips of `frames` frames.
    package func makeTrace(batch: Int, side: Int, frames: Int = 1) -> Trace {
        let input = PixelShape(
            images: batch * frames, height: side, width: side, channels: 3, frames: frames)
        let first = stem.makeTrace(input)
        let pooling = MaximumPooling(input: first.output, side: 3, stride: 2, padding: 1)
        var traces: [ResidualBlock.Trace] = []
        for block in stages.joined() { traces.append(block.makeTrace(traces.last?.output ?? pooling.output)) }
        let shapes = [pooling.output] + traces.map(\.output)
        return Trace(
            input: input, stem: first, stemActive: first.output.makeMatrix(), pooling: pooling,
            pooled: pooling.output.makeMatrix(), blocks: traces,
            output: Matrix(rows: batch, columns: outputDimension),
            dBlocks: shapes.map { $0.makeMatrix() }, dStem: first.output.makeMatrix())
    }

    /// Fills `trace.output` from prepared pictures [B T side side, 3].
    package func forward(_ trace: inout Trace, _ pictures: Matrix) {
        stem.forward(into: &trace.stemActive, pictures, &trace.stem, isRectified: true)
        trace.pooling.forward(into: &trace.pooled, trace.stemActive)
        for (index, block) in stages.joined().enumerated() {
            let input = index == 0 ? trace.pooled : trace.blocks[index - 1].result
            block.forward(&trace.blocks[index], input)
        }
        let last = trace.blocks[trace.blocks.count - 1]
        let pixels = last.output.rows / trace.output.rows
        for image in 0..<trace.output.rows {
            averageRowsInto(
                &trace.output, outputRow: image, last.result, rows: image * pixels..<(image + 1) * pixels)
        }
    }

    /// Adds the parameters' gradients, from that of the output [B, E]. The forward pass on the same pictures
    /// must have been the last one on `trace`, and is used up.
    package func backward(
        _ trace: inout Trace, _ dOutput: Matrix, pictures: Matrix, gradient: inout ResidualNetwork
    ) {
        let count = trace.blocks.count
        let pixels = trace.blocks[count - 1].output.rows / dOutput.rows
        spreadRowsInto(&trace.dBlocks[count], dOutput, times: pixels, factor: 1 / Float(pixels))
        var index = count
        for stage in stages.indices.reversed() {
            for place in stages[stage].indices.reversed() {
                index -= 1
                let input = index == 0 ? trace.pooled : trace.blocks[index - 1].result
                var dResult = trace.dBlocks[index + 1]
                trace.dBlocks[index + 1] = Matrix(rows: 0, columns: 0)
                stages[stage][place].backward(
                    into: &trace.dBlocks[index], &dResult, input: input, &trace.blocks[index],
                    gradient: &gradient.stages[stage][place])
                trace.dBlocks[index + 1] = dResult
            }
        }
        trace.pooling.backward(into: &trace.dStem, trace.dBlocks[0])
        rectifierGradient(&trace.dStem, input: trace.stemActive)
        var none: Matrix?
        stem.backward(into: &none, trace.dStem, input: pictures, &trace.stem, gradient: &gradient.stem)
    }

    /// Moves the running moments towards those of the last pass.
    package mutating func absorb(_ trace: Trace) {
        stem.absorb(trace.stem)
        var index = 0
        for stage in stages.indices {
            for place in stages[stage].indices {
                stages[stage][place].absorb(trace.blocks[index])
                index += 1
            }
        }
    }

    /// Whether a gradient moves the parameter of this name.
    package static func isTrained(_ name: String) -> Bool { !name.contains("running_") }
}

extension ResidualNetwork: ParameterTree {
    /// torchvision's names; filters in the order in which they lie here.
    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        stem.visit(path + "conv1.", path + "bn1.", body)
        for stage in stages.indices {
            for index in stages[stage].indices {
                stages[stage][index].visitParameters("\(path)layer\(stage + 1).\(index).", body)
            }
        }
    }
}
