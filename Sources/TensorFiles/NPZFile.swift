internal import Platform

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

    /// The bytes of a file with these arrays, uncompressed. Equal arrays give equal bytes. Names must be
    /// distinct. Throws `tooLarge` from 4 GiB on.
    package static func encode(_ arrays: [(name: String, array: NPYArray)]) throws(TensorFileError) -> [UInt8]
    {
        precondition(Set(arrays.map(\.name)).count == arrays.count, "two arrays of one name")
        var writer = ZipWriter()
        for (name, array) in arrays { try writer.add(name: name + ".npy", array.encoded()) }
        return writer.finish()
    }

    /// Writes the arrays to `path`, all or nothing: the file has its name once it is whole and on disk.
    package static func write(
        _ arrays: [(name: String, array: NPYArray)], path: String
    ) throws(TensorFileError) {
        let bytes = try encode(arrays)
        do throws(OutputError) {
            var file = try OutputFile(path: path)
            try file.write(bytes)
            try file.finish()
        } catch {
            throw TensorFileError(
                .unreadable,
                "cannot write \(TensorFileError.quoted(path)): \(error.reason); \(error.remedy)"
            )
        }
    }
}
