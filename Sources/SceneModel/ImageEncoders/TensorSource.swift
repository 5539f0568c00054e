/// Named tensors of a file, whatever its format.
package protocol TensorSource {
    /// File as the user named it.
    var path: String { get }
    var tensorNames: [String] { get }
    /// Nil if there is no such tensor.
    func tensorShape(_ name: String) -> [Int]?
    /// Values of a floating tensor that is there, row-major.
    func tensorValues(_ name: String) throws(ModelFileError) -> [Float]
}

extension SafetensorsFile: TensorSource {
    package var tensorNames: [String] { header.entries.map(\.name) }
    package func tensorShape(_ name: String) -> [Int]? { entry(name)?.shape }
    package func tensorValues(_ name: String) throws(ModelFileError) -> [Float] { try floats(name) }
}
