extension MotionOutline {
    /// Of a model file's ResNet, whose blocks have three convolutions; all filters see one frame.
    package init(pictures file: SafetensorsFile) throws(ModelFileError) {
        let reader = ImageTensorReader(source: file)
        let prefix = MotionNames.prefix
        let stemWidth = try reader.shape(prefix + "conv1.weight", [nil, 3, 7, 7])[0]
        guard reader.has(prefix + "layer1.0.conv1.weight"), reader.has(prefix + "layer1.0.conv3.weight")
        else {
            throw ModelFileError(
                .unsuitableTensor, path: file.path,
                detail: "holds a ResNet with blocks of two convolutions, and those of Slow-D have three",
                remedy: "give ResNet-50")
        }
        var stages: [[Block]] = []
        var width = stemWidth
        while reader.has("\(prefix)layer\(stages.count + 1).0.conv1.weight") {
            var blocks: [Block] = []
            while reader.has("\(prefix)layer\(stages.count + 1).\(blocks.count).conv1.weight") {
                let name = "\(prefix)layer\(stages.count + 1).\(blocks.count)."
                let inner = try reader.shape(name + "conv1.weight", [nil, width, 1, 1])[0]
                _ = try reader.shape(name + "conv2.weight", [inner, inner, 3, 3])
                let outputs = try reader.shape(name + "conv3.weight", [nil, inner, 1, 1])[0]
                let hasShortcut = reader.has(name + "downsample.0.weight")
                if hasShortcut { _ = try reader.shape(name + "downsample.0.weight", [outputs, width, 1, 1]) }
                blocks.append(
                    Block(
                        name: name, inputs: width, inner: inner, outputs: outputs, frames: 1,
                        stride: stages.isEmpty || !blocks.isEmpty ? 1 : 2, hasShortcut: hasShortcut))
                width = outputs
            }
            stages.append(blocks)
        }
        self.init(prefix: prefix, stemFrames: 1, stemWidth: stemWidth, stages: stages)
    }
}
