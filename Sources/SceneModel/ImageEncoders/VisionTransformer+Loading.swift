package import NeuralNet
package import TensorKernels

extension VisionTransformer {
    /// CLIP's image encoder under the names of OpenAI and OpenCLIP (`visual.`) or of Hugging Face
    /// (`vision_model.`); all sizes come from the tensors.
    ///
    /// `headCount` is nil for one head per 64 columns, as all of OpenAI's have. OpenAI's encoders use
    /// `.quickGELU`; those that OpenCLIP trained without it `.gelu`. `packedLayers` gets all layers, packed
    /// anew. `precision`: one that this processor has.
    package init(
        clip source: some TensorSource, headCount: Int? = nil, activation: Activation = .quickGELU,
        layers packedLayers: PackedLayers? = nil, precision: Precision = .float32
    ) throws(ModelFileError) {
        let reader = ImageTensorReader(source: source, layers: packedLayers, precision: precision)
        let names = CLIPNames(reader)
        let sizes = try reader.clipSizes(names, headCount: headCount)
        let (width, side, tokens) = (sizes.width, sizes.patchSide, sizes.tokens)
        let innerWidth = try reader.shape(names.layer(0) + names.inner + ".weight", [nil, width])[0]
        var layers: [Layer] = []
        repeat {
            layers.append(
                try reader.layer(names, names.layer(layers.count), width: width, innerWidth: innerWidth))
        } while reader.has(names.layer(layers.count) + names.inner + ".weight")
        self.init(
            patches: try reader.packed(
                names.patches,
                PackedShape(outputs: width, inputs: 3, side: side, hasBias: false, precision: precision)
            ) { () throws(ModelFileError) in
                PackedWeights(
                    filters: try reader.values(names.patches, [width, 3, side, side]), outputs: width,
                    inputs: 3, side: side,
                    bias: nil, precision: precision)
            },
            classToken: try reader.values(names.classToken, [width]),
            positions: Matrix(
                rows: tokens, columns: width, values: try reader.values(names.positions, [tokens, width])),
            inputNorm: try reader.norm(names.inputNorm, width: width), layers: layers,
            outputNorm: try reader.norm(names.outputNorm, width: width),
            projection: try reader.clipProjection(names, width: width), headCount: sizes.heads,
            activation: activation)
    }

    /// `clip-vit-b-32`, `clip-vit-b-16` or `clip-vit-l-14`; `clip-vit` for others.
    package var name: String {
        switch (positions.columns, layers.count, patches.side) {
        case (768, 12, let side): "clip-vit-b-\(side)"
        case (1024, 24, let side): "clip-vit-l-\(side)"
        default: "clip-vit"
        }
    }

    /// The encoder of pictures as CLIP prepares them, `batch` at a time.
    package func makeEncoder(batch: Int = 3, threadCount: Int = 1) -> PlannedImageEncoder {
        PlannedImageEncoder(
            name: name, preparation: .clip(side: pictureSide),
            plan: makePlan(batch: batch, threadCount: threadCount))
    }
}

/// Sizes of CLIP's image encoder, as its tensors have them.
struct CLIPSizes {
    var width: Int
    /// Side of a patch in pixels.
    var patchSide: Int
    /// Patches of a square picture, and one.
    var tokens: Int
    var heads: Int
}

extension ImageTensorReader {
    /// The sizes, checked against one another. `headCount`: nil for one head per 64 columns.
    func clipSizes(_ names: CLIPNames, headCount: Int?) throws(ModelFileError) -> CLIPSizes {
        let shape = try shape(names.patches, [nil, 3, nil, nil])
        let (width, side) = (shape[0], shape[2])
        guard shape[3] == side else { throw unsuitable(names.patches, "has patches that are not squares") }
        let tokens = try self.shape(names.positions, [nil, width])[0]
        guard let grid = VisionTransformer.gridSide(tokens: tokens), grid > 0 else {
            throw unsuitable(names.positions, "has \(tokens) rows, expected a square and one")
        }
        guard grid <= EncoderOutline.mostSide / side else {
            throw unsuitable(names.positions, "sees pictures of more than \(EncoderOutline.mostSide) pixels")
        }
        let heads = headCount ?? Swift.max(1, width / 64)
        guard heads > 0, width % heads == 0 else {
            throw unsuitable(
                names.patches, "has a width of \(width), not a multiple of \(heads) heads")
        }
        return CLIPSizes(width: width, patchSide: side, tokens: tokens, heads: heads)
    }

    /// A layer of either side.
    func layer(
        _ names: CLIPNames, _ layer: String, width: Int, innerWidth: Int
    ) throws(ModelFileError) -> VisionTransformer.Layer {
        VisionTransformer.Layer(
            attentionNorm: try norm(layer + names.attentionNorm, width: width),
            projection: try attentionProjection(names, layer, width: width),
            attentionOutput: try linear(layer + names.attentionOutput, outputs: width, inputs: width),
            innerNorm: try norm(layer + names.innerNorm, width: width),
            inner: try linear(layer + names.inner, outputs: innerWidth, inputs: width),
            output: try linear(layer + names.output, outputs: width, inputs: innerWidth))
    }

    /// Query, key and value stacked, whether they are stored so or one by one.
    private func attentionProjection(
        _ names: CLIPNames, _ layer: String, width: Int
    ) throws(ModelFileError) -> PackedWeights {
        let shape = PackedShape(outputs: 3 * width, inputs: width, hasBias: true, precision: precision)
        return try packed(layer + names.attention, shape) { () throws(ModelFileError) in
            var (matrix, bias): ([Float], [Float]) = ([], [])
            if names.isOpenAI {
                matrix = try values(layer + "attn.in_proj_weight", [3 * width, width])
                bias = try values(layer + "attn.in_proj_bias", [3 * width])
            } else {
                for kind in ["q", "k", "v"] {
                    matrix += try values("\(layer)self_attn.\(kind)_proj.weight", [width, width])
                    bias += try values("\(layer)self_attn.\(kind)_proj.bias", [width])
                }
            }
            return PackedWeights(
                matrix: matrix, outputs: 3 * width, inputs: width, bias: bias, precision: precision)
        }
    }

    /// The projection of either side, [E, D].
    func clipProjection(_ names: CLIPNames, width: Int) throws(ModelFileError) -> PackedWeights {
        let name = names.projection
        let outputs =
            names.isOpenAI ? try shape(name, [width, nil])[1] : try shape(name, [nil, width])[0]
        let packedShape = PackedShape(
            outputs: outputs, inputs: width, hasBias: false, precision: precision)
        return try packed(name, packedShape) { () throws(ModelFileError) in
            guard names.isOpenAI else {
                return PackedWeights(
                    matrix: try values(name, [outputs, width]), outputs: outputs, inputs: width, bias: nil,
                    precision: precision)
            }
            let stored = try values(name, [width, outputs])
            var matrix = [Float](repeating: 0, count: outputs * width)
            for row in 0..<width {
                for column in 0..<outputs { matrix[column * width + row] = stored[row * outputs + column] }
            }
            return PackedWeights(
                matrix: matrix, outputs: outputs, inputs: width, bias: nil, precision: precision)
        }
    }
}
