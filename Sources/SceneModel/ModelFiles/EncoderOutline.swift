/// The shot encoder of a model file, of pictures or of clips, told by the shapes of its tensors.
package struct EncoderOutline: Equatable, Sendable {
    package enum Family: Sendable {
        case resNet, clip
        /// A network of clips: Slow or Slow-D.
        case motion
    }

    /// Pixels of the side of the pictures that an encoder sees, at most: what a plan holds grows with its
    /// square.
    static let mostSide = 1024

    package var family: Family
    /// As `stream_start` and other files name it: `resnet50`, `clip-vit-b-32`, `slow-d-r50`.
    package var name: String
    /// Length of its vectors.
    package var dimension: Int
    /// How pictures are prepared, in words.
    package var preprocessing: String

    /// nil if the file has none; throws if its shapes do not fit together.
    package init?(_ file: SafetensorsFile) throws(ModelFileError) {
        let shapes = EncoderShapes(file: file)
        if file.entry(MotionNames.prefix + MotionNames.stem) != nil {
            let metadata = try ModelMetadata(file.metadata, path: file.path)
            self.init(motion: try MotionOutline(ImageTensorReader(source: file)), metadata)
        } else if file.entry("shot_encoder.conv1.weight") != nil {
            self = try shapes.resNet("shot_encoder.")
        } else if file.entry("clip.visual.class_embedding") != nil {
            self = try shapes.openAI("clip.visual.")
        } else if file.entry("clip.vision_model.embeddings.class_embedding") != nil {
            self = try shapes.huggingFace("clip.vision_model.")
        } else {
            return nil
        }
    }

    fileprivate init(resNet name: String, dimension: Int) {
        family = .resNet
        self.name = name
        self.dimension = dimension
        preprocessing =
            "RGB; short side to 256, bicubic; centre 224 x 224; /255; mean 0.485 0.456 0.406; "
            + "deviation 0.229 0.224 0.225"
    }

    private init(motion outline: MotionOutline, _ metadata: ModelMetadata) {
        family = .motion
        name = outline.name
        dimension = outline.dimension
        let clip = metadata.clip ?? outline.usualClip
        let preparation = PicturePreparation.motion(side: metadata.side ?? PicturePreparation.usualMotionSide)
        preprocessing =
            "RGB; clips of \(clip.frames) pictures, \(clip.stride) apart; short side to \(preparation.shortSide), "
            + "bicubic; center \(preparation.cropSide) x \(preparation.cropSide); /255; mean 0.45; deviation 0.225"
    }

    fileprivate init(clip name: String, dimension: Int, side: Int) {
        family = .clip
        self.name = name
        self.dimension = dimension
        preprocessing =
            "RGB; short side to \(side), bicubic; centre \(side) x \(side); /255; "
            + "mean 0.48145466 0.4578275 0.40821073; deviation 0.26862954 0.26130258 0.27577711"
    }
}

/// Checks shapes of one file against one another.
private struct EncoderShapes {
    let file: SafetensorsFile

    /// Torchvision's names: every convolution has its normalization, and each takes what the one before
    /// gives.
    func resNet(_ prefix: String) throws(ModelFileError) -> EncoderOutline {
        var width = try convolution(prefix + "conv1", norm: prefix + "bn1", inputs: 3)
        var blocks: [Int] = []
        var isDeep = false
        while file.entry("\(prefix)layer\(blocks.count + 1).0.conv1.weight") != nil {
            let stage = "\(prefix)layer\(blocks.count + 1)."
            var count = 0
            while file.entry("\(stage)\(count).conv1.weight") != nil {
                let block = "\(stage)\(count)."
                var inner = width
                let hasThree = file.entry(block + "conv3.weight") != nil
                // All blocks of a network are of one kind.
                try require(block + "conv1.weight", hasThree == isDeep || count == 0 && blocks.isEmpty)
                isDeep = hasThree
                for index in 1...(isDeep ? 3 : 2) {
                    inner = try convolution("\(block)conv\(index)", norm: "\(block)bn\(index)", inputs: inner)
                }
                if file.entry(block + "downsample.0.weight") != nil {
                    let shortcut = try convolution(
                        block + "downsample.0", norm: block + "downsample.1", inputs: width)
                    try require(block + "downsample.0.weight", shortcut == inner)
                } else {
                    try require(block + "conv1.weight", inner == width)
                }
                width = inner
                count += 1
            }
            blocks.append(count)
        }
        let name =
            switch (blocks, isDeep) {
            case ([2, 2, 2, 2], false): "resnet18"
            case ([3, 4, 6, 3], false): "resnet34"
            case ([3, 4, 6, 3], true): "resnet50"
            case ([3, 4, 23, 3], true): "resnet101"
            case ([3, 8, 36, 3], true): "resnet152"
            default: "resnet"
            }
        return EncoderOutline(resNet: name, dimension: width)
    }

