internal import Synchronization

/// What reading storages leaves behind.
struct StorageCache: Sendable {
    /// Stored entries whose checksum has been compared.
    var verified: Set<String> = []
    /// The storage that was inflated last: tensors of one storage tend to be read together.
    var inflated: (key: String, bytes: [UInt8])?
}

extension TorchCheckpoint {
    /// The elements of `tensors[name]` in row-major order as `Float`, whatever their type; `float32` bit for
    /// bit. Memory: twice the tensor, and the storage where it is compressed.
    package func floats(_ name: String) throws(TensorFileError) -> [Float] {
        let tensor = try tensor(name)
        let bytes = try bytes(tensor)
        return bytes.withUnsafeBytes { tensor.elementType.floats($0) }
    }

    /// The elements as `Int64`. Throws for a floating-point tensor.
    package func integers(_ name: String) throws(TensorFileError) -> [Int64] {
        let tensor = try tensor(name)
        let bytes = try bytes(tensor)
        guard let values = bytes.withUnsafeBytes({ tensor.elementType.integers($0) }) else {
            throw TensorFileError(
                .unsupported,
                "tensor \(TensorFileError.quoted(name)) holds \(tensor.elementType.rawValue), not integers;"
                    + " read it as floats")
        }
        return values
    }

    /// The elements in row-major order as they are stored: little-endian, `byteCount` bytes.
    package func bytes(_ name: String) throws(TensorFileError) -> [UInt8] {
        try bytes(tensor(name))
    }

    private func tensor(_ name: String) throws(TensorFileError) -> TorchTensor {
        guard let tensor = tensors[name] else {
            throw TensorFileError(
                .absent,
                "the checkpoint has no tensor \(TensorFileError.quoted(name)); check the model's kind")
        }
        return tensor
    }

    private func bytes(_ tensor: TorchTensor) throws(TensorFileError) -> [UInt8] {
        switch storages[tensor.storageKey] {
        case .range(let range): return file.withBytes(in: range) { tensor.gather($0) }
        case .entry(let entry):
            guard let archive else { break }
            if entry.compression == .deflated {
                let storage = try inflatedStorage(tensor.storageKey, entry, archive)
                return storage.withUnsafeBytes { tensor.gather($0) }
            }
            if !cache.withLock({ $0.verified.contains(tensor.storageKey) }) {
                try archive.verify(stored: entry)
                cache.withLock { _ = $0.verified.insert(tensor.storageKey) }
            }
            return file.withBytes(in: entry.dataRange) { tensor.gather($0) }
        case nil: break
        }
        preconditionFailure("a tensor whose storage was not checked when the checkpoint was opened")
    }

    private func inflatedStorage(
        _ key: String, _ entry: ZipArchive.Entry, _ archive: ZipArchive
    ) throws(TensorFileError) -> [UInt8] {
        if let last = cache.withLock({ $0.inflated }), last.key == key { return last.bytes }
        let bytes = try archive.read(entry)
        cache.withLock { $0.inflated = (key, bytes) }
        return bytes
    }
}
