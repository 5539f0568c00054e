package import MediaInput
package import SceneModel
package import ScenePipeline
package import SceneSegmentation
internal import SceneTraining
package import Timeline

/// A video as a scene encoder of pictures learns from it: the embeddings of its shots, and key frames of
/// each.
package struct PicturedFilm: Sendable {
    package var film: ReadFilm
    /// Of every row of the film, cut out as the encoder wants them.
    package var frames: [[RGBPicture]]
    /// nil where the video was read to its end.
    package private(set) var damage: FilmDamage?

    /// Reads a video in one pass; keeps its pictures in memory.
    ///
    /// - Parameters:
    ///   - path: a video.
    ///   - images: embeds the shots, by what its pictures show.
    ///   - digest: of its weights.
    ///   - wanted: which pictures are kept; of the geometry that `images` has.
    ///   - options: how shots are found and split.
    ///   - threads: that decode.
    ///   - stop: ends the reading when raised.
    ///   - report: hears of the seconds of media read so far.
    /// - Throws: where the video cannot be read, or the reading was stopped.
    package init(
        _ path: String, images: ImageShotEncoder, digest: String?, wanted: ScenePictures,
        options: SegmentOptions, threads: Int, stop: StopFlag, report: (_ seconds: Double) -> Void
    ) throws(TrainingDataError) {
        var mediaOptions = MediaOptions()
        mediaOptions.threads = threads
        let collector = KeyFrameCollector(images, wanted: wanted)
        let reader: EmbeddingReader
        do {
            reader = try EmbeddingReader(
                .url(path), mediaOptions: mediaOptions, options: options, encoder: collector,
                encoderDigest: digest, stop: stop)
        } catch {
            throw TrainingDataError(error.code == .interrupted ? .interrupted : .unreadable, error.message)
        }
        while reader.next() != nil { report(reader.position) }
        if case .interrupted = reader.ending { throw TrainingDataError(.interrupted, "") }
        film = try ReadFilm(reader.record, id: ReadFilm.name(path))
        frames = collector.frames
        precondition(frames.count == film.film.shotCount, "key frames of every row")
        if case .damaged(let reason) = reader.ending { damage = FilmDamage(path: path, reason: reason) }
    }
}

/// Embeds parts by another encoder, and keeps of each the key frames that are wanted.
private final class KeyFrameCollector: ShotEncoder {
    private let images: ImageShotEncoder
    private let wanted: ScenePictures
    private(set) var frames: [[RGBPicture]] = []

    init(_ images: ImageShotEncoder, wanted: ScenePictures) {
        self.images = images
        self.wanted = wanted
    }

    var name: String { images.name }
    var dimension: Int { images.dimension }
    var input: EncoderInput { images.input }

    func encode(_ part: Part) -> [Float] {
        let crops = part.keyFrames.compactMap { $0.views[.crop(wanted.geometry)] }
        frames.append(wanted.frames(of: crops.count).map { crops[$0] })
        return images.encode(part)
    }

    func separate() -> KeyFrameCollector? { nil }
}

extension FilmCollection {
    /// Reads the sources in turn, which must be videos, with their pictures.
    package mutating func read(
        pictured sources: [Source], encoder: PatchSceneNetwork, images: ImageShotEncoder, digest: String?,
        options: SegmentOptions, threads: Int, stop: StopFlag,
        progress: (_ path: String, _ number: Int, _ count: Int, _ seconds: Double?) -> Void
    ) throws(TrainingDataError) -> [[[RGBPicture]]] {
        if let file = sources.first(where: { !$0.isVideo }) {
            throw TrainingDataError(
                .unusable,
                "'\(file.path)' holds no pictures, and the scene encoder looks at them: give the video")
        }
        var frames: [[[RGBPicture]]] = []
        var films: [ReadFilm] = []
        for (index, source) in sources.enumerated() {
            progress(source.path, index + 1, sources.count, nil)
            let film = try PicturedFilm(
                source.path, images: images, digest: digest, wanted: encoder.wanted, options: options,
                threads: threads, stop: stop
            ) { progress(source.path, index + 1, sources.count, $0) }
            films.append(film.film)
            frames.append(film.frames)
            if let damage = film.damage { note(damage) }
        }
        add(films)
        return frames
    }
}
