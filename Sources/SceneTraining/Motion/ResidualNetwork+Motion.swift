package import NeuralNet
package import SceneModel
internal import TensorKernels

// A network that can be trained has torchvision's names; files of networks of clips have pytorchvideo's.
extension ResidualNetwork {
    /// A network of clips of the shapes of a model file, with its weights.
    package init(motion file: SafetensorsFile) throws(ModelFileError) {
        let outline = try MotionOutline(file)
        self.init(
            outline, clips: outline.stemFrames > 1 ? .slowD : .slow)
        try fill(from: file) { MotionNames.prefix + Self.motionName($0) }
    }

    /// The 2-D network with blocks of three convolutions of a model file, such as ResNet-50, with its
    /// weights.
    package init(pictures file: SafetensorsFile) throws(ModelFileError) {
        let outline = try MotionOutline(pictures: file)
        self.init(outline, clips: .pictures)
        try fill(from: file) { MotionNames.prefix + $0 }
    }

    /// Of shapes, with weights of no meaning.
    private init(_ outline: MotionOutline, clips: ClipGeometry) {
        func layer(
            _ inputs: Int, _ outputs: Int, side: Int = 1, stride: Int = 1, frames: Int = 1,
            frameStride: Int = 1
        ) -> NormalizedConvolution {
            NormalizedConvolution(
                convolution: Convolution(
                    weight: Matrix(rows: outputs, columns: frames * side * side * inputs), side: side,
                    stride: stride, frames: frames, frameStride: frameStride),
                norm: BatchNormalization(channels: outputs))
        }
        self.init(
            stem: layer(
                3, outline.stemWidth, side: 7, stride: 2, frames: clips.stemFrames,
                frameStride: clips.stemStride),
            stages: outline.stages.map { blocks in
                blocks.map { block in
                    ResidualBlock(
                        convolutions: [
                            layer(block.inputs, block.inner, frames: block.frames),
                            layer(block.inner, block.inner, side: 3, stride: block.stride),
                            layer(block.inner, block.outputs),
                        ],
                        shortcut: block.hasShortcut
                            ? layer(block.inputs, block.outputs, stride: block.stride) : nil)
                }
            })
    }

    /// pytorchvideo's name for a tensor: `layer1.0.conv2.weight` is
    /// `blocks.1.res_blocks.0.branch2.conv_b.weight`.
    package static func motionName(_ name: String) -> String {
        let words = name.split(separator: ".").map(String.init)
        let tensor = words[words.count - 1]
        guard words[0].hasPrefix("layer") else {
            return "blocks.0.\(words[0] == "conv1" ? "conv" : "norm").\(tensor)"
        }
        let place = "blocks.\(words[0].dropFirst(5)).res_blocks.\(words[1])."
        if words[2] == "downsample" {
            return "\(place)branch1_\(words[3] == "0" ? "conv" : "norm").\(tensor)"
        }
        let letter = ["1": "a", "2": "b", "3": "c"][words[2].suffix(1)] ?? ""
        return "\(place)branch2.\(words[2].hasPrefix("conv") ? "conv" : "norm")_\(letter).\(tensor)"
    }

    /// Replaces every parameter by the tensor of a file that `stored` names; filters there are
    /// [O, I, F, S, S] or [O, I, S, S].
    package mutating func fill(
        from file: SafetensorsFile, _ stored: (String) -> String
    ) throws(ModelFileError) {
        var fault: ModelFileError?
        visitParameters("") { name, shape, values, range in
            guard fault == nil else { return }
            do throws(ModelFileError) {
                let floats = try file.floats(stored(name))
                guard floats.count == range.count, floats.allSatisfy(\.isFinite) else {
                    throw ModelFileError(
                        .unsuitableTensor, path: file.path,
                        detail:
                            "tensor '\(stored(name))' is not of shape \(shape), or holds no finite numbers",
                        remedy: "export the network again")
                }
                guard shape.count > 1 else { return values.replaceSubrange(range, with: floats) }
                let frames = shape.count == 5 ? shape[1] : 1
                let laid = Convolution(
                    filters: floats, outputs: shape[0], inputs: shape[shape.count - 1], frames: frames,
                    side: shape[shape.count - 2], stride: 1)
                values.replaceSubrange(range, with: laid.weight.values)
            } catch {
                fault = error
            }
        }
        if let fault { throw fault }
    }

    /// Adds all tensors under pytorchvideo's names, filters as [O, I, F, S, S].
    package func addMotion(to writer: inout SafetensorsWriter) {
        var copy = self
        copy.visitParameters("") { name, shape, values, range in
            let stored = MotionNames.prefix + Self.motionName(name)
            guard shape.count > 1 else {
                return writer.add(stored, shape: shape, floats: Array(values[range]))
            }
            let (frames, side) = (shape.count == 5 ? shape[1] : 1, shape[shape.count - 2])
            let inputs = shape[shape.count - 1]
            let filters = Convolution(
                weight: Matrix(
                    rows: shape[0], columns: frames * side * side * inputs, values: Array(values[range])),
                side: side, stride: 1, frames: frames
            ).filters
            writer.add(stored, shape: [shape[0], inputs, frames, side, side], floats: filters)
        }
    }
}
