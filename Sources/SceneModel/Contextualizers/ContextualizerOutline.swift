internal import NeuralNet
internal import TensorKernels

/// The contextualizer of a model file, for people.
package struct ContextualizerOutline: Sendable {
    package var name: String
    /// Its digest, hexadecimal.
    package var weights: String
    /// Sizes, in words.
    package var summary: String

    /// nil if the file has none; throws if it cannot be used.
    package init?(_ file: SafetensorsFile) throws(ModelFileError) {
        guard file.hasContextualizer else { return nil }
        let model = try SurpriseModel(file)
        let network = model.network
        (name, weights) = (ContextualizerKey.txe, model.digest)
        summary =
            "\(network.tokenCount) parts of \(network.embeddingWidth) numbers, \(network.width) wide, "
            + "\(network.layers.count) layers, \(network.headCount) heads, \(model.reference.rows) of the archive"
    }
}
