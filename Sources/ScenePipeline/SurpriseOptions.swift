package import SceneModel

/// What of a run's surprises is told, and by what it is told when something new is on: a contextualizer with
/// the archive that it was trained on, the stream's own past, or both. With both the parts are measured by
/// the archive, and the alarm goes by the past.
package struct SurpriseOptions: Sendable {
    /// nil: parts are told nothing of.
    package var model: SurpriseModel?
    /// Share of the archive, or of the past, above whose level a stream counts as new (`NoveltyAlarm`).
    package var rate: Double
    /// Seconds of the stream's own past by which it is judged; nil: by the model's archive.
    package var window: Double?

    /// Lengths that the past may have, in seconds: parts enough to compare with, and a week.
    package static let windows: ClosedRange<Double> = 1800...604_800

    /// - Parameters:
    ///   - model: of the archive; nil only with a window.
    ///   - rate: 0 to 0.5.
    ///   - window: in seconds, one of `windows` or shorter.
    package init(model: SurpriseModel?, rate: Double? = nil, window: Double? = nil) {
        precondition(model != nil || window != nil, "something to compare with")
        (self.model, self.rate, self.window) = (model, rate ?? NoveltyAlarm.defaultRate, window)
    }

    /// Whether both tell the same of the same stream.
    package static func isSame(_ left: SurpriseOptions?, _ right: SurpriseOptions?) -> Bool {
        left?.model?.digest == right?.model?.digest && left?.rate == right?.rate
            && left?.window == right?.window
    }

    /// The model of a file. Throws where it cannot be used, or was trained on embeddings of another maker.
    package static func model(path: String, maker: EmbeddingMaker) throws(ModelFileError) -> SurpriseModel {
        let model = try SurpriseModel(SafetensorsFile(path: path))
        if let reason = model.refusal(encoder: maker.name, digest: maker.digest, width: maker.width) {
            throw ModelFileError(
                .encoderMismatch, path: path, detail: reason,
                remedy: "train a contextualizer on embeddings of this encoder, or choose that encoder")
        }
        return model
    }

    /// Of a model file, a window, or both; nil where neither is given. Throws as `model(path:maker:)`.
    package static func resolve(
        path: String?, maker: EmbeddingMaker, rate: Double?, window: Double?
    ) throws(ModelFileError) -> SurpriseOptions? {
        guard path != nil || window != nil else { return nil }
        var found: SurpriseModel?
        if let path { found = try model(path: path, maker: maker) }
        return SurpriseOptions(model: found, rate: rate, window: window)
    }
}
