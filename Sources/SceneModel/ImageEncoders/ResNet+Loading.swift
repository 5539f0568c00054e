package import NeuralNet
package import TensorKernels

extension ResNet {
    /// The network under torchvision's names, alone or as BaSSL's `shot_encoder.`; the number of stages and
    /// blocks and their kind come from the tensors. A classifier (`fc.`) is left alone. `layers` gets all of
    /// them, packed anew. `precision`: one that this processor has.
    package init(
        _ source: some TensorSource, layers: PackedLayers? = nil, precision: Precision = .float32
    ) throws(ModelFileError) {
        let reader = ImageTensorReader(source: source, layers: layers, precision: precision)
        let prefix = reader.prefix(of: "conv1.weight", among: ["shot_encoder.", "backbone.", "module.", ""])
        let width = try reader.shape(prefix + "conv1.weight", [nil, 3, 7, 7])[0]
        let stem = try reader.convolution(
            prefix + "conv1", prefix + "bn1", outputs: width, inputs: 3, side: 7, stride: 2)
        var stages: [[Block]] = []
        var inputs = width
        repeat {
            let stage = "\(prefix)layer\(stages.count + 1)."
            var blocks: [Block] = []
            repeat {
                let stride = stages.isEmpty || !blocks.isEmpty ? 1 : 2
                let block = try reader.block("\(stage)\(blocks.count).", inputs: inputs, stride: stride)
                guard
                    block.convolutions.count
                        == (stages.first?.first ?? blocks.first ?? block).convolutions.count
                else {
                    throw reader.unsuitable(
                        "\(stage)\(blocks.count).conv1.weight", "is of another kind of block than the first")
                }
                inputs = block.convolutions[block.convolutions.count - 1].weights.outputs
                blocks.append(block)
            } while reader.has("\(stage)\(blocks.count).conv1.weight")
            stages.append(blocks)
        } while reader.has("\(prefix)layer\(stages.count + 1).0.conv1.weight")
        self.init(stem: stem, stages: stages)
    }

    /// `resnet18`, `resnet34`, `resnet50`, `resnet101` or `resnet152`; `resnet` for others.
    package var name: String {
        let isDeep = stages[0][0].convolutions.count == 3
        switch (stages.map(\.count), isDeep) {
        case ([2, 2, 2, 2], false): return "resnet18"
        case ([3, 4, 6, 3], false): return "resnet34"
        case ([3, 4, 6, 3], true): return "resnet50"
        case ([3, 4, 23, 3], true): return "resnet101"
        case ([3, 8, 36, 3], true): return "resnet152"
        default: return "resnet"
        }
    }

    /// The encoder of pictures as BaSSL prepares them, `batch` at a time.
    package func makeEncoder(batch: Int = 3, threadCount: Int = 1) -> PlannedImageEncoder {
        let preparation = PicturePreparation.imageNet
        return PlannedImageEncoder(
            name: name, preparation: preparation,
            plan: makePlan(batch: batch, side: preparation.cropSide, threadCount: threadCount))
    }
}

extension ImageTensorReader {
    fileprivate func convolution(
        _ name: String, _ norm: String, outputs: Int, inputs: Int, side: Int, stride: Int
    ) throws(ModelFileError) -> FoldedConvolution {
        _ = try shape(name + ".weight", [outputs, inputs, side, side])
        let shape = FoldedConvolution.shape(
            outputs: outputs, inputs: inputs, side: side, stride: stride, precision: precision)
        let weights = try packed(name, shape) { () throws(ModelFileError) in
            try FoldedConvolution(
                filters: values(name + ".weight", [outputs, inputs, side, side]), outputs: outputs,
                inputs: inputs, side: side, stride: stride, norm: batchNorm(norm, width: outputs),
                precision: precision
            ).weights
        }
        return FoldedConvolution(weights: weights, stride: stride)
    }

    fileprivate func block(_ name: String, inputs: Int, stride: Int) throws(ModelFileError) -> ResNet.Block {
        let sides = has(name + "conv3.weight") ? [1, 3, 1] : [3, 3]
        // The stride stands on the first filter of 3 x 3.
        let strided = sides.count - 2
        var convolutions: [FoldedConvolution] = []
        var width = inputs
        for (index, side) in sides.enumerated() {
            let convolution = "\(name)conv\(index + 1)"
            let outputs = try shape(convolution + ".weight", [nil, width, side, side])[0]
            convolutions.append(
                try self.convolution(
                    convolution, "\(name)bn\(index + 1)", outputs: outputs, inputs: width, side: side,
                    stride: index == strided ? stride : 1))
            width = outputs
        }
        guard has(name + "downsample.0.weight") || width != inputs || stride != 1 else {
            return ResNet.Block(convolutions: convolutions, shortcut: nil)
        }
        let shortcut = try convolution(
            name + "downsample.0", name + "downsample.1", outputs: width, inputs: inputs, side: 1,
            stride: stride)
        return ResNet.Block(convolutions: convolutions, shortcut: shortcut)
    }
}
