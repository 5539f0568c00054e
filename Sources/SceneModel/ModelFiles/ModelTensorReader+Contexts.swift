internal import NeuralNet
internal import TensorKernels

extension ModelTensorReader {
    /// The context network of the kind that the metadata names.
    func context(_ metadata: ModelMetadata) throws(ModelFileError) -> ContextModel {
        switch metadata.context {
        case .crn: .crn(try network(headCount: metadata.headCount))
        case .mlp: .mlp(try perceptron(neighborCount: neighborCount(metadata)))
        case .lstm: .lstm(try recurrent(neighborCount: neighborCount(metadata)))
        case .relational: .relational(try relational(headCount: metadata.headCount))
        }
    }

    private func perceptron(neighborCount: Int) throws(ModelFileError) -> PerceptronNetwork {
        let name = prefix + "first"
        let shape = try matrixShape(name + ".weight")
        guard shape[1] % (2 * neighborCount + 1) == 0 else {
            throw unsuitable(
                name + ".weight", "takes \(shape[1]) numbers, no multiple of 2K+1 with K = \(neighborCount)")
        }
        let width = try matrixShape(prefix + "second.weight")[0]
        return PerceptronNetwork(
            first: try linear(name, outputs: shape[0], inputs: shape[1]),
            second: try linear(prefix + "second", outputs: width, inputs: shape[0]),
            neighborCount: neighborCount)
    }

    private func recurrent(neighborCount: Int) throws(ModelFileError) -> RecurrentNetwork {
        let name = prefix + "rightward.input.weight"
        let shape = try matrixShape(name)
        guard shape[0] % 4 == 0 else {
            throw unsuitable(name, "has \(shape[0]) rows, expected four gates of equal size")
        }
        let (units, inputs) = (shape[0] / 4, shape[1])
        func direction(_ name: String) throws(ModelFileError) -> LSTM {
            LSTM(
                input: try linear(name + ".input", outputs: 4 * units, inputs: inputs),
                recurrent: try linear(name + ".recurrent", outputs: 4 * units, inputs: units))
        }
        let maskName = prefix + "mask_embedding.weight"
        var mask: [Float]?
        if file.entry(maskName) != nil { mask = try matrix(maskName, rows: 2, columns: inputs).row(1) }
        return RecurrentNetwork(
            rightward: try direction(prefix + "rightward"), leftward: try direction(prefix + "leftward"),
            neighborCount: neighborCount, maskEmbedding: mask)
    }

    private func relational(headCount: Int) throws(ModelFileError) -> RelationalNetwork {
        let positionName = prefix + "position_embedding.weight"
        let positions = try matrixShape(positionName)
        guard positions[0] >= 3, positions[0] % 2 == 1, positions[0] <= 257 else {
            throw unsuitable(positionName, "has \(positions[0]) rows, expected 2K+1 with K of 1 to 128")
        }
        let width = positions[1]
        try requireHeads(headCount, width: width)
        let tokens = RelationalTokens(neighborCount: positions[0] / 2)
        var layers: [TransformerLayer] = []
        for index in 0..<layerCount {
            layers.append(try layer(prefix + "encoder.layer.\(index).", width: width, headCount: headCount))
        }
        return RelationalNetwork(
            projection: try linear(prefix + "token_embedding", outputs: width, inputs: tokens.width),
            positions: try matrix(positionName, rows: positions[0], columns: width),
            inputNorm: try norm(prefix + "LayerNorm", width: width), layers: layers)
    }

    /// K, which these networks' tensors do not show.
    private func neighborCount(_ metadata: ModelMetadata) throws(ModelFileError) -> Int {
        guard let count = metadata.neighborCount, count <= 128 else {
            throw ModelFileError(
                .unsuitableMetadata, path: file.path,
                detail: "metadata scened.neighbors is missing or above 128",
                remedy: "state K, the neighbours on each side, there")
        }
        return count
    }

    /// Throws unless `width` divides into `headCount` heads.
    func requireHeads(_ headCount: Int, width: Int) throws(ModelFileError) {
        guard width % headCount == 0 else {
            throw ModelFileError(
                .unsuitableMetadata, path: file.path,
                detail: "a width of \(width) does not divide into \(headCount) heads",
                remedy: "give the number of heads in the metadata as scened.heads")
        }
    }
}
