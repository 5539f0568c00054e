internal import Glibc

/// A `.npz` file: a zip archive of arrays, as `numpy.savez` and `numpy.savez_compressed` write it.
package struct NPZFile: Sendable {
    private let archive: ZipArchive
    /// The arrays' names, without `.npy`, in the order of the file.
    package let names: [String]

    /// Maps the file and reads its directory.
    package init(path: String) throws(TensorFileError) {
        try self.init(FileBytes(path: path))
    }

    /// Reads the directory. Entries that are no arrays are passed over.
    package init(_ file: FileBytes, limits: ZipArchive.Limits = .init()) throws(TensorFileError) {
        archive = try ZipArchive(file, limits: limits)
        names = archive.entries.filter { $0.name.hasSuffix(".npy") }.map { String($0.name.dropLast(4)) }
    }

    /// Reads one array. Memory: some three times the array.
    package func array(_ name: String) throws(TensorFileError) -> NPYArray {
        guard let entry = archive.entry(named: name + ".npy") else {
            throw TensorFileError(
                .absent,
                "the file has no array \(TensorFileError.quoted(name)); it has "
                    + TensorFileError.plain(names.joined(separator: ", ")))
        }
        guard entry.size <= NPYArray.byteLimit else {
            throw TensorFileError(
                .tooLarge, "array \(TensorFileError.quoted(name)) is larger than 8 GiB; split it")
        }
        return try NPYArray(archive.read(entry))
    }

    /// The bytes of a file with these arrays, uncompressed. Equal arrays give equal bytes. Names must be distinct.
    /// Throws `tooLarge` from 4 GiB on.
    package static func encode(_ arrays: [(name: String, array: NPYArray)]) throws(TensorFileError) -> [UInt8]
    {
        precondition(Set(arrays.map(\.name)).count == arrays.count, "two arrays of one name")
        var writer = ZipWriter()
        for (name, array) in arrays { try writer.add(name: name + ".npy", array.encoded()) }
        return writer.finish()
    }

    /// Writes the arrays to `path`, all or nothing: a temporary file beside it takes its name once it is complete.
    package static func write(
        _ arrays: [(name: String, array: NPYArray)], path: String
    ) throws(TensorFileError) {
        let bytes = try encode(arrays)
        let temporary = "\(path).\(getpid()).partial"
        func failure() -> TensorFileError {
            let reason = String(cString: strerror(errno))
            unlink(temporary)
            return TensorFileError(
                .unreadable,
                "cannot write \(TensorFileError.quoted(path)): \(reason); check the folder and the free space"
            )
        }
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw failure() }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { all in
                let rest = UnsafeRawBufferPointer(rebasing: all[written...])
                return Glibc.write(descriptor, rest.baseAddress, rest.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let error = failure()
                close(descriptor)
                throw error
            }
            written += count
        }
        guard close(descriptor) == 0, rename(temporary, path) == 0 else { throw failure() }
    }
}
