package import NeuralNet
package import TensorKernels

extension TrainableVisionTransformer {
    /// CLIP's image encoder under the names of OpenAI or of Hugging Face: as `VisionTransformer.init(clip:)`.
    package init(
        clip source: some TensorSource, headCount: Int? = nil, activation: Activation = .quickGELU
    ) throws(ModelFileError) {
        let reader = ImageTensorReader(source: source)
        let names = CLIPNames(reader)
        let sizes = try reader.clipSizes(names, headCount: headCount)
        let (width, side, tokens) = (sizes.width, sizes.patchSide, sizes.tokens)
        var layers: [PreNormLayer] = []
        repeat {
            layers.append(
                try reader.trainableLayer(
                    names, names.layer(layers.count), width: width, heads: sizes.heads, activation: activation
                ))
        } while reader.has(names.layer(layers.count) + names.inner + ".weight")
        self.init(
            patches: Matrix(
                rows: width, columns: 3 * side * side,
                values: try reader.values(names.patches, [width, 3, side, side])),
            classToken: Matrix(
                rows: 1, columns: width, values: try reader.values(names.classToken, [width])),
            positions: Matrix(
                rows: tokens, columns: width, values: try reader.values(names.positions, [tokens, width])),
            inputNorm: try reader.norm(names.inputNorm, width: width), layers: layers,
            outputNorm: try reader.norm(names.outputNorm, width: width),
            projection: try reader.trainableProjection(names, width: width))
    }

    /// Adds the weights to a file, under OpenAI's names as a model file has them.
    func write(to writer: inout SafetensorsWriter) {
        let prefix = "clip.visual."
        func add(_ name: String, _ shape: [Int], _ values: [Float]) {
            writer.add(prefix + name, shape: shape, floats: values)
        }
        func add(_ name: String, _ norm: LayerNorm) {
            add(name + ".weight", [norm.dimension], norm.weight)
            add(name + ".bias", [norm.dimension], norm.bias)
        }
        func add(_ name: String, _ linear: Linear, joint: String = ".") {
            let shape = [linear.outputDimension, linear.inputDimension]
            add(name + joint + "weight", shape, linear.weight.values)
            add(name + joint + "bias", [shape[0]], linear.bias)
        }
        add("conv1.weight", [width, 3, patchSide, patchSide], patches.values)
        add("class_embedding", [width], classToken.values)
        add("positional_embedding", [positions.rows, width], positions.values)
        add("ln_pre", inputNorm)
        for (index, layer) in layers.enumerated() {
            let name = "transformer.resblocks.\(index)."
            add(name + "ln_1", layer.attentionNorm)
            add(name + "attn.in_proj", layer.attention.projection, joint: "_")
            add(name + "attn.out_proj", layer.attention.output)
            add(name + "ln_2", layer.innerNorm)
            add(name + "mlp.c_fc", layer.inner)
            add(name + "mlp.c_proj", layer.output)
        }
        add("ln_post", outputNorm)
        add("proj", [width, outputDimension], projection.turned.values)
    }
}

extension ImageTensorReader {
    fileprivate func trainableLayer(
        _ names: CLIPNames, _ layer: String, width: Int, heads: Int, activation: Activation
    ) throws(ModelFileError) -> PreNormLayer {
        let innerWidth = try shape(layer + names.inner + ".weight", [nil, width])[0]
        let parts = try attentionParts(names, layer, width: width)
        return PreNormLayer(
            attentionNorm: try norm(layer + names.attentionNorm, width: width),
            attention: MultiHeadAttention(
                query: parts[0], key: parts[1], value: parts[2],
                output: try whole(layer + names.attentionOutput, outputs: width, inputs: width),
                headCount: heads),
            innerNorm: try norm(layer + names.innerNorm, width: width),
            inner: try whole(layer + names.inner, outputs: innerWidth, inputs: width),
            output: try whole(layer + names.output, outputs: width, inputs: innerWidth),
            activation: activation)
    }

    /// Query, key and value, whether they are stored one by one or stacked.
    private func attentionParts(
        _ names: CLIPNames, _ layer: String, width: Int
    ) throws(ModelFileError) -> [Linear] {
        guard names.isOpenAI else {
            var parts: [Linear] = []
            for kind in ["q", "k", "v"] {
                parts.append(try whole("\(layer)self_attn.\(kind)_proj", outputs: width, inputs: width))
            }
            return parts
        }
        let matrix = try values(layer + "attn.in_proj_weight", [3 * width, width])
        let bias = try values(layer + "attn.in_proj_bias", [3 * width])
        return (0..<3).map { part in
            Linear(
                weight: Matrix(
                    rows: width, columns: width,
                    values: Array(matrix[part * width * width..<(part + 1) * width * width])),
                bias: Array(bias[part * width..<(part + 1) * width]))
        }
    }

    private func whole(_ name: String, outputs: Int, inputs: Int) throws(ModelFileError) -> Linear {
        Linear(
            weight: Matrix(
                rows: outputs, columns: inputs, values: try values(name + ".weight", [outputs, inputs])),
            bias: try values(name + ".bias", [outputs]))
    }

    /// [E, D].
    fileprivate func trainableProjection(
        _ names: CLIPNames, width: Int
    ) throws(ModelFileError) -> Matrix {
        let name = names.projection
        guard names.isOpenAI else {
            let outputs = try shape(name, [nil, width])[0]
            return Matrix(rows: outputs, columns: width, values: try values(name, [outputs, width]))
        }
        let outputs = try shape(name, [width, nil])[1]
        return Matrix(rows: width, columns: outputs, values: try values(name, [width, outputs])).turned
    }
}

extension Matrix {
    /// Rows as columns.
    fileprivate var turned: Matrix {
        var result = Matrix(rows: columns, columns: rows)
        for row in 0..<rows {
            for column in 0..<columns { result[column, row] = self[row, column] }
        }
        return result
    }
}
