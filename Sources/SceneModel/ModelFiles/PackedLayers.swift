package import TensorKernels

/// The layers of a network as the kernels want them, collected while it is loaded: what `model import` puts
/// into the file beside the tensors themselves, so that later runs map them instead of packing their own.
package final class PackedLayers {
    /// Each layer, by the name of its tensors.
    package private(set) var layers: [(name: String, weights: PackedWeights)] = []

    package init() {}

    /// Before the names of packed tensors in a file.
    package static let prefix = "scened.packed."
    /// Metadata that says for which kernels they are packed.
    package static let formKey = "scened.packed"

    func add(_ name: String, _ weights: PackedWeights) { layers.append((name, weights)) }

    /// The layer `name` out of a file, if it is packed there; a fault if what is there cannot be right.
    static func weights(
        _ name: String, _ shape: PackedShape, in source: some TensorSource
    ) throws(ModelFileError) -> PackedWeights? {
        guard let floats = source.packedFloats(name) else { return nil }
        guard let weights = PackedWeights(packed: floats, shape: shape), weights.areFinite else {
            throw ModelFileError(
                .unsuitableTensor, path: source.path,
                detail:
                    "tensor \(ModelFileError.quoted(prefix + name)) does not fit the layer that it stands for",
                remedy: "import the model again")
        }
        return weights
    }
}
