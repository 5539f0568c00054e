internal import TensorKernels

// Shapes: B images, C channels.

/// A residual network without its classifier (He et al. 2016, arXiv 1512.03385), as torchvision has it: a
/// stem of 7 x 7, a maximum over 3 x 3, four stages of blocks, the mean over the picture. Blocks of three
/// convolutions have their stride on the middle one ("version 1.5").
///
/// With convolutions over frames it takes clips: the slow pathway of SlowFast (Feichtenhofer et al. 2019,
/// arXiv 1812.03982), or Slow-D (Xiao et al., CVPR 2022), whose first convolution reads several frames as
/// more channels. `makeClipPlan` runs those.
///
/// Inference only, with batch normalization folded in. A value without mutable state; `makePlan` gives what
/// runs.
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

        var inputs: Int { convolutions[0].inputs }
        var outputs: Int { convolutions[convolutions.count - 1].weights.outputs }
        var stride: Int { convolutions.reduce(1) { $0 * $1.stride } }
        /// Of its input, and so of its output, which the next block reads.
        var border: Int { convolutions[0].padding }
        /// Images beyond the first and the last that it reads.
        var frameBorder: Int { convolutions[0].frames / 2 }
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
            precondition(
                (block.convolutions.dropFirst() + [block.shortcut].compactMap(\.self)).allSatisfy {
                    $0.frames == 1
                },
                "frames are read by a block's first convolution")
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
        precondition(frameBorder == 0, "a network of pictures")
        return makePlan(images: batch, side: side, threadCount: threadCount, isClip: false)
    }

    /// What computes one clip of `frames` images of `side` x `side` pixels, those that the first convolution
    /// makes: the plan's input has so many, with the channels of all frames that one of them sees; its output
    /// is one vector.
    package func makeClipPlan(frames: Int, side: Int, threadCount: Int = 1) -> ImagePlan {
        makePlan(images: frames, side: side, threadCount: threadCount, isClip: true)
    }

    /// Images beyond the ends of a clip that its blocks read.
    private var frameBorder: Int { stages.joined().map(\.frameBorder).max() ?? 0 }

    private func makePlan(images batch: Int, side: Int, threadCount: Int, isClip: Bool) -> ImagePlan {
        precondition(batch > 0 && side >= 32, "a batch of pictures")
        let plan = InferencePlan(threadCount: threadCount, variant: stem.weights.variant)
        let input = plan.makeMap(
            images: batch, height: side, width: side, channels: stem.weights.inputs, border: 3)
        var spare = SpareMaps(plan, frameBorder: frameBorder)
        var map: FeatureMap
        if batch > 1, stages.count > 2, let entry = stages[1][0].shortcut,
            stages.prefix(2).joined().allSatisfy({ $0.frameBorder == 0 })
        {
            // Large maps and small weights: one picture after another, in maps that stay in the caches.
            let quarter = (side + 3) / 4
            let height = (quarter - 1) / entry.stride + 1
            map = plan.makeMap(
                images: batch, height: height, width: height, channels: entry.weights.outputs,
                border: stages[1][0].border, frameBorder: frameBorder)
            for image in 0..<batch {
                _ = appendFront(input.image(image), into: map.image(image), to: plan, &spare)
            }
        } else {
            map = appendFront(input, into: nil, to: plan, &spare)
        }
        // Small maps and large weights: the batch together.
        for block in stages.dropFirst(2).joined() { map = append(block, map, to: plan, &spare) }
        let output = plan.makeMap(
            images: isClip ? 1 : batch, height: 1, width: 1, channels: outputDimension)
        plan.averagePool(isClip ? map.stacked : map, into: output)
        return ImagePlan(plan: plan, input: input, output: output)
    }

    /// Adds the stem and the first two stages; the second stage's output lies in `destination` if one is
    /// given.
    private func appendFront(
        _ input: FeatureMap, into destination: FeatureMap?, to plan: InferencePlan, _ spare: inout SpareMaps
    ) -> FeatureMap {
        let wide = spare.output(of: stem, input, place: 0, border: 1)
        stem.append(to: plan, input, into: wide, activation: .relu)
        var map = spare.map(
            [input.images, (wide.height + 1) / 2, (wide.width + 1) / 2, wide.channels, 1, -1])
        plan.maxPool(wide, into: map)
        for (stage, blocks) in stages.prefix(2).enumerated() {
            for (index, block) in blocks.enumerated() {
                let end = stage == 1 && index == 0 ? destination : nil
                map = append(block, map, into: end, to: plan, &spare)
            }
        }
        return map
    }

    /// Adds a block; its output lies in `destination` if one is given, else where its input lay if the shapes
    /// agree.
    private func append(
        _ block: Block, _ input: FeatureMap, into destination: FeatureMap? = nil, to plan: InferencePlan,
        _ spare: inout SpareMaps
    ) -> FeatureMap {
        var shortcut = input
        if let projection = block.shortcut {
            shortcut = destination ?? spare.output(of: projection, input, place: -1, border: block.border)
            if shortcut.sharesMemory(with: input) {
                shortcut = spare.output(of: projection, input, place: -2, border: block.border)
            }
            projection.append(to: plan, input, into: shortcut, activation: .none)
        }
        var map = input
        for (place, convolution) in block.convolutions.dropLast().enumerated() {
            let output = spare.output(of: convolution, map, place: place, border: 1)
            convolution.append(to: plan, map, into: output, activation: .relu)
            map = output
        }
        let last = block.convolutions[block.convolutions.count - 1]
        last.append(to: plan, map, into: shortcut, residual: shortcut, activation: .relu)
        return shortcut
    }

    /// Maps that serve again and again, so that they stay in the caches: inside blocks those of equal shape
    /// and place.
    private struct SpareMaps {
        private let plan: InferencePlan
        /// Of what a block reads.
        private let frameBorder: Int
        private var maps: [[Int]: FeatureMap] = [:]

        init(_ plan: InferencePlan, frameBorder: Int) {
            self.plan = plan
            self.frameBorder = frameBorder
        }

        /// The map of a shape [images, height, width, channels, border] and a place; below 0 outside of
        /// blocks.
        mutating func map(_ key: [Int]) -> FeatureMap {
            if let map = maps[key] { return map }
            let map = plan.makeMap(
                images: key[0], height: key[1], width: key[2], channels: key[3], border: key[4],
                frameBorder: key[5] < 0 ? frameBorder : 0)
            maps[key] = map
            return map
        }

        /// The output of the convolution at `place` of a block, -1 for its shortcut.
        mutating func output(
            of convolution: FoldedConvolution, _ input: FeatureMap, place: Int, border: Int
        ) -> FeatureMap {
            map([
                input.images, (input.height - 1) / convolution.stride + 1,
                (input.width - 1) / convolution.stride + 1, convolution.weights.outputs, border, place,
            ])
        }
    }
}
