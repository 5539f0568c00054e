internal import Glibc

/// A file that is being written. It takes its name only once it is whole: until `finish` it stands beside its
/// place as `NAME.XXXXXXXX.partial`, and where it is given up before that, it goes.
///
/// A file that it replaces passes on its mode and owner, and a link keeps leading to it. Devices, FIFOs and
/// descriptors are written as they stand. So are files that must stay what they are: those beside which
/// nothing may be made, and those whose owner cannot be passed on. Owned by one writer; blocks while the disk
/// does.
package struct OutputFile: ~Copyable, Sendable {
    /// How a regular file is written.
    package enum Manner: Sendable {
        /// Aside, and renamed by `finish`.
        case aside
        /// In its place, emptied first: others read it while it grows.
        case inPlace
        /// In its place, behind what stands there.
        case appended
    }

    /// An open descriptor, and what `finish` has to do.
    private struct Opened {
        var descriptor: Int32
        /// Where the bytes stand now; nil for a descriptor that somebody else opened.
        var currentPath: String?
        /// A regular file in a folder.
        var isFile = false
        /// The name that `finish` gives; nil where the bytes are in their place already.
        var target: String?
        var closes = true
    }

    /// As the user named it.
    package let path: String
    private let opened: Opened
    private var isOpen = true

    /// Where the bytes stand now; nil for a descriptor.
    package var currentPath: String? { opened.currentPath }
    /// Whether it is a regular file in a folder.
    package var isFile: Bool { opened.isFile }
    /// For who writes by calls of C; it stays this file's.
    package var descriptor: Int32 { opened.descriptor }

    /// What is open already and stays the caller's; `name` is how messages call it.
    package init(descriptor: Int32, name: String) {
        path = name
        opened = Opened(descriptor: descriptor, closes: false)
    }

    /// Creates the file, or opens what stands there. Throws where it cannot be written.
    package init(path: String, _ manner: Manner = .aside) throws(OutputError) {
        let opened = try Self.opened(path, manner)
        self.path = path
        self.opened = opened
    }

    deinit {
        guard isOpen, opened.closes else { return }
        close(opened.descriptor)
        if opened.target != nil, let path = opened.currentPath { _ = FileName.withBytes(path) { unlink($0) } }
    }

    /// Writes all of `bytes`.
    package func write(_ bytes: [UInt8]) throws(OutputError) {
        let number = bytes.withUnsafeBytes { WholeWrite.write($0, to: opened.descriptor) }
        if let number { throw OutputError(path, number) }
    }

    /// Writes all of `text`, in one `write(2)` where the system takes it.
    package func write(_ text: String) throws(OutputError) {
        var text = text
        let number = text.withUTF8 { WholeWrite.write(UnsafeRawBufferPointer($0), to: opened.descriptor) }
        if let number { throw OutputError(path, number) }
    }

    /// The file is whole: it is on disk, and has its name, when this returns. Nothing is written after it.
    package mutating func finish() throws(OutputError) {
        guard isOpen else { return }
        isOpen = false
        let descriptor = opened.descriptor
        guard let target = opened.target, let currentPath = opened.currentPath else {
            guard !opened.closes || close(descriptor) == 0 else { throw OutputError(path, errno) }
            return
        }
        var number: Int32 = fsync(descriptor) == 0 ? 0 : errno
        if close(descriptor) != 0, number == 0 { number = errno }
        if number == 0 {
            let moved = FileName.withBytes(currentPath) { from in
                FileName.withBytes(target) { rename(from, $0) }
            }
            if moved != 0 { number = errno }
        }
        // The place is a mount of its own, as containers have it for single files.
        if number == EBUSY { number = Self.copy(currentPath, to: target) }
        if number != 0 {
            _ = FileName.withBytes(currentPath) { unlink($0) }
            throw OutputError(path, number)
        }
        let folder = FileName.withBytes(OutputPlace.split(target).folder) {
            open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        }
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    // MARK: Steps

    private static func opened(_ path: String, _ manner: Manner) throws(OutputError) -> Opened {
        var opened = Opened(descriptor: -1)
        switch try OutputPlace(path) {
        case .descriptor(let number): opened.descriptor = fcntl(number, F_DUPFD_CLOEXEC, 3)
        case .special(let place):
            opened.descriptor = FileName.withBytes(place) {
                open($0, O_WRONLY | O_CLOEXEC | O_NOCTTY)
            }
            opened.currentPath = place
        case .file(let place, let isThere):
            guard !isThere || FileName.withBytes(place, { access($0, W_OK) }) == 0 else {
                throw OutputError(path, errno)
            }
            opened.isFile = true
            if manner == .aside {
                do {
                    let aside = try aside(place)
                    (opened.descriptor, opened.currentPath) = (aside.descriptor, aside.path)
                    opened.target = place
                    return opened
                } catch {
                    guard isThere, [EACCES, EPERM, EROFS].contains(error.number) else {
                        throw OutputError(path, error.number)
                    }
                }
            }
            let extent = manner == .appended ? O_APPEND : O_TRUNC
            opened.descriptor = FileName.withBytes(place) {
                open($0, O_WRONLY | O_CREAT | O_CLOEXEC | extent, 0o666)
            }
            opened.currentPath = place
        }
        guard opened.descriptor >= 0 else { throw OutputError(path, errno) }
        return opened
    }

    /// A new file beside `place`, with the mode and the owner of the one that it replaces.
    private static func aside(_ place: String) throws(OutputError) -> (descriptor: Int32, path: String) {
        var replaced = stat()
        let isThere = FileName.withBytes(place) { stat($0, &replaced) } == 0
        var stem = place
        // 255 bytes are the most that a name may have.
        while OutputPlace.split(stem).name.utf8.count > 255 - 17 { stem.removeLast() }
        for _ in 0..<16 {
            let bits = String(UInt32.random(in: .min ... .max), radix: 16)
            let path = stem + "." + String(repeating: "0", count: 8 - bits.count) + bits + ".partial"
            let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
            let descriptor = FileName.withBytes(path) { open($0, flags, isThere ? 0o600 : 0o666) }
            guard descriptor >= 0 else {
                if errno == EEXIST { continue }
                throw OutputError(place, errno)
            }
            guard !isThere || inherit(replaced, descriptor) else {
                close(descriptor)
                _ = FileName.withBytes(path) { unlink($0) }
                throw OutputError(place, EPERM)
            }
            return (descriptor, path)
        }
        throw OutputError(place, EEXIST)
    }

    private static func inherit(_ replaced: stat, _ descriptor: Int32) -> Bool {
        var made = stat()
        guard fstat(descriptor, &made) == 0 else { return false }
        if made.st_uid != replaced.st_uid || made.st_gid != replaced.st_gid {
            guard fchown(descriptor, replaced.st_uid, replaced.st_gid) == 0 else { return false }
        }
        return fchmod(descriptor, replaced.st_mode & 0o7777) == 0
    }

    /// The error number, or 0.
    private static func copy(_ source: String, to target: String) -> Int32 {
        let from = FileName.withBytes(source) { open($0, O_RDONLY | O_CLOEXEC) }
        guard from >= 0 else { return errno }
        defer { close(from) }
        let into = FileName.withBytes(target) { open($0, O_WRONLY | O_TRUNC | O_CLOEXEC) }
        guard into >= 0 else { return errno }
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        var number: Int32 = 0
        while number == 0 {
            let count = read(from, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 {
                number = count == 0 ? 0 : errno
                break
            }
            number = chunk[..<count].withUnsafeBytes { WholeWrite.write($0, to: into) } ?? 0
        }
        if number == 0, fsync(into) != 0 { number = errno }
        if close(into) != 0, number == 0 { number = errno }
        if number == 0 { _ = FileName.withBytes(source) { unlink($0) } }
        return number
    }
}
