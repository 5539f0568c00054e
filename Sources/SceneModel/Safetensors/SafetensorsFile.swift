internal import Digests
internal import Synchronization
package import TensorKernels

/// A safetensors file on disk, mapped: names, shapes and metadata at once, tensors when asked for.
///
/// Opening costs time and memory in proportion to the header alone. Every fault is a `ModelFileError`, never
/// a crash.
package final class SafetensorsFile: Sendable {
    package let path: String
    package let header: SafetensorsHeader
    private let file: MappedFile
    private let indexOfName: [String: Int]
    /// Digests that were asked for, by tensor: those of networks and of the packed layers' source share them.
    private let tensorDigests = Mutex<[String: String]>([:])
    private let packedSource = Mutex<String?>(nil)

    /// `path` may name one of the program's own files: `builtin:NAME`.
    package init(path: String) throws(ModelFileError) {
        self.path = path
        if path.hasPrefix(Self.builtinPrefix) {
            file = try Self.builtin(path)
        } else {
            do {
                file = try MappedFile(path: path)
            } catch {
                throw Self.unreadable(path, error)
            }
        }
        if let format = Self.foreignFormat(file) {
            throw ModelFileError(
                .foreignFormat, path: path, detail: "this is \(format), not a safetensors file",
                remedy: "save the weights with safetensors.torch.save_file and give that file")
        }
        // Behind the length of the header, the header is JSON.
        guard file.count <= 8 || file.withBytes(in: 8..<9, { $0[0] }) == UInt8(ascii: "{") else {
            throw ModelFileError(
                .foreignFormat, path: path, detail: "this is not a model file",
                remedy: "give one that scened model import or scened train made")
        }
        let file = file
        do {
            header = try file.withBytes(in: 0..<file.count) { bytes throws(SafetensorsHeader.Fault) in
                try SafetensorsHeader(parsing: bytes)
            }
        } catch {
            throw ModelFileError(
                .malformedHeader, path: path, detail: error.text,
                remedy: "the file is damaged or cut short; copy or export it again")
        }
        indexOfName = Dictionary(
            uniqueKeysWithValues: header.entries.enumerated().map { ($0.element.name, $0.offset) })
    }

    /// Before the name of a file that is part of the program.
    package static let builtinPrefix = "builtin:"

    private static func builtin(_ path: String) throws(ModelFileError) -> MappedFile {
        if let file = BuiltinModel(rawValue: String(path.dropFirst(builtinPrefix.count))) { return file.file }
        let known = BuiltinModel.allCases.map { builtinPrefix + $0.rawValue }.joined(separator: ", ")
        throw ModelFileError(
            .unreadable, path: path, detail: "no such model is part of scened",
            remedy: "this scened knows \(known)")
    }

    package var metadata: [String: String] { header.metadata }

    /// The path without its folders, for `stream_start`.
    package var fileName: String { path.split(separator: "/").last.map(String.init) ?? path }

    package func entry(_ name: String) -> SafetensorsEntry? { indexOfName[name].map { header.entries[$0] } }

    /// A copy of the whole file.
    package var bytes: [UInt8] {
        file.withBytes(in: 0..<file.count) { span in
            span.indices.map { span[$0] }
        }
    }

    /// SHA-256 of the whole file, hexadecimal. Reads all of it.
    package func digest() -> String {
        file.withBytes(in: 0..<file.count) { SHA256.digest(of: $0) }
    }

    /// SHA-256 of a tensor's bytes, hexadecimal. Reads them once.
    func digest(of entry: SafetensorsEntry) -> String {
        let start = header.dataOffset
        return tensorDigests.withLock { known in
            if let digest = known[entry.name] { return digest }
            let digest = file.withBytes(
                in: start + entry.bytes.lowerBound..<start + entry.bytes.upperBound
            ) { SHA256.digest(of: $0) }
            known[entry.name] = digest
            return digest
        }
    }

    /// What packed layers are made of: see `PackedLayers.sourceDigest`. Reads those tensors once.
    func packedSourceDigest() -> String {
        packedSource.withLock { known in
            if let digest = known { return digest }
            let entries = header.entries.filter { PackedLayers.isSource($0.name, $0.type) }
            let digest = PackedLayers.sourceDigest(
                of: entries.map { ($0.name, $0.type, $0.shape, self.digest(of: $0)) })
            known = digest
            return digest
        }
    }

    /// Runs `body` on the floats of an F32 tensor, without a copy where they lie aligned in the file; other
    /// floating types are converted first. The span holds in `body` only.
    package func withFloats<Result>(
        _ name: String, _ body: (Span<Float>) throws(ModelFileError) -> Result
    ) throws(ModelFileError) -> Result {
        let entry = try require(name)
        if entry.type == .float32 {
            return try file.withFloats(
                at: header.dataOffset + entry.bytes.lowerBound, count: entry.elementCount, body)
        }
        let converted = try convertedFloats(entry)
        return try body(converted.span)
    }

    /// The floats of an F32 tensor where they lie in the file; nil if there is no such tensor, or it is not
    /// aligned.
    package func sharedFloats(_ name: String) -> SharedFloats? {
        guard let entry = entry(name), entry.type == .float32 else { return nil }
        return file.floats(at: header.dataOffset + entry.bytes.lowerBound, count: entry.elementCount)
    }

    /// All values of an F32, F16, BF16 or F64 tensor, row-major, rounded to Float.
    package func floats(_ name: String) throws(ModelFileError) -> [Float] {
        try withFloats(name) { span throws(ModelFileError) in
            var values = [Float](repeating: 0, count: span.count)
            for index in 0..<span.count { values[index] = span[index] }
            return values
        }
    }

    /// All values of an integer or BOOL tensor, row-major; U64 above Int64.max is a fault.
    package func integers(_ name: String) throws(ModelFileError) -> [Int64] {
        let entry = try require(name)
        let size = entry.type.size
        var values: [Int64] = []
        values.reserveCapacity(entry.elementCount)
        for element in 0..<entry.elementCount {
            let bits = littleEndian(entry, element)
            switch entry.type {
            case .int8, .int16, .int32, .int64:
                let unused = 64 - 8 * size
                values.append(Int64(bitPattern: bits << UInt64(unused)) >> Int64(unused))
            case .bool, .uint8, .uint16, .uint32, .uint64:
                guard let value = Int64(exactly: bits) else {
                    throw unsuitable(entry, "holds a number above 2^63")
                }
                values.append(value)
            default: throw unsuitable(entry, "has element type \(entry.type.rawValue), not a whole number")
            }
        }
        return values
    }

    // MARK: Conversion

    private func convertedFloats(_ entry: SafetensorsEntry) throws(ModelFileError) -> [Float] {
        switch entry.type {
        case .float16, .bfloat16, .float64: break
        default: throw unsuitable(entry, "has element type \(entry.type.rawValue), not a floating one")
        }
        var values: [Float] = []
        values.reserveCapacity(entry.elementCount)
        for element in 0..<entry.elementCount {
            let bits = littleEndian(entry, element)
            switch entry.type {
            case .float16: values.append(Self.half(UInt16(truncatingIfNeeded: bits)))
            case .bfloat16: values.append(Float(bitPattern: UInt32(truncatingIfNeeded: bits) << 16))
            default: values.append(Float(Double(bitPattern: bits)))
            }
        }
        return values
    }

    /// IEEE 754 binary16, without needing the processor to know it.
    static func half(_ bits: UInt16) -> Float {
        let sign = UInt32(bits & 0x8000) << 16
        let exponent = UInt32(bits >> 10) & 0x1F
        let fraction = UInt32(bits & 0x3FF)
        switch exponent {
        case 0: return Float(sign: sign == 0 ? .plus : .minus, exponent: -24, significand: Float(fraction))
        case 0x1F: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
        default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }

    /// The bytes of one element, lowest first.
    private func littleEndian(_ entry: SafetensorsEntry, _ element: Int) -> UInt64 {
        let size = entry.type.size
        let start = header.dataOffset + entry.bytes.lowerBound + element * size
        return file.withBytes(in: start..<start + size) { bytes in
            var bits: UInt64 = 0
            for index in 0..<size { bits |= UInt64(bytes[index]) << UInt64(8 * index) }
            return bits
        }
    }

    // MARK: Faults

    /// The entry of a tensor that must be there.
    func require(_ name: String) throws(ModelFileError) -> SafetensorsEntry {
        guard let entry = entry(name) else {
            throw ModelFileError(
                .missingTensor, path: path, detail: "tensor \(ModelFileError.quoted(name)) is missing",
                remedy: "export the whole model")
        }
        return entry
    }

    private func unsuitable(_ entry: SafetensorsEntry, _ what: String) -> ModelFileError {
        ModelFileError(
            .unsuitableTensor, path: path, detail: "tensor \(ModelFileError.quoted(entry.name)) \(what)",
            remedy: "export it again as F32")
    }

    private static func unreadable(_ path: String, _ failure: MappedFile.Failure) -> ModelFileError {
        switch failure {
        case .system(let text):
            ModelFileError(
                .unreadable, path: path, detail: "cannot open the model file (\(text))",
                remedy: BuiltinModel(rawValue: path) == nil
                    ? "check the path and its permissions"
                    : "the model that is part of scened is \(builtinPrefix)\(path)")
        case .notRegularFile:
            ModelFileError(
                .unreadable, path: path, detail: "not a regular file",
                remedy: "give the path of a safetensors file")
        case .empty:
            ModelFileError(
                .malformedHeader, path: path, detail: "the file is empty",
                remedy: "copy or export the model again")
        }
    }

    /// What people give by mistake: checkpoints of PyTorch and other known formats.
    private static func foreignFormat(_ file: MappedFile) -> String? {
        file.withBytes(in: 0..<min(file.count, 8)) { bytes in
            func begins(_ prefix: [UInt8]) -> Bool {
                bytes.count >= prefix.count && prefix.indices.allSatisfy { bytes[$0] == prefix[$0] }
            }
            if begins([0x50, 0x4B, 0x03, 0x04]) { return "a zip archive, perhaps a PyTorch checkpoint" }
            if begins([0x80, 0x02]) { return "a Python pickle, perhaps an old PyTorch checkpoint" }
            if begins([0x89, 0x48, 0x44, 0x46]) { return "an HDF5 file" }
            if begins([0x47, 0x47, 0x55, 0x46]) { return "a GGUF file" }
            return nil
        }
    }
}
