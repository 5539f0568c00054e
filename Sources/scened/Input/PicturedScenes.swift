import MediaInput
import MediaOutput
import SceneEvents
import SceneFormats
import SceneIndex
import SceneModel
import ScenePipeline
import SceneSegmentation
import TensorKernels
import Timeline

/// Scenes of films with vectors made of their pictures: finds the scenes, then looks up the few key frames
/// that stand for each, in a pass of its own over the file.
///
/// Holds the pictures of one scene at a time.
struct PicturedScenes {
    let encoder: PatchSceneEncoder
    let reading: ReadingArguments
    let isQuiet: Bool

    /// The scenes of a film.
    ///
    /// - Parameters:
    ///   - film: a file.
    ///   - name: of the recording.
    ///   - events: of a run over the film, whose scenes and shots are taken; nil: those that `score` finds in
    ///     descriptors, for which the whole film is read first.
    ///   - moment: microseconds from the first picture: only the scene that shows it gets a vector, the
    ///     others one of zeros; nil: all get theirs.
    /// - Returns: the scenes, with what an index must be told to hold them.
    /// - Throws: `CommandFailure` where the film cannot be read, there are no scenes, the events are of
    ///   another film, or the user stops.
    func scenes(
        of film: String, name: String, events: String?, at moment: Int64? = nil
    ) throws -> EmbeddedScenes {
        guard let pictures = encoder.pictures else { preconditionFailure("an encoder of pictures") }
        Interruption.install()
        do {
            // Before the film is read for its scenes: a pipe cannot be read twice.
            let finder = try KeyFrames(
                film, view: .crop(pictures.geometry), options: reading.mediaOptions(),
                stop: Interruption.stop)
            let outline = try self.outline(of: film, name, events)
            let wanted = outline.spans.indices.filter { index in
                guard let moment else { return true }
                let span = outline.spans[index]
                return outline.clock.microseconds(at: span.start) <= moment
                    && moment < outline.clock.microseconds(at: span.end)
            }
            let vectors = try vectors(of: outline, wanted, pictures, finder)
            let blank = [Float](repeating: 0, count: encoder.dimension(embeddings: 0))
            let scenes = outline.spans.enumerated().map { index, span in
                IndexedScene(
                    number: index + 1, start: outline.clock.microseconds(at: span.start),
                    end: outline.clock.microseconds(at: span.end),
                    vector: HalfVector(vectors[index] ?? blank))
            }
            return EmbeddedScenes(
                name: name, scenes: scenes,
                manifest: IndexManifest(
                    encoder: encoder.images.name, digest: encoder.images.digest, sceneEncoder: encoder.name,
                    sceneDigest: encoder.digest, dimension: blank.count))
        } catch let error as MediaError where error.code == .interrupted {
            throw CommandFailure(status: Interruption.status, message: "")
        } catch let error as MediaError {
            throw CommandFailure(error)
        }
    }

    /// What is known of a film before its pictures are looked up; in ticks of `clock`.
    private struct Outline {
        var clock: MediaClock
        /// Of the scenes, in order.
        var spans: [(start: Int64, end: Int64)]
        /// Of all shots, in order.
        var parts: [PartSummary]
    }

    private func outline(of film: String, _ name: String, _ events: String?) throws -> Outline {
        if let events { return try outline(ofEvents: events, of: film) }
        let record = try FilmEmbedding.record(of: film, model: nil, reading: reading, isQuiet: isQuiet)
        return Outline(
            clock: record.info.media.clock,
            spans: try EmbeddedScenes.spans(of: record, name: name, events: nil),
            parts: record.shots.flatMap(\.parts))
    }

