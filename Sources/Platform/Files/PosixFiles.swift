internal import Glibc

/// The file system of the machine.
package struct PosixFiles: DurableFiles {
    package init() {}

    func failure(_ operation: String, _ path: String, _ code: Int32 = errno) -> DurableFileError {
        DurableFileError(
            operation: operation, path: FileName.shown(path), code: code,
            reason: String(cString: strerror(code)))
    }

    package func createDirectory(_ path: String) throws(DurableFileError) {
        try createDirectory(path, mode: 0o750)
    }

    /// Makes a folder, and those above it that are missing, with a mode of its own, less the umask.
    package func createDirectory(_ path: String, mode: UInt32) throws(DurableFileError) {
        var facts = stat()
        if FileName.withBytes(path, { stat($0, &facts) }) == 0 {
            guard facts.st_mode & S_IFMT == S_IFDIR else { throw failure("create", path, ENOTDIR) }
            return
        }
        let parent = Self.parent(path)
        if parent != path { try createDirectory(parent, mode: mode) }
        if FileName.withBytes(path, { mkdir($0, mode) }) != 0 {
            let code = errno
            // Another process has just made it, or a link stands there that leads nowhere.
            if code == EEXIST, FileKind(path: path) == .folder { return }
            throw failure("create", path, code)
        }
        try syncDirectory(parent)
    }

    package func names(in directory: String) throws(DurableFileError) -> [String] {
        guard let stream = FileName.withBytes(directory, { opendir($0) }) else {
            if errno == ENOENT { return [] }
            throw failure("list", directory)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { FileName.text($0.prefix { $0 != 0 }) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    package func facts(of path: String) throws(DurableFileError) -> DurableFileFacts? {
        var status = stat()
        guard FileName.withBytes(path, { stat($0, &status) }) == 0 else {
            if errno == ENOENT { return nil }
            throw failure("examine", path)
        }
        let modified = Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9
        return DurableFileFacts(size: Int64(status.st_size), modified: modified)
    }

    package func read(_ path: String, from offset: Int64, count: Int) throws(DurableFileError) -> [UInt8] {
        // Without O_NONBLOCK a FIFO would be waited for.
        let descriptor = FileName.withBytes(path) { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) }
        guard descriptor >= 0 else { throw failure("read", path) }
        defer { Glibc.close(descriptor) }
        var code: Int32 = 0
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw failure("read", path) }
        switch facts.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw failure("read", path, EISDIR)
        default: throw failure("read", path, EINVAL)
        }
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            guard let base = buffer.baseAddress else { return }
            while filled < count {
                let got = pread(
                    descriptor, base + filled, count - filled, off_t(offset) + off_t(filled))
                if got < 0, errno == EINTR { continue }
                if got < 0 { code = errno }
                if got <= 0 { break }
                filled += got
            }
        }
        if code != 0 { throw failure("read", path, code) }
        return bytes
    }

    package func openForAppending(_ path: String) throws(DurableFileError) -> DurableFileHandle {
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
        let descriptor = FileName.withBytes(path) { open($0, flags, 0o640) }
        guard descriptor >= 0 else { throw failure("open", path) }
        // A FIFO or a device would take what is written and could not make it durable.
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            Glibc.close(descriptor)
            throw failure("open", path, EINVAL)
        }
        return DurableFileHandle(number: descriptor)
    }

    package func lock(_ path: String) throws(DurableFileError) -> DurableFileHandle {
        let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
        let descriptor = FileName.withBytes(path) { open($0, flags, 0o640) }
        guard descriptor >= 0 else { throw failure("lock", path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            defer { Glibc.close(descriptor) }
            guard code == EWOULDBLOCK else { throw failure("lock", path, code) }
            var text = [UInt8](repeating: 0, count: 20)
            let count = pread(descriptor, &text, text.count, 0)
            let digits = text.prefix(max(0, count)).prefix { (0x30...0x39).contains($0) }
            let holder =
                digits.isEmpty ? "another scened" : "process \(String(decoding: digits, as: UTF8.self))"
            throw DurableFileError(
                operation: "lock", path: FileName.shown(path), code: code,
                reason: "\(holder) uses this state directory")
        }
        // For the message above; where the disk is full it names nobody.
        let name = Array("\(getpid())\n".utf8)
        _ = ftruncate(descriptor, 0)
        _ = pwrite(descriptor, name, name.count, 0)
        return DurableFileHandle(number: descriptor)
    }

    package func append(_ bytes: [UInt8], to handle: DurableFileHandle) throws(DurableFileError) {
        let code = bytes.withUnsafeBytes { WholeWrite.write($0, to: handle.number) }
        if let code { throw failure("write", path(of: handle), code) }
    }

    package func sync(_ handle: DurableFileHandle) throws(DurableFileError) {
        if fdatasync(handle.number) != 0 { throw failure("sync", path(of: handle)) }
    }

    package func truncate(_ handle: DurableFileHandle, to length: Int64) throws(DurableFileError) {
        if ftruncate(handle.number, off_t(length)) != 0 { throw failure("truncate", path(of: handle)) }
    }

    package func close(_ handle: DurableFileHandle) { Glibc.close(handle.number) }

    package func unlock(_ handle: DurableFileHandle) {
        flock(handle.number, LOCK_UN)
        close(handle)
    }

    package func isOpen(_ handle: DurableFileHandle, at path: String) -> Bool {
        var (open, named) = (stat(), stat())
        return fstat(handle.number, &open) == 0 && FileName.withBytes(path, { stat($0, &named) }) == 0
            && open.st_ino == named.st_ino && open.st_dev == named.st_dev
    }

    package func syncDirectory(_ path: String) throws(DurableFileError) {
        let descriptor = FileName.withBytes(path) { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { Glibc.close(descriptor) }
        // Some file systems cannot sync a folder (EINVAL) and need not.
        if fsync(descriptor) != 0, errno != EINVAL { throw failure("sync", path) }
    }

    /// Makes durable what another process has written to a file so far; it is no error if the file is gone.
    package func syncFile(_ path: String) throws(DurableFileError) {
        let descriptor = FileName.withBytes(path) { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) }
        guard descriptor >= 0 else {
            if errno == ENOENT { return }
            throw failure("open", path)
        }
        defer { Glibc.close(descriptor) }
        if fdatasync(descriptor) != 0, errno != EINVAL, errno != EROFS { throw failure("sync", path) }
    }

    package func replace(_ path: String, with bytes: [UInt8]) throws(DurableFileError) {
        try put(bytes, at: path, isSynced: true)
        try syncDirectory(Self.parent(path))
    }

    package func overwrite(_ path: String, with bytes: [UInt8]) throws(DurableFileError) {
        try put(bytes, at: path, isSynced: false)
    }

    /// Follows the name of a file that is being written to take another's place. A crash leaves it; an error
    /// does not.
    package static let freshSuffix = ".new"

    private func put(_ bytes: [UInt8], at path: String, isSynced: Bool) throws(DurableFileError) {
        let fresh = path + Self.freshSuffix
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
        let descriptor = FileName.withBytes(fresh) { open($0, flags, 0o640) }
        guard descriptor >= 0 else { throw failure("open", fresh) }
        do throws(DurableFileError) {
            do {
                defer { Glibc.close(descriptor) }
                let handle = DurableFileHandle(number: descriptor)
                try append(bytes, to: handle)
                if isSynced { try sync(handle) }
            }
            try rename(fresh, to: path)
        } catch {
            // Half a file would keep room that the disk may lack.
            FileName.withBytes(fresh) { _ = unlink($0) }
            throw error
        }
    }

    package func rename(_ path: String, to target: String) throws(DurableFileError) {
        let status = FileName.withBytes(path) { from in FileName.withBytes(target) { Glibc.rename(from, $0) }
        }
        if status != 0 { throw failure("rename", path) }
    }

    package func remove(_ path: String) throws(DurableFileError) {
        if FileName.withBytes(path, { unlink($0) }) != 0, errno != ENOENT { throw failure("remove", path) }
    }

    package func removeDirectory(_ path: String) throws(DurableFileError) {
        if FileName.withBytes(path, { rmdir($0) }) != 0, ![ENOENT, ENOTEMPTY, EEXIST].contains(errno) {
            throw failure("remove", path)
        }
    }

    private static func parent(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The file behind a descriptor, for messages.
    private func path(of handle: DurableFileHandle) -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return 0 }
            return readlink(
                "/proc/self/fd/\(handle.number)", base.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        return count > 0 ? FileName.text(buffer[..<count]) : "journal"
    }
}
