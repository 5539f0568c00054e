internal import Glibc

/// `path` from the root; it need not exist.
package func absolutePath(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    guard let current = getcwd(nil, 0) else { return path }
    defer { free(current) }
    return FileName.text(current) + "/" + path
}
