package import TensorKernels

/// Named tensors of a file, whatever its format.
package protocol TensorSource {
    /// File as the user named it.
    var path: String { get }
    var tensorNames: [String] { get }
    /// Nil if there is no such tensor.
    func tensorShape(_ name: String) -> [Int]?
    /// Values of a floating tensor that is there, row-major.
    func tensorValues(_ name: String) throws(ModelFileError) -> [Float]
    /// The weights of the layer `name`, packed for this processor's kernels, where they lie; nil if there are
    /// none, or nobody says that they were made of the tensors as they are.
    func packedFloats(_ name: String) -> SharedFloats?
    /// The values of a tensor of F32 where they lie; nil if there is none, or they cannot be used there.
    func sharedFloats(_ name: String) -> SharedFloats?
}

extension TensorSource {
    package func packedFloats(_ name: String) -> SharedFloats? { nil }
    package func sharedFloats(_ name: String) -> SharedFloats? { nil }
}

extension SafetensorsFile: TensorSource {
    package var tensorNames: [String] { header.entries.map(\.name) }
    package func tensorShape(_ name: String) -> [Int]? { entry(name)?.shape }
    package func tensorValues(_ name: String) throws(ModelFileError) -> [Float] { try floats(name) }
    package func packedFloats(_ name: String) -> SharedFloats? {
        guard let floats = storedPackedFloats(name), let source = metadata[PackedLayers.sourceKey],
            source == packedSourceDigest()
        else { return nil }
        return floats
    }

    /// The same, whatever they were made of.
    func storedPackedFloats(_ name: String) -> SharedFloats? {
        let precision = metadata[ModelMetadata.precisionKey].flatMap(Precision.init) ?? .float32
        guard metadata[PackedLayers.formKey] == PackedShape.form(.best, precision) else { return nil }
        return sharedFloats(PackedLayers.prefix + name)
    }
}