    private func outline(ofEvents path: String, of film: String) throws(CommandFailure) -> Outline {
        let log = try EventLogInput.read(path)
        if let facts = try? Film(film, stop: Interruption.stop),
            let misfit = FilmFit.misfits(log, facts, path).first
        {
            throw CommandFailure(status: .noVideo, message: misfit)
        }
        let clock = log.start.media.clock
        func pts(_ instant: LoggedInstant) -> Int64 { instant.ticks - log.firstPicture + clock.startPTS }
        let parts = log.shots.flatMap(\.parts)
        guard !log.scenes.isEmpty, !parts.isEmpty else {
            throw CommandFailure(
                status: .noVideo,
                message:
                    "\(path): it tells no \(log.scenes.isEmpty ? "scenes" : "shots"), and scenes are shown by the key frames of their shots; give the output of `scened segment` with both"
            )
        }
        return Outline(
            clock: clock, spans: log.scenes.map { (pts($0.start), pts($0.end)) }, parts: parts)
    }

    /// Vectors of the scenes `wanted`, by their numbers from 0; none for one of which no picture can be
    /// decoded. Throws `MediaError`, or `CommandFailure` where that is so of all.
    private func vectors(
        of outline: Outline, _ wanted: [Int], _ pictures: ScenePictures, _ finder: KeyFrames
    ) throws -> [Int: [Float]] {
        struct Slot { var scene: Int, part: Int, seconds: Double }
        var slots: [Int64: [Slot]] = [:]
        var wishes: [KeyFrames.Wish] = []
        for scene in wanted {
            let span = outline.spans[scene]
            let held = outline.parts.filter { $0.start.pts < span.end && $0.end.pts > span.start }
            for place in pictures.places(of: held.count) {
                let part = held[place]
                let seconds = outline.clock.timeBase.seconds(
                    min(part.end.pts, span.end) - max(part.start.pts, span.start))
                let frames =
                    part.keyFrames.isEmpty
                    ? [(part.start.pts + part.end.pts) / 2] : part.keyFrames.map(\.pts)
                func here(_ pts: Int64) -> Int64 { finder.pts(of: pts, on: outline.clock) }
                for frame in pictures.frames(of: frames.count) {
                    let pts = here(frames[frame])
                    if slots[pts] == nil {
                        let shown = min(part.start.pts, frames[frame])...max(frames[frame], part.end.pts - 1)
                        wishes.append(
                            KeyFrames.Wish(pts: pts, bounds: finder.bounds(of: shown, on: outline.clock)))
                    }
                    slots[pts, default: []].append(Slot(scene: scene, part: place, seconds: seconds))
                }
            }
        }
        let length = outline.spans.last.map { outline.clock.seconds(at: $0.end) }
        let progress = CopyProgress(isShown: Console.isTerminal && !isQuiet, of: length)
        defer { progress.clear() }
        var vectors: [Int: [Float]] = [:]
        // Of the scene whose pictures come: answers are in order of time.
        var (open, places, parts): (Int?, [Int], [ScenePart]) = (nil, [], [])
        func close() {
            guard let scene = open else { return }
            vectors[scene] = encoder.encode(parts, width: 0)
            (open, places, parts) = (nil, [], [])
            progress.show(outline.clock.seconds(at: outline.spans[scene].end))
        }
        var found = 0
        try finder.read(wishes) { answer in
            found += 1
            for slot in slots[answer.wish.pts] ?? [] {
                if open != slot.scene {
                    close()
                    open = slot.scene
                }
                if places.last != slot.part {
                    places.append(slot.part)
                    parts.append(ScenePart(embedding: [], seconds: slot.seconds))
                }
                parts[parts.count - 1].pictures.append(answer.picture)
            }
            return !Interruption.stop.isRaised
        }
        if Interruption.stop.isRaised {
            throw CommandFailure(status: Interruption.status, message: "")
        }
        close()
        guard !vectors.isEmpty || wanted.isEmpty else {
            throw CommandFailure(
                status: .noVideo,
                message: "\(finder.name): no picture could be decoded: check it with ffprobe")
        }
        if !isQuiet, found < wishes.count {
            progress.clear()
            let scenes = wanted.count - vectors.count
            Console.say(
                "\(finder.name): \(wishes.count - found) of \(wishes.count) pictures could not be decoded"
                    + (scenes > 0 ? ", and of \(scenes) scenes none" : ""))
        }
        return vectors
    }
}
