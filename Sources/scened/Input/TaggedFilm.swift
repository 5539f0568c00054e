import SceneModel
import ScenePipeline
import SceneSegmentation
import Timeline

/// The scenes of a film, or its changes of shot, with what a probe says of them.
struct TaggedFilm {
    struct Scene {
        /// From 1.
        var number: Int
        /// Microseconds from the first picture; a change of shot has no end.
        var start: Int64
        var end: Int64?
        /// The most probable first; none where it shows nothing.
        var tags: [(label: String, probability: Double)]
    }

    var name: String
    var scenes: [Scene]

    /// - Parameters:
    ///   - record: what `embed` wrote.
    ///   - name: of the film.
    ///   - path: of the film, for messages.
    ///   - events: of a run over the same video, whose scenes are taken; nil: those that `score` finds.
    ///   - probe: what tags them.
    /// - Throws: `CommandFailure` where the embeddings are none of the probe's, there are no scenes, or the
    ///   events are of another video.
    init(
        _ record: EmbeddingRecord, name: String, path: String, events: String?, probe: ProbeInput
    ) throws(CommandFailure) {
        self.name = name
        do throws(ModelFileError) {
            try probe.value.description.require(
                encoder: record.info.encoder, digest: record.info.digest,
                dimension: probe.sceneEncoder.dimension(embeddings: record.info.dimension), of: path,
                path: probe.path)
        } catch {
            throw CommandFailure(error)
        }
        let sight = RecordedSight(record, probe.sceneEncoder)
        func tags(_ input: [Float]) -> [(label: String, probability: Double)] {
            probe.value.tags(probe.value.probabilities(input))
        }
        switch probe.value.description.input {
        case .scene:
            let clock = record.info.media.clock
            scenes = try EmbeddedScenes.spans(of: record, name: name, events: events).enumerated().map {
                place, span in
                let start = clock.microseconds(at: span.start)
                let end = clock.microseconds(at: span.end)
                return Scene(
                    number: place + 1, start: start, end: end,
                    tags: tags(
                        probe.sceneEncoder.encode(
                            record.parts(between: span.start, and: span.end), width: record.info.dimension)))
            }
        case .fourShots:
            scenes = sight.changes().enumerated().map { place, change in
                Scene(number: place + 1, start: change.time, end: nil, tags: tags(change.input))
            }
        }
    }
}
