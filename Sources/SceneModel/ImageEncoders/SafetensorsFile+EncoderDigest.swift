extension SafetensorsFile {
    /// SHA-256 of the image encoder's tensors, hexadecimal: names, types, shapes and bytes, in order of
    /// names. Equal for files that differ in their context network, or in what they say of themselves: their
    /// embeddings can be compared. Reads the tensors.
    package func encoderDigest() -> String {
        let tensors = header.entries.filter { entry in
            ["shot_encoder.", "clip."].contains(where: entry.name.hasPrefix)
        }
        let lines = tensors.sorted { $0.name < $1.name }.map { entry in
            "\(entry.name) \(entry.type) \(entry.shape) \(digest(of: entry))\n"
        }
        return SHA256.digest(of: Array(lines.joined().utf8).span)
    }
}
