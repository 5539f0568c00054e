internal import Digests
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
    /// Metadata that says which tensors they were made of: `sourceDigest`. Other programs change tensors and
    /// keep what they do not know; then the layers are of no use.
    package static let sourceKey = "scened.packed_of"

    /// Whether a layer may be made of the tensor.
    static func isSource(_ name: String, _ type: SafetensorsEntry.ElementType) -> Bool {
        type.isFloating && !name.hasPrefix(prefix)
    }

    /// SHA-256 of the source tensors of a file, hexadecimal: names, types, shapes, and the digest of the
    /// bytes of each, in order of names.
    static func sourceDigest(
        of tensors: [(name: String, type: SafetensorsEntry.ElementType, shape: [Int], digest: String)]
    ) -> String {
        let lines = tensors.sorted { $0.name < $1.name }.map {
            "\($0.name) \($0.type.rawValue) \($0.shape) \($0.digest)\n"
        }
        return SHA256.digest(of: Array(lines.joined().utf8).span)
    }

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
