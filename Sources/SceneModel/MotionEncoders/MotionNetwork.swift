package import NeuralNet
package import TensorKernels

/// A slow network out of a model file, with the clips that it sees.
package struct MotionNetwork: Sendable {
    package let name: String
    package let network: ResNet
    package let clip: ClipSampling
    /// Pixels of the side of its pictures.
    package var side: Int
    /// Frames that the first convolution sees, and from one image that it makes to the next.
    let stemFrames: Int
    let stemStride: Int

    /// The network of a file whose `scened.clip` and `scened.side` say what it sees. `layers` gets all of
    /// them, packed anew. `precision`: one that this processor has.
    package init(
        _ file: SafetensorsFile, layers: PackedLayers? = nil, precision: Precision = .float32
    ) throws(ModelFileError) {
        let reader = ImageTensorReader(source: file, layers: layers, precision: precision)
        let outline = try MotionOutline(reader)
        let metadata = try ModelMetadata(file.metadata, path: file.path)
        name = outline.name
        clip = metadata.clip ?? outline.usualClip
        side = metadata.side ?? PicturePreparation.usualMotionSide
        (stemFrames, stemStride) = (outline.stemFrames, outline.stemStride)
        let stem = try reader.stem(outline)
        var stages: [[ResNet.Block]] = []
        for blocks in outline.stages {
            var made: [ResNet.Block] = []
            for block in blocks { made.append(try reader.block(block)) }
            stages.append(made)
        }
        network = ResNet(stem: stem, stages: stages)
    }

    /// Which clips the network of a file sees.
    package static func clip(of file: SafetensorsFile) throws(ModelFileError) -> ClipSampling {
        if let clip = try ModelMetadata(file.metadata, path: file.path).clip { return clip }
        return try MotionOutline(file).usualClip
    }

    /// Images that the first convolution makes of a clip.
    package var imageCount: Int { (clip.frames - 1) / stemStride + 1 }

    package func makePlan(threadCount: Int) -> ImagePlan {
        network.makeClipPlan(frames: imageCount, side: side, threadCount: threadCount)
    }
}

extension ImageTensorReader {
    /// The first convolution as one over pictures of 3 F channels: those of the F frames that an image sees.
    fileprivate func stem(_ outline: MotionOutline) throws(ModelFileError) -> FoldedConvolution {
        let (name, frames, width) = (outline.prefix + "blocks.0.", outline.stemFrames, outline.stemWidth)
        let shape = FoldedConvolution.shape(
            outputs: width, inputs: 3 * frames, side: 7, stride: 2, precision: precision)
        let weights = try packed(name + "conv", shape) { () throws(ModelFileError) in
            try FoldedConvolution(
                filters: Self.framesOutside(
                    values(name + "conv.weight", [width, 3, frames, 7, 7]), outputs: width, inputs: 3,
                    frames: frames, places: 49),
                outputs: width, inputs: 3 * frames, side: 7, stride: 2,
                norm: batchNorm(name + "norm", width: width), precision: precision
            ).weights
        }
        return FoldedConvolution(weights: weights, stride: 2)
    }

    fileprivate func block(_ block: MotionOutline.Block) throws(ModelFileError) -> ResNet.Block {
        let name = block.name + "branch2."
        var convolutions = [
            try convolution(
                name + "conv_a", name + "norm_a", block.inputs, block.inner, frames: block.frames)
        ]
        convolutions.append(
            try convolution(
                name + "conv_b", name + "norm_b", block.inner, block.inner, side: 3, stride: block.stride))
        convolutions.append(try convolution(name + "conv_c", name + "norm_c", block.inner, block.outputs))
        return ResNet.Block(
            convolutions: convolutions,
            shortcut: block.hasShortcut
                ? try convolution(
                    block.name + "branch1_conv", block.name + "branch1_norm", block.inputs, block.outputs,
                    stride: block.stride) : nil)
    }

    /// Filters of one frame of S x S, or of F frames of one pixel.
    private func convolution(
        _ name: String, _ norm: String, _ inputs: Int, _ outputs: Int, frames: Int = 1, side: Int = 1,
        stride: Int = 1
    ) throws(ModelFileError) -> FoldedConvolution {
        // Pairs of bfloat16 must not reach from one frame into the next.
        let precision = frames > 1 && inputs % 2 == 1 ? .float32 : precision
        let shape = FoldedConvolution.shape(
            outputs: outputs, inputs: inputs * frames, side: side, stride: stride, precision: precision)
        let weights = try packed(name, shape) { () throws(ModelFileError) in
            try FoldedConvolution(
                filters: Self.framesOutside(
                    values(name + ".weight", [outputs, inputs, frames, side, side]), outputs: outputs,
                    inputs: inputs, frames: frames, places: side * side),
                outputs: outputs, inputs: inputs * frames, side: side, stride: stride,
                norm: batchNorm(norm, width: outputs), precision: precision
            ).weights
        }
        return FoldedConvolution(weights: weights, stride: stride, frames: frames)
    }

    /// Filters [O, F, I, P] of filters [O, I, F, P].
    private static func framesOutside(
        _ filters: [Float], outputs: Int, inputs: Int, frames: Int, places: Int
    ) -> [Float] {
        guard frames > 1 else { return filters }
        var result = filters
        for output in 0..<outputs {
            for input in 0..<inputs {
                for frame in 0..<frames {
                    let from = ((output * inputs + input) * frames + frame) * places
                    let to = ((output * frames + frame) * inputs + input) * places
                    for place in 0..<places { result[to + place] = filters[from + place] }
                }
            }
        }
        return result
    }
}
