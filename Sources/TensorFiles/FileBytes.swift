internal import Glibc
internal import Platform

#if _endian(big)
    #error("tensor files are little-endian and are read without swapping bytes")
#endif

/// The bytes of a file, mapped read-only, or a copy of bytes in memory.
///
/// Nothing is read before it is asked for. The map lives as long as the object. Nobody may shorten the file
/// in the meantime: the operating system answers a read beyond the new end by ending the process.
package final class FileBytes: Sendable {
    private nonisolated(unsafe) let base: UnsafeMutableRawPointer
    package let count: Int
    private let isMapped: Bool

    /// Maps the file. Throws `unreadable` if it is absent, forbidden, or no regular file.
    package init(path: String) throws(TensorFileError) {
        func failure(_ action: String) -> TensorFileError {
            TensorFileError(
                .unreadable,
                "cannot \(action) \(TensorFileError.quoted(path)): \(String(cString: strerror(errno)));"
                    + " check the path and its permissions")
        }
        let descriptor = FileName.withBytes(path) { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        guard descriptor >= 0 else { throw failure("open") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("examine") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw TensorFileError(
                .unreadable, "\(TensorFileError.quoted(path)) is not a regular file; give the path of a file")
        }
        count = Int(status.st_size)
        if count == 0 {
            base = UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1)
            isMapped = false
            return
        }
        guard let map = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), map != MAP_FAILED else {
            throw failure("map")
        }
        base = map
        isMapped = true
    }

    /// Copies `bytes`.
    package init(_ bytes: [UInt8]) {
        count = bytes.count
        base = UnsafeMutableRawPointer.allocate(byteCount: max(1, bytes.count), alignment: 16)
        isMapped = false
        bytes.withUnsafeBytes { source in
            if let start = source.baseAddress { base.copyMemory(from: start, byteCount: source.count) }
        }
    }

    deinit {
        if isMapped { munmap(base, count) } else { base.deallocate() }
    }

    /// Lends `range`, which must lie within the file, for the duration of `body`.
    func withBytes<Result>(in range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "a range beyond the file")
        return withExtendedLifetime(self) {
            body(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
        }
    }

    /// A copy of `range`, which must lie within the file.
    package func copy(_ range: Range<Int>) -> [UInt8] {
        withBytes(in: range) { [UInt8]($0) }
    }

    /// The little-endian integer at `offset`; nil where it does not lie within the file.
    func integer<Integer: FixedWidthInteger>(at offset: Int, as type: Integer.Type) -> Integer? {
        let size = MemoryLayout<Integer>.size
        guard offset >= 0, count >= size, offset <= count - size else { return nil }
        return withExtendedLifetime(self) {
            Integer(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: Integer.self))
        }
    }
}
