internal import NeuralNet

/// A slow network's layers, told by the shapes of its tensors under pytorchvideo's names; or those of a
/// network of pictures that one can be made of.
package struct MotionOutline: Sendable {
    /// A block of 1 x 1 over frames, 3 x 3, and 1 x 1.
    package struct Block: Sendable {
        package var name: String
        package var inputs: Int
        package var inner: Int
        package var outputs: Int
        /// Of the first convolution.
        package var frames: Int
        package var stride: Int
        package var hasShortcut: Bool
    }

    package let prefix: String
    /// Frames and outputs of the first convolution of 7 x 7.
    package let stemFrames: Int
    package let stemWidth: Int
    package let stages: [[Block]]

    init(prefix: String, stemFrames: Int, stemWidth: Int, stages: [[Block]]) {
        self.prefix = prefix
        self.stemFrames = stemFrames
        self.stemWidth = stemWidth
        self.stages = stages
    }

    /// Of a model file's network of clips.
    package init(_ file: SafetensorsFile) throws(ModelFileError) {
        try self.init(ImageTensorReader(source: file))
    }

    /// Throws where a shape is not that of SlowFast's slow pathway alone, or of Slow-D.
    init<Source>(_ reader: ImageTensorReader<Source>) throws(ModelFileError) {
        prefix = reader.prefix(of: MotionNames.stem, among: [MotionNames.prefix, ""])
        let stem = try reader.shape(prefix + MotionNames.stem, [nil, nil, nil, nil, nil])
        guard stem[1] == 3, stem[2] == 1 || stem[2] == 5, stem[3...] == [7, 7] else {
            throw ModelFileError(
                .unsuitableTensor, path: reader.source.path,
                detail:
                    "the first convolution has shape \(stem), that of Slow is [any, 3, 1, 7, 7] and that of "
                    + "Slow-D [any, 3, 5, 7, 7]",
                remedy: "give weights of Slow (SLOW_8x8, slow_r50), or train Slow-D with scened train encoder"
            )
        }
        (stemFrames, stemWidth) = (stem[2], stem[0])
        var stages: [[Block]] = []
        var width = stemWidth
        repeat {
            let stage = "\(prefix)blocks.\(stages.count + 1).res_blocks."
            var blocks: [Block] = []
            repeat {
                let block = try Self.block(
                    reader, "\(stage)\(blocks.count).", inputs: width, stage: stages.count,
                    isFirst: blocks.isEmpty)
                width = block.outputs
                blocks.append(block)
            } while reader.has("\(stage)\(blocks.count).branch2.conv_a.weight")
            stages.append(blocks)
        } while reader.has("\(prefix)blocks.\(stages.count + 1).res_blocks.0.branch2.conv_a.weight")
        self.stages = stages
        let last = stages.count
        let hasGap = reader.source.tensorNames.contains { name in
            let words = name.dropFirst(prefix.count).split(separator: ".")
            return name.hasPrefix(prefix) && words.count > 2 && words[0] == "blocks"
                && words[2] == "res_blocks"
                && Int(words[1]).map { $0 > last } ?? false
        }
        guard !hasGap else { throw Self.otherNetwork(reader, "pools frames between its stages") }
    }

    private static func block<Source>(
        _ reader: ImageTensorReader<Source>, _ name: String, inputs: Int, stage: Int, isFirst: Bool
    ) throws(ModelFileError) -> Block {
        let first = try reader.shape(name + "branch2.conv_a.weight", [nil, inputs, nil, 1, 1])
        let inner = try reader.shape(name + "branch2.conv_b.weight", [nil, first[0], 1, 3, 3])
        guard inner[0] == first[0] else {
            throw reader.unsuitable(name + "branch2.conv_b.weight", "changes the width of its block")
        }
        let outputs = try reader.shape(name + "branch2.conv_c.weight", [nil, inner[0], 1, 1, 1])[0]
        let frames = stage < 2 ? 1 : 3
        guard first[2] == frames else {
            throw otherNetwork(
                reader, "sees \(first[2]) frames in blocks of stage \(stage + 1) where Slow sees \(frames)")
        }
        let stride = stage > 0 && isFirst ? 2 : 1
        let hasShortcut =
            reader.has(name + "branch1_conv.weight") || outputs != inputs || stride != 1
        if hasShortcut { _ = try reader.shape(name + "branch1_conv.weight", [outputs, inputs, 1, 1, 1]) }
        return Block(
            name: name, inputs: inputs, inner: inner[0], outputs: outputs, frames: frames, stride: stride,
            hasShortcut: hasShortcut)
    }

    private static func otherNetwork<Source>(
        _ reader: ImageTensorReader<Source>, _ what: String
    ) -> ModelFileError {
        ModelFileError(
            .unsuitableTensor, path: reader.source.path,
            detail: "holds another network of clips, which \(what)",
            remedy: "give weights of Slow (SLOW_8x8, slow_r50), or train Slow-D with scened train encoder")
    }

    /// Length of a clip's vector.
    var dimension: Int { stages[stages.count - 1].last?.outputs ?? stemWidth }

    /// From an image that the first convolution makes to the next, in frames.
    var stemStride: Int { stemFrames > 1 ? ClipGeometry.slowD.stemStride : 1 }

    /// `slow-d-r50`, `slow-r50`; without the depth for others.
    var name: String {
        let depth =
            switch stages.map(\.count) {
            case [3, 4, 6, 3]: "-r50"
            case [3, 4, 23, 3]: "-r101"
            default: ""
            }
        return (stemFrames > 1 ? "slow-d" : "slow") + depth
    }

    /// What the network was made for: 16x4 of Slow-D, 8x8 of Slow.
    var usualClip: ClipSampling {
        stemFrames > 1 ? ClipSampling(frames: 16, stride: 4) : ClipSampling(frames: 8, stride: 8)
    }
}
