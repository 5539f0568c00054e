package import MediaInput
package import ScenePipeline
package import SceneModel
internal import SceneSegmentation
package import SceneTraining
internal import Timeline

/// The takes of a video, as a network of clips learns from them.
package struct MotionTakes: Sendable {
    /// Clips that fit into what is kept of a part.
    package static let clipsKept = 2

    package let film: MotionFilm
    /// nil where the video was read to its end.
    package private(set) var damage: FilmDamage?

    /// Reads a video in one pass. Of each part the pictures of two clips around its middle are kept in
    /// memory, 3 side^2 bytes each.
    ///
    /// - Parameters:
    ///   - path: a video.
    ///   - clip: which pictures make a clip.
    ///   - side: of the squares that are kept, in pixels.
    ///   - options: how shots are found and split.
    ///   - threads: that decode.
    ///   - stop: ends the reading when raised.
    ///   - report: hears of the seconds of media read so far.
    /// - Throws: where the video cannot be read, or the reading was stopped.
    package init(
        _ path: String, clip: ClipSampling, side: Int, options: SegmentOptions, threads: Int, stop: StopFlag,
        report: (_ seconds: Double) -> Void
    ) throws(TrainingDataError) {
        var mediaOptions = MediaOptions()
        mediaOptions.threads = threads
        let collector = TakeCollector(clip, side: side)
        let reader: EmbeddingReader
        do {
            reader = try EmbeddingReader(
                .url(path), mediaOptions: mediaOptions, options: options, encoder: collector, stop: stop)
        } catch {
            throw TrainingDataError(error.code == .interrupted ? .interrupted : .unreadable, error.message)
        }
        while reader.next() != nil { report(reader.position) }
        if case .interrupted = reader.ending { throw TrainingDataError(.interrupted, "") }
        film = MotionFilm(id: ReadFilm.name(path), takes: collector.takes)
        if case .damaged(let reason) = reader.ending { damage = FilmDamage(path: path, reason: reason) }
    }
}

/// Keeps pictures of every part instead of encoding them.
private final class TakeCollector: ShotEncoder {
    let input: EncoderInput
    private(set) var takes: [MotionTake] = []

    init(_ clip: ClipSampling, side: Int) {
        var frames = MotionTakes.clipsKept * clip.frames
        while !EncoderInput.Sampling.clip(frames: frames, stride: clip.stride).isPossible { frames -= 1 }
        input = EncoderInput(
            .clip(frames: frames, stride: clip.stride), view: PictureGeometry(shortSide: side, cropSide: side)
        )
    }

    var name: String { "clips" }
    var dimension: Int { 1 }

    func encode(_ part: Part) -> [Float] {
        // Pictures of a part that is too short repeat.
        var frames: [RGBPicture] = []
        var last: Int64?
        for picture in part.keyFrames where last != picture.at.pts {
            last = picture.at.pts
            if let crop = input.views.first.flatMap({ picture.views[$0] }) { frames.append(crop) }
        }
        if !frames.isEmpty { takes.append(MotionTake(frames: frames, motion: part.motion)) }
        return [0]
    }

    func separate() -> TakeCollector? { nil }
}