    /// The names of OpenAI and OpenCLIP.
    func openAI(_ prefix: String) throws(ModelFileError) -> EncoderOutline {
        let (width, patch, side) = try patches(
            prefix + "conv1.weight", positions: prefix + "positional_embedding")
        let projection = try shape(prefix + "proj", sides: [width, nil])
        var layers = 0
        while file.entry("\(prefix)transformer.resblocks.\(layers).ln_1.weight") != nil {
            let layer = "\(prefix)transformer.resblocks.\(layers)."
            _ = try shape(layer + "attn.in_proj_weight", sides: [3 * width, width])
            let inner = try shape(layer + "mlp.c_fc.weight", sides: [nil, width])[0]
            _ = try shape(layer + "mlp.c_proj.weight", sides: [width, inner])
            layers += 1
        }
        return outline(width: width, layers: layers, patch: patch, side: side, dimension: projection[1])
    }

    /// The names of Hugging Face.
    func huggingFace(_ prefix: String) throws(ModelFileError) -> EncoderOutline {
        let (width, patch, side) = try patches(
            prefix + "embeddings.patch_embedding.weight",
            positions: prefix + "embeddings.position_embedding.weight")
        let projection = try shape("clip.visual_projection.weight", sides: [nil, width])
        var layers = 0
        while file.entry("\(prefix)encoder.layers.\(layers).layer_norm1.weight") != nil {
            let layer = "\(prefix)encoder.layers.\(layers)."
            for name in ["q_proj", "k_proj", "v_proj", "out_proj"] {
                _ = try shape("\(layer)self_attn.\(name).weight", sides: [width, width])
            }
            let inner = try shape(layer + "mlp.fc1.weight", sides: [nil, width])[0]
            _ = try shape(layer + "mlp.fc2.weight", sides: [width, inner])
            layers += 1
        }
        return outline(width: width, layers: layers, patch: patch, side: side, dimension: projection[0])
    }

    private func outline(
        width: Int, layers: Int, patch: Int, side: Int, dimension: Int
    ) -> EncoderOutline {
        let name =
            switch (width, layers) {
            case (768, 12): "clip-vit-b-\(patch)"
            case (1024, 24): "clip-vit-l-\(patch)"
            default: "clip-vit"
            }
        return EncoderOutline(clip: name, dimension: dimension, side: side)
    }

    /// Width, side of a patch, side of the picture.
    private func patches(
        _ name: String, positions: String
    ) throws(ModelFileError) -> (width: Int, patch: Int, side: Int) {
        let filters = try shape(name, sides: [nil, 3, nil, nil])
        let tokens = try shape(positions, sides: [nil, filters[0]])[0]
        let grid = Int(Double(tokens - 1).squareRoot())
        try require(
            positions,
            grid > 0 && grid * grid == tokens - 1 && filters[2] == filters[3]
                && grid <= EncoderOutline.mostSide / filters[2])
        return (filters[0], filters[2], grid * filters[2])
    }

    /// The outputs of a convolution with its normalization.
    private func convolution(_ name: String, norm: String, inputs: Int) throws(ModelFileError) -> Int {
        let outputs = try shape(name + ".weight", sides: [nil, inputs, nil, nil])[0]
        for part in ["weight", "bias", "running_mean", "running_var"] {
            _ = try shape("\(norm).\(part)", sides: [outputs])
        }
        return outputs
    }

    /// A shape with these sides; nil stands for any of at least 1.
    private func shape(_ name: String, sides: [Int?]) throws(ModelFileError) -> [Int] {
        let shape = try file.require(name).shape
        try require(
            name,
            shape.count == sides.count && zip(shape, sides).allSatisfy { $0 > 0 && ($1 == nil || $0 == $1) })
        return shape
    }

    private func require(_ name: String, _ fits: Bool) throws(ModelFileError) {
        guard !fits else { return }
        let shape = file.entry(name)?.shape ?? []
        throw ModelFileError(
            .unsuitableTensor, path: file.path,
            detail: "tensor \(ModelFileError.quoted(name)) of shape \(shape) does not fit the others",
            remedy: "export the image encoder again")
    }
}
