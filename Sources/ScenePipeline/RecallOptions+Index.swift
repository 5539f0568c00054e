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
            try index.manifest.require(maker.manifest(encoder), of: "this run", directory: directory)
            self.index = index
        }
        self.threshold = threshold ?? index?.threshold?.threshold ?? Self.standardThreshold
    }

    /// The scene encoder that made an index's vectors. Throws where this program lacks it.
    package static func encoder(
        of manifest: IndexManifest, directory: String
    ) throws(IndexError) -> any SceneEncoder {
        if let encoder = SceneEncoders.named(manifest.sceneEncoder) { return encoder }
        throw .unknownEncoder(
            manifest.sceneEncoder, directory, known: SceneEncoders.all.map(\.name).joined(separator: ", "))
    }
}
