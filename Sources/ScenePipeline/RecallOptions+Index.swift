package import Platform
package import SceneIndex
internal import SceneModel
package import SceneSegmentation

extension RecallOptions {
    /// What a run knows of the past.
    ///
    /// - Parameters:
    ///   - directory: of an index, absolute; nil: there is none.
    ///   - threshold: cosine; nil: the one that was set for the index, or the standard.
    ///   - repeats: the run's own scenes count.
    ///   - tellsVectors: scenes tell their vectors.
    ///   - maker: of the run's embeddings.
    ///   - files: the file system.
    /// - Throws: where the index cannot be used, or holds scenes of another encoder.
    package init(
        directory: String?, threshold: Double?, repeats: Bool, tellsVectors: Bool = false,
        maker: EmbeddingMaker, files: any DurableFiles
    ) throws(IndexError) {
        self.init()
        (self.repeats, self.tellsVectors, self.maker) = (repeats, tellsVectors, maker)
        if let directory {
            let index = try SceneIndex(directory: directory, files: files)
            encoder = try Self.encoder(of: index.manifest, directory: directory)
            if let reason = encoder.refusal(encoder: maker.name, digest: maker.digest, width: maker.width) {
                throw .badEncoder(
                    "the scene encoder of the index '\(directory)' cannot take this run's embeddings: \(reason); use another index"
                )
            }
            try index.manifest.require(maker.manifest(encoder), of: "this run", directory: directory)
            self.index = index
        }
        if let threshold {
            self.threshold = threshold
        } else if let held = try index?.threshold(files) {
            self.threshold = held.threshold
        }
    }

    /// The scene encoder that made an index's vectors, with threads of its own where it looks at pictures.
    /// Throws where this program lacks it.
    package static func encoder(
        of manifest: IndexManifest, directory: String, threadCount: Int = 1
    ) throws(IndexError) -> any SceneEncoder {
        if let digest = manifest.sceneDigest {
            let path = IndexLayout.modelPath(directory)
            do throws(ModelFileError) {
                let encoder = try SceneEncoders.read(
                    SafetensorsFile(path: path), threadCount: ChosenModel.threads(threadCount))
                if encoder.digest == digest { return encoder }
            } catch {
                throw .badEncoder(error.description, isUnreadable: error.code == .unreadable)
            }
            throw .badEncoder(
                "\(path): its weights are not those that the index was made with; bring it back from a copy, or make the index again"
            )
        }
        if let encoder = SceneEncoders.named(manifest.sceneEncoder) { return encoder }
        throw .unknownEncoder(
            manifest.sceneEncoder, directory, known: SceneEncoders.all.map(\.name).joined(separator: ", "))
    }
}
