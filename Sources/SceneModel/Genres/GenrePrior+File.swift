package import NeuralNet
internal import TensorKernels

/// Names of genres in a model file.
enum GenreKey {
    static let prefix = "genres."
    /// [G, D].
    static let vectors = prefix + "vectors"
    /// Of `GenreFusion`; absent until it is trained.
    static let weight = prefix + "weight"
    static let bias = prefix + "bias"
}

extension GenrePrior {
    /// The genres of a model file, and their fusion where it was trained; nil if it has none.
    ///
    /// - Throws: where entries, shapes or values do not fit together, or the image encoder.
    package static func read(
        _ file: SafetensorsFile
    ) throws(ModelFileError) -> (prior: GenrePrior, fusion: GenreFusion?)? {
        guard file.hasGenres else { return nil }
        let reader = ImageTensorReader(source: file, part: "genre prior")
        let parsed = try GenreEntries(file).parsed(path: file.path)
        let width = try reader.shape(GenreKey.vectors, [nil, nil])[1]
        guard let images = try EncoderOutline(file), images.family == .clip, images.dimension == width else {
            throw ModelFileError(
                .missingTensor, path: file.path, detail: "holds genres without the CLIP that they belong to",
                remedy: "make the file again with scened model import --genres")
        }
        let count = parsed.names.count
        var prior = GenrePrior(
            names: parsed.names, fileDigest: parsed.digest, settings: parsed.settings,
            vectors: Matrix(
                rows: count, columns: width, values: try reader.values(GenreKey.vectors, [count, width])))
        prior.evenness = parsed.evenness
        let form = parsed.settings.fusion
        guard file.hasTrainedGenres else { return (prior, nil) }
        let rows = GenreFusion.rows(form, width: width)
        let weight =
            rows == 0
            ? Matrix(rows: 0, columns: 0)
            : Matrix(
                rows: rows, columns: width, values: try reader.values(GenreKey.weight, [rows, width]))
        let bias = GenreFusion.hasBias(form) ? try reader.values(GenreKey.bias, [width]) : []
        return (prior, GenreFusion(form: form, weight: weight, bias: bias))
    }

    /// Adds the genres' vectors to a file, and its entries; `fusion` where it was trained.
    package func write(to writer: inout SafetensorsWriter, fusion: GenreFusion? = nil) {
        let vectors = affinity.genres
        writer.add(GenreKey.vectors, shape: [vectors.rows, vectors.columns], floats: vectors.values)
        for key in GenreEntries.all { writer.metadata[key] = nil }
        writer.metadata.merge(GenreEntries(self).entries) { $1 }
        guard var fusion else { return }
        fusion.visitParameters(GenreKey.prefix) { name, shape, values, range in
            writer.add(name, shape: shape, floats: Array(values[range]))
        }
    }
}

extension SafetensorsFile {
    /// Whether it holds genres, whole or not.
    package var hasGenres: Bool { entry(GenreKey.vectors) != nil }

    /// Whether its genres change the embeddings of shots by what was learned.
    package var hasTrainedGenres: Bool {
        hasGenres && (entry(GenreKey.weight) != nil || entry(GenreKey.bias) != nil)
    }

    /// Whether embeddings differ from those of the image encoder alone.
    var genresChangeEmbeddings: Bool {
        hasTrainedGenres
            || hasGenres && metadata[GenreEntries.fusionKey] == GenreFusion.Form.tokens.rawValue
    }
}

extension SafetensorsFile {
    /// Adds the tensors of CLIP, image encoder and text tower, to another file. Memory: that of the weights.
    package func copyCLIP(to writer: inout SafetensorsWriter) throws(ModelFileError) {
        for entry in header.entries
        where entry.name.hasPrefix("clip.") || entry.name.hasPrefix(TextEncoderKey.prefix) {
            if entry.type.isFloating {
                writer.add(entry.name, shape: entry.shape, floats: try floats(entry.name))
            } else {
                writer.add(entry.name, shape: entry.shape, integers: try integers(entry.name))
            }
        }
    }
}
