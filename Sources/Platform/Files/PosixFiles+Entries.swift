internal import Glibc

/// What a folder holds: files and others.
package struct FolderEntries: Hashable, Sendable {
    package var files: [String] = []
    /// Folders, and links that lead to some.
    package var folders: [String] = []
}

extension PosixFiles {
    /// Names in a folder, sorted; empty where there is no folder. One call to the system for a few hundred
    /// names, where the file system says what they are.
    package func entries(in directory: String) throws(DurableFileError) -> FolderEntries {
        guard let stream = FileName.withBytes(directory, { opendir($0) }) else {
            if errno == ENOENT { return FolderEntries() }
            throw failure("list", directory)
        }
        defer { closedir(stream) }
        var entries = FolderEntries()
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { FileName.text($0.prefix { $0 != 0 }) }
            guard name != ".", name != ".." else { continue }
            var isFolder = Int32(entry.pointee.d_type) == Int32(DT_DIR)
            if [DT_LNK, DT_UNKNOWN].contains(where: { Int32($0) == Int32(entry.pointee.d_type) }) {
                isFolder = FileKind(path: "\(directory)/\(name)") == .folder
            }
            if isFolder { entries.folders.append(name) } else { entries.files.append(name) }
        }
        entries.files.sort()
        entries.folders.sort()
        return entries
    }
}
