internal import Platform
import SceneFormats
import SceneIndex
import SceneModel
import ScenePipeline
import SceneSegmentation
import TensorKernels
import TextFiles
import Timeline

/// The scenes of a recording with their vectors, made of its embeddings.
struct EmbeddedScenes {
    /// As an index calls it.
    var name: String
    /// In order of time; none overlap.
    var scenes: [IndexedScene]
    /// What an index must be told to hold them.
    var manifest: IndexManifest

    /// Scenes whose vectors were made elsewhere.
    init(name: String, scenes: [IndexedScene], manifest: IndexManifest) {
        (self.name, self.scenes, self.manifest) = (name, scenes, manifest)
    }

    /// Scenes of a record.
    ///
    /// - Parameters:
    ///   - record: what `embed` wrote.
    ///   - name: of the recording.
    ///   - events: of a run over the same video, whose scenes are taken; nil: those that `score` finds.
    ///   - encoder: makes the vectors.
    /// - Throws: `CommandFailure` where there are no scenes, the events are of another video, or the encoder
    ///   takes no embeddings.
    init(
        _ record: EmbeddingRecord, name: String, events: String?, encoder: any SceneEncoder
    ) throws(CommandFailure) {
        self.name = name
        guard encoder.pictures == nil else {
            throw CommandFailure(
                status: .noVideo,
                message:
                    "\(name): the scene encoder looks at pictures, and embeddings hold none; give the film itself"
            )
        }
        let width = record.info.dimension
        manifest = IndexManifest(
            encoder: record.info.encoder, digest: record.info.digest, sceneEncoder: encoder.name,
            sceneDigest: encoder.digest, dimension: encoder.dimension(embeddings: width))
        if let reason = encoder.refusal(
            encoder: record.info.encoder, digest: record.info.digest, width: width)
        {
            throw CommandFailure(
                status: .noVideo,
                message:
                    "\(name): the scene encoder cannot take its embeddings: \(reason); embed it as those were that it was trained on"
            )
        }
        let clock = record.info.media.clock
        scenes = try Self.spans(of: record, name: name, events: events).enumerated().map { place, span in
            IndexedScene(
                number: place + 1, start: clock.microseconds(at: span.start),
                end: clock.microseconds(at: span.end),
                vector: HalfVector(
                    encoder.encode(record.parts(between: span.start, and: span.end), width: width)))
        }
    }

    /// The same of a file of `embed`, named after it: without folders and without its last extension.
    init(path: String, name: String? = nil, events: String?, encoder: any SceneEncoder) throws(CommandFailure)
    {
        let record: EmbeddingRecord
        do throws(EmbeddingFileError) {
            record = try EmbeddingRecord(path: path)
        } catch {
            throw CommandFailure(error)
        }
        try self.init(record, name: name ?? TextFile.stem(path), events: events, encoder: encoder)
    }

    /// Starts and ends of a record's scenes, in its ticks: at least one. Throws `CommandFailure` as `init`
    /// does.
    static func spans(
        of record: EmbeddingRecord, name: String, events: String?
    ) throws(CommandFailure) -> [(start: Int64, end: Int64)] {
        let spans =
            if let events { try spans(events, of: record, name) } else {
                record.scenes().map { (start: $0.start.pts, end: $0.end.pts) }
            }
        guard spans.isEmpty else { return spans }
        throw CommandFailure(
            status: .noVideo,
            message: "\(name): it holds no scenes; give a film that was read beyond its first shot")
    }

    /// Starts and ends of the scenes that a file of events tells of, in the record's ticks.
    private static func spans(
        _ path: String, of record: EmbeddingRecord, _ name: String
    ) throws(CommandFailure) -> [(start: Int64, end: Int64)] {
        let log = try EventLogInput.read(path)
        let clock = record.info.media.clock
        func ticks(_ instant: LoggedInstant) -> Int64 {
            let time = log.timeBase.microseconds(instant.ticks - log.firstPicture)
            return clock.startPTS + clock.timeBase.ticks(microseconds: time)
        }
        let spans = log.scenes.map { (start: ticks($0.start), end: ticks($0.end)) }
        let slack = clock.timeBase.ticks(seconds: 1)
        guard let end = record.lastInstant?.pts, let last = spans.last, abs(last.end - end) <= slack else {
            throw CommandFailure(
                status: .noVideo,
                message:
                    "\(path): its scenes do not end where \(name) ends; give the events of the video that was embedded, read to the same end"
            )
        }
        return spans
    }

    /// The scene that shows a moment, in microseconds from the first picture. Throws `CommandFailure` (usage)
    /// where none does.
    static func scene(
        at time: Int64, in scenes: [IndexedScene], of name: String
    ) throws(CommandFailure) -> IndexedScene {
        if let scene = scenes.first(where: { $0.start <= time && time < $0.end }) { return scene }
        let end = scenes.last?.end ?? 0
        let reason =
            time < end
            ? "its pictures are missing there" : "it ends at \(ClockText.hours(Double(end) / 1_000_000))"
        throw CommandFailure(
            status: .usage,
            message:
                "no scene of \(name) at \(ClockText.hours(Double(time) / 1_000_000)): \(reason); name a time within a scene"
        )
    }
}
