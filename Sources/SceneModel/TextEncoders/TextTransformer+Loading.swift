package import NeuralNet
package import TensorKernels

extension TextTransformer {
    /// CLIP's text tower as `model import` stores it, under the names of OpenAI and OpenCLIP or of Hugging
    /// Face; all sizes come from the tensors.
    ///
    /// `headCount` is nil for one head per 64 columns, as all published ones have. `packedLayers` gets all
    /// layers, packed anew. Computes in float32.
    package init(
        clip source: some TensorSource, headCount: Int? = nil, activation: Activation = .quickGELU,
        layers packedLayers: PackedLayers? = nil
    ) throws(ModelFileError) {
        let reader = ImageTensorReader(source: source, layers: packedLayers, part: "text tower")
        let outline = try TextEncoderOutline(reader, headCount: headCount)
        let (names, width) = (CLIPNames(text: reader), outline.width)
        let inner = names.layer(0) + names.inner + ".weight"
        let innerWidth = try reader.shape(inner, [nil, width])[0]
        var layers: [Layer] = []
        for index in 0..<outline.layerCount {
            layers.append(
                try reader.layer(names, names.layer(index), width: width, innerWidth: innerWidth))
        }
        let pieces: SharedFloats
        if let floats = source.sharedFloats(names.pieces) {
            guard floats.areFinite else {
                throw reader.unsuitable(names.pieces, "holds values that are not finite numbers")
            }
            pieces = floats
        } else {
            pieces = SharedFloats(try reader.values(names.pieces, [outline.pieceCount, width]))
        }
        self.init(
            pieces: pieces,
            positions: Matrix(
                rows: outline.length, columns: width,
                values: try reader.values(names.positions, [outline.length, width])),
            layers: layers, outputNorm: try reader.norm(names.finalNorm, width: width),
            projection: try reader.clipProjection(names, width: width), headCount: outline.headCount,
            activation: activation)
    }
}
