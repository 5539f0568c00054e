internal import NeuralNet
package import SceneModel

extension FineTunedModel {
    /// The model as a file that `ModelFile` reads.
    package func file(_ metadata: ModelMetadata) -> SafetensorsWriter {
        SafetensorsWriter(parameters: self, metadata: metadata)
    }
}

extension PretextModel {
    /// The network with its pretext heads as a file that `ModelFile` reads: the head of boundary prediction
    /// is the detector where the metadata say so.
    package func file(_ metadata: ModelMetadata) -> SafetensorsWriter {
        SafetensorsWriter(parameters: self, metadata: metadata)
    }
}

extension SafetensorsWriter {
    fileprivate init(parameters: some ParameterTree, metadata: ModelMetadata) {
        var writer = SafetensorsWriter(metadata: metadata.entries)
        var copy = parameters
        copy.visitParameters("") { name, shape, values, range in
            guard name.hasSuffix("mask_embedding.weight") else {
                return writer.add(name, shape: shape, floats: Array(values[range]))
            }
            // BaSSL's table has a row of zeros for shots that are not hidden.
            writer.add(
                name, shape: [2, range.count],
                floats: [Float](repeating: 0, count: range.count) + Array(values[range]))
        }
        self = writer
    }
}
