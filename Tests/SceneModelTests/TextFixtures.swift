import Foundation
import SceneModel

/// The golden set of CLIP's text side, as `fixtures/texts/generate.py` makes it.
enum TextFixtures {
    static let folder = CRNFixtures.repository.appending(path: "fixtures/texts")
    /// Namings of the same weights.
    static let namings = ["openai", "open_clip", "hugging"]
    /// Pieces of the vocabulary with both marks.
    static let pieceCount = 864

    static func path(_ name: String) -> String { folder.appending(path: name).path }
    static func clip(_ naming: String) -> String { path("clip_\(naming).safetensors") }

    struct Text: Decodable {
        var text: String
        var pieces: [Int]
    }

    static func texts() throws -> [Text] { try texts(folder.appending(path: "pieces.jsonl")) }

    static func texts(_ file: URL) throws -> [Text] {
        try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
            try JSONDecoder().decode(Text.self, from: Data($0.utf8))
        }
    }

    /// The fixture as `model import` stores it; the caller removes it.
    static func imported(
        _ naming: String = "openai", vocabulary: [String]? = [path("merges.txt.gz")],
        activation: String = "quick_gelu"
    ) throws -> String {
        try imported(path: clip(naming), vocabulary: vocabulary, activation: activation)
    }

    static func imported(
        path: String, vocabulary: [String]?, activation: String = "quick_gelu"
    ) throws -> String {
        var claims = ModelImport.Claims()
        claims.vocabulary = vocabulary
        claims.activation = ModelMetadata.activations[activation]
        let output = scratch("safetensors")
        _ = try ModelImport(path: path, output: output, claims: claims)
        return output
    }

    static func scratch(_ type: String) -> String {
        FileManager.default.temporaryDirectory.appending(path: "scened-\(UUID().uuidString).\(type)").path
    }

    /// A file of bytes; the caller removes it.
    static func write(_ text: String, _ type: String = "txt") throws -> String {
        let path = scratch(type)
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }
}
