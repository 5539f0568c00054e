internal import Glibc

extension PosixFiles: PatchableFiles {
    package func patch(_ path: String, at offset: Int64, with bytes: [UInt8]) throws(DurableFileError) {
        let descriptor = FileName.withBytes(path) { open($0, O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) }
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { Glibc.close(descriptor) }
        let count = pwrite(descriptor, bytes, bytes.count, off_t(offset))
        // Less than all of a few bytes: the disk is full.
        if count != bytes.count { throw failure("write", path, count < 0 ? errno : ENOSPC) }
    }
}
