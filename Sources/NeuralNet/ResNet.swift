internal import TensorKernels

// Shapes: B images, C channels.

/// A residual network without its classifier (He et al. 2016, arXiv 1512.03385), as torchvision has it: a stem of 7 x 7,
/// a maximum over 3 x 3, four stages of blocks, the mean over the picture. Blocks of three convolutions have their
/// stride on the middle one ("version 1.5").
///
/// Inference only, with batch normalisation folded in. A value without mutable state; `makePlan` gives what runs.
package struct ResNet: Sendable {
    /// Two convolutions of 3 x 3, or 1 x 1, 3 x 3, 1 x 1; their sum with the shortcut is rectified.
    package struct Block: Sendable {
        package let convolutions: [FoldedConvolution]
        /// Nil where the block's input is added as it is.
        package let shortcut: FoldedConvolution?

        package init(convolutions: [FoldedConvolution], shortcut: FoldedConvolution?) {
            precondition(convolutions.count == 2 || convolutions.count == 3, "a block of two or three")
            self.convolutions = convolutions
            self.shortcut = shortcut
        }

        var inputs: Int { convolutions[0].weights.inputs }
        var outputs: Int { convolutions[convolutions.count - 1].weights.outputs }
        var stride: Int { convolutions.reduce(1) { $0 * $1.stride } }
    }

    package let stem: FoldedConvolution
    package let stages: [[Block]]

    package init(stem: FoldedConvolution, stages: [[Block]]) {
        var width = stem.weights.outputs
        for block in stages.joined() {
            precondition(block.inputs == width, "blocks that follow one another")
            precondition(
                block.shortcut != nil || (block.outputs == width && block.stride == 1),
                "a sum of equal shapes")
            width = block.outputs
        }
        precondition(!stages.isEmpty && stages.allSatisfy { !$0.isEmpty }, "stages of blocks")
        self.stem = stem
        self.stages = stages
    }

    /// C of the output: 512 for networks 18 and 34, 2048 for 50 and more.
    package var outputDimension: Int { stages[stages.count - 1].last?.outputs ?? 0 }

    /// What computes B pictures of `side` x `side` pixels at a time.
    package func makePlan(batch: Int, side: Int = 224, threadCount: Int = 1) -> ImagePlan {
        precondition(batch > 0 && side >= 32, "a batch of pictures")
        let plan = InferencePlan(threadCount: threadCount, variant: stem.weights.variant)
        let input = plan.makeMap(
            images: batch, height: side, width: side, channels: stem.weights.inputs, border: 3)
        var spare = SpareMaps(plan)
        let wide = spare.output(of: stem, input, place: 0)
        stem.append(to: plan, input, into: wide, activation: .relu)
        var map = plan.makeMap(
            images: batch, height: (wide.height + 1) / 2, width: (wide.width + 1) / 2,
            channels: wide.channels,
            border: 1)
        plan.maxPool(wide, into: map)
        for block in stages.joined() { map = append(block, map, to: plan, &spare) }
        let output = plan.makeMap(images: batch, height: 1, width: 1, channels: outputDimension)
        plan.averagePool(map, into: output)
        return ImagePlan(plan: plan, input: input, output: output)
    }

    /// Adds a block; its output lies where its input lay if the shapes agree.
    private func append(
        _ block: Block, _ input: FeatureMap, to plan: InferencePlan, _ spare: inout SpareMaps
    ) -> FeatureMap {
        var shortcut = input
        if let projection = block.shortcut {
            // Blocks of two read it with a filter of 3 x 3.
            let border = block.convolutions[0].padding
            shortcut = SpareMaps.makeOutput(of: projection, input, border: border, plan)
            projection.append(to: plan, input, into: shortcut, activation: .none)
        }
        var map = input
        for (place, convolution) in block.convolutions.dropLast().enumerated() {
            let output = spare.output(of: convolution, map, place: place)
            convolution.append(to: plan, map, into: output, activation: .relu)
            map = output
        }
        let last = block.convolutions[block.convolutions.count - 1]
        last.append(to: plan, map, into: shortcut, residual: shortcut, activation: .relu)
        return shortcut
    }

    /// Maps inside blocks: those of equal shape and place serve block after block, so that they stay in the caches.
    private struct SpareMaps {
        private let plan: InferencePlan
        private var maps: [[Int]: FeatureMap] = [:]

        init(_ plan: InferencePlan) { self.plan = plan }

        /// The output of the convolution at `place` of a block.
        mutating func output(of convolution: FoldedConvolution, _ input: FeatureMap, place: Int) -> FeatureMap
        {
            let stride = convolution.stride
            let shape = [
                place, (input.height - 1) / stride, (input.width - 1) / stride, convolution.weights.outputs,
            ]
            if let map = maps[shape] { return map }
            let map = Self.makeOutput(of: convolution, input, border: 1, plan)
            maps[shape] = map
            return map
        }

        /// A map of its own.
        static func makeOutput(
            of convolution: FoldedConvolution, _ input: FeatureMap, border: Int, _ plan: InferencePlan
        ) -> FeatureMap {
            plan.makeMap(
                images: input.images, height: (input.height - 1) / convolution.stride + 1,
                width: (input.width - 1) / convolution.stride + 1, channels: convolution.weights.outputs,
                border: border)
        }
    }
}
