/// The pickle of a checkpoint and where its storages are.
struct TorchContents {
    let layout: TorchCheckpoint.Layout
    let document: PickleDocument
    let storages: [String: TorchCheckpoint.StorageLocation]

    /// A zip file: `<root>/data.pkl`, `<root>/data/<key>`, and `<root>/constants.pkl` in TorchScript
    /// archives. The root's name is arbitrary, and other entries in that folder do not matter. Entries beside
    /// it are refused, for `torch.save` writes none; only what Finder adds to an archive is passed over.
    init(archive: ZipArchive, limits: PickleReader.Limits) throws(TensorFileError) {
        let pickles = archive.entries.filter { entry in
            entry.name.hasSuffix("/data.pkl")
                && entry.name.utf8.count(where: { $0 == UInt8(ascii: "/") }) == 1
        }
        guard let pickle = pickles.first, pickles.count == 1 else {
            throw TensorFileError(
                .otherFormat,
                "the zip archive holds no PyTorch checkpoint (one folder with data.pkl);"
                    + " save the weights with torch.save(model.state_dict(), path)")
        }
        let root = pickle.name.dropLast("data.pkl".count)
        if let stray = archive.entries.first(where: {
            !$0.name.hasPrefix(root) && !$0.name.hasPrefix("__MACOSX/")
        }) {
            throw TensorFileError(
                .refused,
                "refused: the archive holds \(TensorFileError.quoted(stray.name)) beside the checkpoint's folder;"
                    + " save the weights with torch.save(model.state_dict(), path)")
        }
        if let order = archive.entry(named: root + "byteorder") {
            guard order.size <= 16, try archive.read(order) == [UInt8]("little".utf8) else {
                throw TensorFileError(
                    .unsupported, "the checkpoint is big-endian; save it again on a little-endian machine")
            }
        }
        guard pickle.size <= limits.byteCount else {
            throw TensorFileError(
                .tooLarge,
                "refused: the checkpoint's pickle has \(pickle.size) bytes, at most \(limits.byteCount) are read;"
                    + " save only the weights with torch.save(model.state_dict(), path)")
        }
        let isScript = archive.entry(named: root + "constants.pkl") != nil
        layout = isScript ? .torchScript : .zip
        var reader = PickleReader(try archive.read(pickle), isScript: isScript, limits: limits)
        document = try reader.read()
        var storages: [String: TorchCheckpoint.StorageLocation] = [:]
        for entry in archive.entries where entry.name.hasPrefix(root + "data/") {
            storages[String(entry.name.dropFirst(root.count + 5))] = .entry(entry)
        }
        self.storages = storages
    }

    /// The stream that `torch.save` wrote before PyTorch 1.6: five pickles (magic number, version, system,
    /// object, storage keys), then for each key its element count in 8 bytes and its elements.
    init(legacy file: FileBytes, limits: PickleReader.Limits) throws(TensorFileError) {
        try Self.recognize(file)
        var reader = PickleReader(file.copy(0..<min(file.count, limits.byteCount)), limits: limits)
        _ = try reader.read()
        guard try reader.next().root == .int(1001) else {
            throw TensorFileError(
                .unsupported,
                "the checkpoint is of an unknown version; load and save it again with a current PyTorch")
        }
        let system = try reader.next()
        for pair in system.pairs(system.root) ?? [] where pair.key == .string("little_endian") {
            guard pair.value == .bool(true) else {
                throw TensorFileError(
                    .unsupported, "the checkpoint is big-endian; save it again on a little-endian machine")
            }
        }
        document = try reader.next()
        let list = try reader.next()
        guard let keys = list.elements(list.root) else { throw .damaged("the list of storages is missing") }

        var elementSizes: [String: Int] = [:]
        for storage in document.storages { elementSizes[storage.key] = storage.elementType?.byteCount ?? 1 }
        var storages: [String: TorchCheckpoint.StorageLocation] = [:]
        var position = reader.position
        for case .string(let key) in keys {
            guard let elementSize = elementSizes[key], let count = file.integer(at: position, as: Int64.self),
                count >= 0, count <= Int64(file.count)
            else { throw .damaged("storage \(TensorFileError.quoted(key)) is missing") }
            let start = position + 8
            let size = Int(count) * elementSize
            guard size <= file.count - start else {
                throw .damaged("storage \(TensorFileError.quoted(key)) is cut short")
            }
            storages[key] = .range(start..<start + size)
            position = start + size
        }
        layout = .legacy
        self.storages = storages
    }

    /// The pickle of the legacy format's magic number, 0x1950a86a20f9469cfc6c, in protocol 2.
    private static let magic: [UInt8] = [
        0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e,
    ]

    /// Throws, with what the file seems to be, unless it begins with the magic number.
    private static func recognize(_ file: FileBytes) throws(TensorFileError) {
        if file.count >= magic.count, file.copy(0..<magic.count) == magic { return }
        let remedy = "; save the weights with torch.save(model.state_dict(), path)"
        if file.count >= 262, file.copy(257..<262) == [UInt8]("ustar".utf8) {
            throw TensorFileError(
                .unsupported,
                "a tar file, as PyTorch 0.1 wrote; load it with PyTorch before 2.9 and save it again with torch.save"
            )
        }
        if file.integer(at: 0, as: UInt8.self) == 0x80 {
            throw TensorFileError(.otherFormat, "a plain pickle, which holds no tensors of PyTorch" + remedy)
        }
        if file.integer(at: 8, as: UInt8.self) == UInt8(ascii: "{"),
            let length = file.integer(at: 0, as: UInt64.self), length < UInt64(file.count)
        {
            throw TensorFileError(
                .otherFormat,
                "a safetensors file, not a PyTorch checkpoint; name it .safetensors to read it as one")
        }
        throw TensorFileError(.otherFormat, "not a PyTorch checkpoint" + remedy)
    }
}

extension PickleReader {
    /// Reads the pickle that follows, with a fresh stack, memo and document.
    fileprivate mutating func next() throws(TensorFileError) -> PickleDocument {
        self = PickleReader(input, at: position, isScript: isScript, limits: limits)
        return try read()
    }
}
