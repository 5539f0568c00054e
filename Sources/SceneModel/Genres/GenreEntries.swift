internal import NeuralNet

/// What a model file says of its genres: the `scened.genre*` entries of its metadata.
struct GenreEntries {
    let entries: [String: String]

    static let namesKey = "scened.genres"
    static let fileKey = "scened.genres_sha256"
    static let textKey = "scened.genre_text"
    static let affinityKey = "scened.genre_affinity"
    static let temperatureKey = "scened.genre_temperature"
    static let fusionKey = "scened.genre_fusion"
    static let evennessKey = "scened.genre_entropy"
    static let all = [namesKey, fileKey, textKey, affinityKey, temperatureKey, fusionKey, evennessKey]

    init(_ prior: GenrePrior) {
        var entries = [
            // Names hold no control characters.
            Self.namesKey: prior.names.joined(separator: "\t"), Self.fileKey: prior.fileDigest,
            Self.textKey: prior.settings.text.rawValue, Self.fusionKey: prior.settings.fusion.rawValue,
        ]
        switch prior.settings.affinity {
        case .scaled: entries[Self.affinityKey] = "paper"
        case .uniform: entries[Self.affinityKey] = "uniform"
        case .cosine(let temperature):
            entries[Self.affinityKey] = "cosine"
            entries[Self.temperatureKey] = "\(temperature)"
        }
        entries[Self.evennessKey] = prior.evenness.map { "\($0)" }
        self.entries = entries
    }

    /// Those of a file.
    init(_ file: SafetensorsFile) { entries = file.metadata.filter { Self.all.contains($0.key) } }

    /// Names and settings; a fault that names the entry that is wrong.
    func parsed(
        path: String
    ) throws(ModelFileError) -> (names: [String], digest: String, settings: GenreSettings, evenness: Double?)
    {
        func wrong(_ key: String, _ expected: String) -> ModelFileError {
            ModelFileError(
                .unsuitableMetadata, path: path,
                detail:
                    "metadata \(key) is \(ModelFileError.quoted(entries[key] ?? "")), expected \(expected)",
                remedy: "make the file again with scened model import --genres")
        }
        let names = (entries[Self.namesKey] ?? "").split(separator: "\t", omittingEmptySubsequences: false)
            .map(String.init)
        guard names.count > 1, Set(names).count == names.count, !names.contains("") else {
            throw wrong(Self.namesKey, "two or more different names")
        }
        guard let text = GenreText(rawValue: entries[Self.textKey] ?? GenreText.sentences.rawValue) else {
            throw wrong(Self.textKey, GenreText.allCases.map(\.rawValue).joined(separator: ", "))
        }
        guard let fusion = GenreFusion.Form(rawValue: entries[Self.fusionKey] ?? "") else {
            throw wrong(Self.fusionKey, GenreFusion.Form.allCases.map(\.rawValue).joined(separator: ", "))
        }
        let affinity: GenreAffinity.Rule
        switch entries[Self.affinityKey] {
        case "paper": affinity = .scaled
        case "uniform": affinity = .uniform
        case "cosine":
            guard let temperature = entries[Self.temperatureKey].flatMap(Float.init), temperature.isFinite,
                temperature > 0
            else { throw wrong(Self.temperatureKey, "a number above 0") }
            affinity = .cosine(temperature: temperature)
        default: throw wrong(Self.affinityKey, "paper, cosine or uniform")
        }
        var evenness: Double?
        if let text = entries[Self.evennessKey] {
            guard let value = Double(text), 0...1 ~= value else { throw wrong(Self.evennessKey, "0 to 1") }
            evenness = value
        }
        return (
            names, entries[Self.fileKey] ?? "",
            GenreSettings(affinity: affinity, fusion: fusion, text: text), evenness
        )
    }
}
