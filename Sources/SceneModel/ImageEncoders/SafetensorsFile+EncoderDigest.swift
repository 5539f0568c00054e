internal import Digests

extension SafetensorsFile {
    /// SHA-256 of the image encoder's tensors, hexadecimal: names, types, shapes and bytes, in order of
    /// names. Equal for files that differ in their context network, or in what they say of themselves: their
    /// embeddings can be compared. Genres count where they change embeddings, and which clips a network sees;
    /// so do another activation and another rule for blank pictures than the usual ones.
    /// Reads the tensors.
    package func encoderDigest() -> String {
        let prefixes = ["shot_encoder.", "clip."] + (genresChangeEmbeddings ? [GenreKey.prefix] : [])
        let tensors = header.entries.filter { entry in prefixes.contains(where: entry.name.hasPrefix) }
        var settings = genresChangeEmbeddings ? GenreEntries(self).entries : [:]
        for key in [ModelMetadata.clipKey, ModelMetadata.sideKey] { settings[key] = metadata[key] }
        if let said = metadata[ModelMetadata.activationKey], said != ModelMetadata.usualActivation {
            settings[ModelMetadata.activationKey] = said
        }
        if let said = metadata[ModelMetadata.blankKey], said != BlankRule.usual(of: self).rawValue {
            settings[ModelMetadata.blankKey] = said
        }
        let said = settings.filter { $0.key != GenreEntries.evennessKey }.sorted { $0.key < $1.key }.map {
            "\($0.key) \($0.value)\n"
        }
        let lines =
            said
            + tensors.sorted { $0.name < $1.name }.map { entry in
                "\(entry.name) \(entry.type) \(entry.shape) \(digest(of: entry))\n"
            }
        return SHA256.digest(of: Array(lines.joined().utf8).span)
    }
}
