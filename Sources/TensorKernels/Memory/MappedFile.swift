internal import Glibc
internal import Platform

/// The bytes of a regular file, mapped read-only, or of one that is part of the program.
///
/// For short use (read, copy what is needed, let go), or, through `floats`, for as long as a network runs.
/// Who cuts the file short meanwhile makes the kernel end the process with SIGBUS, as with every mapping; who
/// replaces it by renaming does no harm.
package final class MappedFile: Sendable {
    /// Why a file could not be mapped.
    package enum Failure: Error, Equatable, Sendable {
        /// The system refused; the text is its own.
        case system(String)
        case notRegularFile
        case empty
    }

    /// Size in bytes, at least 1.
    package let count: Int
    private nonisolated(unsafe) let base: UnsafeRawPointer
    private let isMapped: Bool

    package init(path: String) throws(Failure) {
        // Without O_NONBLOCK a named pipe would wait for its writer.
        let descriptor = FileName.withBytes(path) { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        guard descriptor >= 0 else { throw Self.lastSystemFailure() }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.lastSystemFailure() }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Failure.notRegularFile }
        guard status.st_size > 0 else { throw Failure.empty }
        guard let address = mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0),
            address != MAP_FAILED
        else { throw Self.lastSystemFailure() }
        base = UnsafeRawPointer(address)
        count = Int(status.st_size)
        isMapped = true
    }

    /// Bytes that stay where they are as long as the program runs.
    package init(embedded base: UnsafeRawPointer, count: Int) {
        self.base = base
        self.count = count
        isMapped = false
    }

    deinit { if isMapped { munmap(UnsafeMutableRawPointer(mutating: base), count) } }

    /// Runs `body` on the bytes of the given range.
    package func withBytes<Result, Failure: Error>(
        in range: Range<Int>, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "bytes inside the file")
        let bytes = UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count)
        return try body(bytes.bindMemory(to: UInt8.self).span)
    }

    /// Runs `body` on the floats that begin at a byte: in place where that byte is aligned, else on a copy.
    package func withFloats<Result, Failure: Error>(
        at offset: Int, count floatCount: Int, _ body: (Span<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(
            offset >= 0 && floatCount >= 0 && floatCount <= (count - offset) / 4, "floats inside the file")
        let bytes = UnsafeRawBufferPointer(start: base + offset, count: floatCount * 4)
        if (UInt(bitPattern: base) + UInt(offset)) % UInt(MemoryLayout<Float>.alignment) == 0 {
            return try body(bytes.bindMemory(to: Float.self).span)
        }
        var copy = [Float](repeating: 0, count: floatCount)
        copy.withUnsafeMutableBytes { $0.copyMemory(from: bytes) }
        return try body(copy.span)
    }

    /// The floats that begin at a byte, as they lie in the file: no copy, and the file stays mapped as long
    /// as they are held. nil if that byte is not aligned.
    package func floats(at offset: Int, count floatCount: Int) -> SharedFloats? {
        precondition(
            offset >= 0 && floatCount >= 0 && floatCount <= (count - offset) / 4, "floats inside the file")
        let start = base + offset
        guard UInt(bitPattern: start) % UInt(MemoryLayout<Float>.alignment) == 0 else { return nil }
        return SharedFloats(
            base: start.bindMemory(to: Float.self, capacity: floatCount), count: floatCount, owner: self)
    }

    private static func lastSystemFailure() -> Failure { .system(String(cString: strerror(errno))) }
}
