internal import Synchronization

/// The tensors of a file that `torch.save` wrote, by name, and the plain values beside them.
///
/// Read are: zip files (PyTorch 1.6 and later), the older stream of pickles, and TorchScript archives whose
/// state needs no code. Opening reads the directory and the pickle; a storage's bytes are read when a tensor
/// is asked for. Nothing of the file is executed. Where the file has a dictionary `state_dict`, as Lightning
/// writes, the tensors are those in it; else those in the file's dictionary itself and in dictionaries within
/// it. Names join the keys of nested dictionaries, or of TorchScript modules, with dots.
package final class TorchCheckpoint: Sendable {
    /// Which of the formats of `torch.save` and `torch.jit.save` the file has.
    package enum Layout: String, Hashable, Sendable {
        case zip
        case torchScript
        case legacy
    }

    /// A plain value of the file's outermost dictionary, such as `epoch` or `pytorch-lightning_version`.
    package enum Scalar: Hashable, Sendable {
        case bool(Bool)
        case int(Int64)
        case float(Double)
        case string(String)
    }

    /// Where a storage's bytes are.
    enum StorageLocation: Hashable, Sendable {
        case entry(ZipArchive.Entry)
        case range(Range<Int>)
    }

    package let layout: Layout
    package let tensors: [String: TorchTensor]
    /// The names of `tensors` in the order of the file.
    package let names: [String]
    package let scalars: [String: Scalar]

    let file: FileBytes
    let archive: ZipArchive?
    let storages: [String: StorageLocation]
    let cache = Mutex(StorageCache())

    /// Maps the file and opens it.
    package convenience init(path: String) throws(TensorFileError) {
        try self.init(FileBytes(path: path))
    }

    /// O(size of the pickle). Throws for whatever is no checkpoint, damaged, or asks for code to be run.
    package init(
        _ file: FileBytes, zipLimits: ZipArchive.Limits = .init(), pickleLimits: PickleReader.Limits = .init()
    ) throws(TensorFileError) {
        let contents: TorchContents
        if ZipArchive.isZip(file) {
            let archive = try ZipArchive(file, limits: zipLimits)
            contents = try TorchContents(archive: archive, limits: pickleLimits)
            self.archive = archive
        } else {
            contents = try TorchContents(legacy: file, limits: pickleLimits)
            self.archive = nil
        }
        var naming = TensorNaming(document: contents.document)
        try naming.run()
        self.file = file
        layout = contents.layout
        storages = contents.storages
        tensors = naming.tensors
        names = naming.names
        scalars = naming.scalars
        for name in names {
            guard let tensor = tensors[name] else { continue }
            try check(tensor, name: name)
        }
    }

    /// Names of tensors that are one and the same in PyTorch (tied parameters), each group in the order of
    /// the file.
    package var tiedNames: [[String]] {
        var groups: [TorchTensor: [String]] = [:]
        for name in names {
            if let tensor = tensors[name] { groups[tensor, default: []].append(name) }
        }
        return names.compactMap { name in
            guard let tensor = tensors[name], let group = groups[tensor], group.count > 1, group[0] == name
            else {
                return nil
            }
            return group
        }
    }

    /// Throws unless the tensor's storage is in the file and long enough.
    private func check(_ tensor: TorchTensor, name: String) throws(TensorFileError) {
        let size: Int
        switch storages[tensor.storageKey] {
        case .entry(let entry): size = entry.size
        case .range(let range): size = range.count
        case nil:
            throw .damaged("the storage of tensor \(TensorFileError.quoted(name)) is missing")
        }
        let needed = tensor.reach.multipliedReportingOverflow(by: tensor.elementType.byteCount)
        guard !needed.overflow, needed.partialValue <= size else {
            throw .damaged("the storage of tensor \(TensorFileError.quoted(name)) is shorter than the tensor")
        }
    }
}
