internal import Digests
internal import Platform
internal import Timeline
internal import JSONText

/// Writes F32 and I64 tensors in the safetensors format.
///
/// Equal contents give equal bytes: metadata and tensors stand in order of their names, packed layers first,
/// then wider elements first. The header is padded with spaces so that the tensors begin at a multiple of 64
/// bytes.
package struct SafetensorsWriter: Sendable {
    private struct Tensor: Sendable {
        var type: SafetensorsEntry.ElementType
        var shape: [Int]
        var bytes: [UInt8]
    }

    private var tensors: [String: Tensor] = [:]
    /// The `__metadata__` object; left out if empty.
    package var metadata: [String: String]

    package init(metadata: [String: String] = [:]) { self.metadata = metadata }

    /// Adds a tensor of F32, row-major; a name may be used once.
    package mutating func add(_ name: String, shape: [Int], floats: [Float]) {
        // Little-endian, as `TensorFiles` requires of the machine.
        add(name, Tensor(type: .float32, shape: shape, bytes: floats.withUnsafeBytes { Array($0) }))
    }

    /// Adds a tensor of I64, row-major; a name may be used once.
    package mutating func add(_ name: String, shape: [Int], integers: [Int64]) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 * integers.count)
        for value in integers { Self.append(UInt64(bitPattern: value), size: 8, to: &bytes) }
        add(name, Tensor(type: .int64, shape: shape, bytes: bytes))
    }

    private mutating func add(_ name: String, _ tensor: Tensor) {
        precondition(name != SafetensorsHeader.metadataName, "a name that the format reserves")
        precondition(tensors[name] == nil, "tensor \(name) is there already")
        precondition(tensor.shape.allSatisfy { $0 >= 0 }, "no negative side")
        precondition(
            tensor.shape.reduce(tensor.type.size, *) == tensor.bytes.count,
            "as many values as the shape of \(name)")
        tensors[name] = tensor
    }

    /// Packed layers, whose sizes are multiples of 64 bytes, then wider elements first, so that all are
    /// aligned.
    private var ordered: [(name: String, tensor: Tensor)] {
        func rank(_ name: String, _ tensor: Tensor) -> Int {
            name.hasPrefix(PackedLayers.prefix) ? 0 : 16 - tensor.type.size
        }
        return tensors.sorted { (rank($0.key, $0.value), $0.key) < (rank($1.key, $1.value), $1.key) }
            .map { ($0.key, $0.value) }
    }

    /// `SafetensorsFile.packedSourceDigest` of the file as it stands.
    var packedSourceDigest: String {
        let sources = tensors.filter { PackedLayers.isSource($0.key, $0.value.type) }
        return PackedLayers.sourceDigest(
            of: sources.map {
                ($0.key, $0.value.type, $0.value.shape, SHA256.digest(of: $0.value.bytes.span))
            })
    }

    /// The file's bytes.
    package func bytes() -> [UInt8] {
        ordered.reduce(into: header()) { $0.append(contentsOf: $1.tensor.bytes) }
    }

    /// What stands before the tensors.
    private func header() -> [UInt8] {
        var header = JSONLine()
        if !metadata.isEmpty {
            var object = JSONLine()
            for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
                object.field(Self.escaped(name), raw: JSONLine.quoted(value))
            }
            header.field(SafetensorsHeader.metadataName, raw: object.object)
        }
        var offset = 0
        for (name, tensor) in ordered {
            var object = JSONLine()
            object.field("dtype", tensor.type.rawValue)
            object.field("shape", list: tensor.shape.map(String.init))
            object.field("data_offsets", list: ["\(offset)", "\(offset + tensor.bytes.count)"])
            header.field(Self.escaped(name), raw: object.object)
            offset += tensor.bytes.count
        }
        var text = Array(header.object.utf8)
        text.append(contentsOf: repeatElement(0x20, count: (64 - (8 + text.count) % 64) % 64))
        var bytes: [UInt8] = []
        Self.append(UInt64(text.count), size: 8, to: &bytes)
        return bytes + text
    }

    /// Writes the file, all or nothing: it has its name once it is whole and on disk. `kind`: what messages
    /// call it.
    package func write(to path: String, kind: String = "model file") throws(ModelFileError) {
        do throws(OutputError) {
            var file = try OutputFile(path: path)
            try write(into: &file)
            try file.finish()
        } catch {
            throw Self.unwritable(error, kind: kind)
        }
    }

    /// Writes the bytes; the caller finishes the file.
    func write(into file: inout OutputFile) throws(OutputError) {
        for bytes in [header()] + ordered.map(\.tensor.bytes) { try file.write(bytes) }
    }

    /// A name as it stands between the quotes of a JSON key.
    private static func escaped(_ name: String) -> String {
        String(JSONLine.quoted(name).dropFirst().dropLast())
    }

    /// Little-endian.
    private static func append(_ bits: UInt64, size: Int, to bytes: inout [UInt8]) {
        for index in 0..<size { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(8 * index))) }
    }

    static func unwritable(_ error: OutputError, kind: String = "model file") -> ModelFileError {
        ModelFileError(
            .unwritable, path: error.path, detail: "cannot write the \(kind) (\(error.reason))",
            remedy: error.remedy)
    }
}
