import JSONText
import NeuralNet
import SceneModel

/// A model file for people and for programs.
enum ModelReport {
    /// Two columns; metadata at the end, as it stands in the file.
    static func table(_ outline: ModelOutline) -> String {
        var rows: [(String, String)] = [
            ("file", outline.path), ("digest", outline.digest),
            ("architecture", outline.architecture ?? "unknown"),
        ]
        if let encoder = outline.encoder {
            rows.append(
                (
                    "encoder",
                    "\(encoder.name), \(encoder.dimension) numbers a \(encoder.family == .motion ? "clip" : "picture")"
                ))
        }
        if let genres = outline.genres { rows.append(("genres", words(genres, outline))) }
        if let text = outline.textEncoder {
            rows.append(
                (
                    "text tower",
                    "\(text.pieceCount) pieces, \(text.length) at most, to \(text.dimension), \(text.width) wide, "
                        + "\(text.layerCount) layers, \(text.headCount) heads"
                ))
        }
        if let scenes = outline.sceneEncoder {
            rows.append(
                ("scene encoder", "\(scenes.name), \(scenes.summary), weights \(scenes.weights.prefix(12))"))
        }
        if let contextualizer = outline.contextualizer {
            rows.append(
                (
                    "contextualizer",
                    "\(contextualizer.name), \(contextualizer.summary), weights \(contextualizer.weights.prefix(12))"
                ))
        }
        if let context = outline.context {
            rows.append(("K", "\(context.neighborCount)"))
            rows.append(
                (
                    "context",
                    "\(context.kind.rawValue), \(context.inputWidth.map { "\($0) to " } ?? "any embeddings, ")"
                        + "\(context.hiddenWidth) wide, \(context.layerCount) layers"
                        + (context.kind == .crn || context.kind == .relational
                            ? ", \(context.headCount) heads" : "")
                ))
            rows.append(("head", head(outline.head)))
        }
        rows.append(("tensors", "\(outline.tensorCount)"))
        let total = outline.parameters.reduce(0) { $0 + $1.count }
        let parts = outline.parameters.map { "\($0.part) \($0.count)" }.joined(separator: ", ")
        rows.append(("parameters", "\(total) (\(parts))"))
        for (name, value) in outline.entries.sorted(by: { $0.key < $1.key }) { rows.append((name, value)) }
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { name, value in
            plain(name) + String(repeating: " ", count: width - name.count + 2) + plain(value) + "\n"
        }.joined()
    }

    private static func words(_ genres: GenrePrior, _ outline: ModelOutline) -> String {
        let affinity =
            switch genres.settings.affinity {
            case .scaled: "paper"
            case .uniform: "uniform"
            case .cosine(let temperature): "cosine over \(temperature)"
            }
        return
            "\(genres.names.count), \(genres.settings.fusion.rawValue), affinity \(affinity), "
            + (outline.hasTrainedGenres ? "trained" : "not trained")
            + (genres.evenness.map { ", entropy \(GenrePrior.decimal($0)) of 1" } ?? "")
    }

    /// One object on one line.
    static func json(_ outline: ModelOutline) -> String {
        var line = JSONLine()
        line.field("file", outline.path)
        line.field("digest", outline.digest)
        line.field("architecture", outline.architecture)
        if let encoder = outline.encoder {
            var object = JSONLine()
            object.field("name", encoder.name)
            object.field("dimension", encoder.dimension)
            line.field("encoder", raw: object.object)
        } else {
            line.field("encoder", raw: "null")
        }
        if let text = outline.textEncoder {
            var object = JSONLine()
            object.field("pieces", text.pieceCount)
            object.field("length", text.length)
            object.field("dimension", text.dimension)
            line.field("text_encoder", raw: object.object)
        } else {
            line.field("text_encoder", raw: "null")
        }
        line.field("genres", optional: outline.genres?.names.count)
        line.field("scene_encoder", outline.sceneEncoder?.name)
        line.field("scene_encoder_digest", outline.sceneEncoder?.weights)
        line.field("contextualizer", outline.contextualizer?.name)
        line.field("contextualizer_digest", outline.contextualizer?.weights)
        line.field("context", outline.context?.kind.rawValue)
        line.field("k", optional: outline.context?.neighborCount)
        line.field("input_width", optional: outline.context?.inputWidth)
        line.field("hidden_width", optional: outline.context?.hiddenWidth)
        line.field("layers", optional: outline.context?.layerCount)
        line.field("heads", optional: outline.context?.headCount)
        line.field("head", outline.head.rawValue)
        line.field("tensors", outline.tensorCount)
        var parameters = JSONLine()
        for part in outline.parameters { parameters.field(key(part.part), raw: "\(part.count)") }
        line.field("parameters", raw: parameters.object)
        var metadata = JSONLine()
        for (name, value) in outline.entries.sorted(by: { $0.key < $1.key }) {
            metadata.field(key(name), value)
        }
        line.field("metadata", raw: metadata.object)
        return line.object + "\n"
    }

    private static func head(_ head: ModelMetadata.Head) -> String {
        switch head {
        case .sbd: "fine-tuned on labeled boundaries (head_sbd)"
        case .pp: "pseudo-boundaries (loss.head_pp): the detector without labels"
        case .none: "none: for training"
        }
    }

    /// A name out of a file as it stands between the quotes of a JSON key.
    private static func key(_ name: String) -> String { String(JSONLine.quoted(name).dropFirst().dropLast()) }

    /// Text out of a file that cannot draw on a terminal.
    private static func plain(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
    }
}
