internal import Digests

extension SafetensorsFile {
    /// SHA-256 of a network of the file, hexadecimal: `head`, then names, types, shapes and bytes of the
    /// tensors whose names begin with `prefix`, in order of names. Reads them.
    func digest(below prefix: String, head: String) -> String {
        let tensors = header.entries.filter { $0.name.hasPrefix(prefix) }
        let lines = tensors.sorted { $0.name < $1.name }.map { entry in
            "\(entry.name) \(entry.type) \(entry.shape) \(digest(of: entry))\n"
        }
        return SHA256.digest(of: Array((head + lines.joined()).utf8).span)
    }
}
