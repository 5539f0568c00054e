internal import JSONText

/// What is said once of a whole index: stands in it as `index.json`.
package struct IndexManifest: Hashable, Sendable {
    /// Version of the layout; raised when its meaning changes.
    package static let version: Int64 = 1
    /// Rows of each file but the last.
    package static let rowsPerFile = 1_000_000
    /// D, at most; as files of embeddings have it.
    static let widest = 1 << 20

    /// What made the embeddings, as `embed` names it.
    package var encoder: String
    /// SHA-256 of its weights; nil where it has none.
    package var digest: String?
    /// What made one vector of a scene's embeddings.
    package var sceneEncoder: String
    /// SHA-256 of the scene encoder's weights; nil where it has none. An index with one holds a copy of its
    /// file (`IndexLayout.modelPath`).
    package var sceneDigest: String?
    /// D: width of the vectors.
    package var dimension: Int
    package var rowsPerFile = Self.rowsPerFile

    package init(
        encoder: String, digest: String?, sceneEncoder: String, sceneDigest: String? = nil, dimension: Int
    ) {
        self.encoder = encoder
        self.digest = digest
        self.sceneEncoder = sceneEncoder
        self.sceneDigest = sceneDigest
        self.dimension = dimension
    }

    /// One JSON object with a newline.
    var text: String {
        var line = JSONLine()
        line.field("type", "scened_index")
        line.field("version", Self.version)
        line.field("encoder", encoder)
        line.field("digest", digest)
        line.field("scene_encoder", sceneEncoder)
        if let sceneDigest { line.field("scene_encoder_digest", sceneDigest) }
        line.field("dimension", dimension)
        line.field("rows_per_file", rowsPerFile)
        return line.object + "\n"
    }

    /// Reads what `text` gave. `directory`: for messages.
    init(_ bytes: [UInt8], directory: String) throws(IndexError) {
        let members = JSONValue(parsing: bytes[...])?.members ?? []
        let fields = Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        guard fields["type"]?.string == "scened_index", let version = fields["version"]?.integer else {
            throw IndexError(
                .unusable,
                "'\(directory)' is not an index: its index.json is another file; name a folder that scened index add made"
            )
        }
        guard version == Self.version else {
            throw IndexError(
                .unusable,
                "the index '\(directory)' has layout \(version), this scened knows \(Self.version): use the scened that made it, or make it again"
            )
        }
        guard let encoder = fields["encoder"]?.string, let sceneEncoder = fields["scene_encoder"]?.string,
            let dimension = fields["dimension"]?.integer, 1...Int64(Self.widest) ~= dimension,
            let rows = fields["rows_per_file"]?.integer, 1...1 << 40 ~= rows
        else { throw .damaged(directory, "its index.json lacks what it must say") }
        self.init(
            encoder: encoder, digest: fields["digest"]?.string, sceneEncoder: sceneEncoder,
            sceneDigest: fields["scene_encoder_digest"]?.string, dimension: Int(dimension))
        rowsPerFile = Int(rows)
    }

    /// Throws where vectors of `other` cannot be compared with these. `name`: whose vectors they are.
    package func require(_ other: IndexManifest, of name: String, directory: String) throws(IndexError) {
        func refuse(_ what: String, _ held: String, _ given: String) -> IndexError {
            IndexError(
                .unusable,
                "\(name): its \(what) is \(given), the index '\(directory)' holds \(held): embed it as those were, or use another index"
            )
        }
        guard encoder == other.encoder else { throw refuse("encoder", encoder, other.encoder) }
        func shown(_ digest: String?) -> String { digest.map { String($0.prefix(12)) } ?? "unknown" }
        guard digest == other.digest else {
            throw refuse("encoder \(encoder) has weights whose digest", shown(digest), shown(other.digest))
        }
        guard sceneEncoder == other.sceneEncoder else {
            throw refuse("scene encoder", sceneEncoder, other.sceneEncoder)
        }
        guard sceneDigest == other.sceneDigest else {
            throw refuse(
                "scene encoder \(sceneEncoder) has weights whose digest", shown(sceneDigest),
                shown(other.sceneDigest))
        }
        guard dimension == other.dimension else {
            throw refuse("width", "\(dimension)", "\(other.dimension)")
        }
    }
}
