internal import Glibc

/// `path` from the root; it need not exist.
package func absolutePath(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    guard let current = getcwd(nil, 0) else { return path }
    defer { free(current) }
    return FileName.text(current) + "/" + path
}

/// `path` from the root without links, `.`, `..` and doubled slashes, as every way to the place gives it; nil
/// where nothing is there, or it cannot be reached.
package func resolvedPath(_ path: String) -> String? {
    guard let resolved = FileName.withBytes(path, { realpath($0, nil) }) else { return nil }
    defer { free(resolved) }
    return FileName.text(resolved)
}
