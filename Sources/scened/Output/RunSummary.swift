import MediaInput
import SceneEvents
import ScenePipeline
import Timeline

/// What `--verbose` says about a run, one line each.
enum RunSummary {
    /// What is read, and with what.
    static func opening(_ reader: SceneReader) -> String {
        let media = reader.media
        let libraries = Libraries.inUse.map { "\($0.name) \($0.version)" }.joined(separator: ", ")
        let bound = reader.delayBound.map { "final answers within \($0) s" } ?? "no bound on the delay"
        return
            "\(reader.displayName): \(media.codec) \(media.width)x\(media.height) in \(media.container), time base "
            + "\(media.clock.timeBase); shots \(reader.options.detector.name), encoder \(encoders(reader.model)), scorer \(reader.model.scorer), "
            + "K \(reader.model.neighborCount); \(bound); \(libraries)"
    }

    /// All that parts are compared by, the first of which shapes vectors.
    private static func encoders(_ model: ModelSummary) -> String {
        model.similarity.isEmpty ? model.encoder : model.similarity.joined(separator: " + ")
    }

    /// What was read, and what had to be repaired.
    static func closing(_ reader: SceneReader) -> String {
        let statistics = reader.statistics
        return
            "\(statistics.pictures) pictures in \(statistics.bytes) bytes; \(statistics.damagedPictures) damaged, "
            + "\(statistics.decodeErrors) decode errors, \(statistics.repairedTimestamps) time stamps repaired, "
            + "\(statistics.gaps) gaps"
    }
}
