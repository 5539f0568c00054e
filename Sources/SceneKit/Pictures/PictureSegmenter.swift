internal import MediaInput
internal import SceneEvents
internal import SceneModel
internal import ScenePipeline
internal import SceneSegmentation
internal import Timeline

/// Segments pictures that you decode.
///
/// ```swift
/// let segmenter = try PictureSegmenter(timeBase: .milliseconds)
/// while let frame = camera.next() {
///     let picture = try VideoPicture(
///         format: .nv12, width: 1920, height: 1080, bytes: frame.bytes, time: frame.milliseconds)
///     for event in try segmenter.push(picture) { handle(event) }
/// }
/// for event in segmenter.finish() { handle(event) }
/// ```
///
/// Pictures give the events that a file with the same pictures and times gives. What differs is what only a
/// container tells: how long the last picture lasts (``VideoPicture/duration``), and damage.
///
/// Synchronous: the work is done in ``push(_:)``, on the caller's thread, about 0.3 ms for a picture of
/// 1920 x 1080 pixels; a part of a shot takes longer where a model has an image encoder. Used by one thread
/// at a time. Nothing looks at a clock. Memory is bounded, however many pictures come.
/// ``Swift/AsyncSequence/sceneEvents(timeBase:options:)`` does the same for an asynchronous sequence.
public final class PictureSegmenter {
    /// Length of a tick of ``VideoPicture/time``.
    public let timeBase: TimeBase
    /// Seconds after which the shot detector is certain of a cut, at most.
    public let detectorLag: Double
    /// Seconds of media from a boundary to its final event, at most, beside the one picture that ``push(_:)``
    /// holds back; `nil` if nothing bounds it.
    public let delayBound: Double?

    private var session: SegmentSession<ScoringSession>
    private let reader: RawPictureReader
    private let ticks: Timeline.TimeBase
    /// Ticks that a picture may say it lasts: an hour.
    private let longest: Int64
    /// Time of the first picture, from which all others are counted; nil before it.
    private var origin: Int64?
    /// Set by the first picture.
    private var translator: EventTranslator?
    private var kinds: PictureKindFinder?
    /// Waits for the next picture, which tells how long it lasts.
    private var held: (picture: Picture, duration: Int64?)?
    private var lastDuration: Int64?
    private var number: Int64? = 0
    private var hasGap = false
    private var isFinished = false

    /// Readies the detector and loads the model.
    ///
    /// - Parameters:
    ///   - timeBase: length of a tick of ``VideoPicture/time``: a nanosecond to a second.
    ///   - options: how pictures are segmented. ``SegmenterOptions/speed``, ``SegmenterOptions/program`` and
    ///     ``SegmenterOptions/stream`` have no effect.
    /// - Throws: what is wrong with an option or the model.
    public init(
        timeBase: TimeBase, options: SegmenterOptions = SegmenterOptions()
    ) throws(SceneKitError) {
        let (numerator, denominator) = (timeBase.numerator, timeBase.denominator)
        guard numerator > 0, denominator > 0, numerator <= denominator, numerator <= 1_000_000_000,
            denominator <= 1_000_000_000
        else {
            throw .invalidOption(
                "a time base of \(numerator)/\(denominator) s: both take 1 to 1000000000, and the tick at most "
                    + "a second")
        }
        let (resolved, model) = try options.resolve()
        guard options.cues?.contains(.sound) != true else {
            throw .invalidOption(
                "similarity compares sound, and pushed pictures have none: leave sound out, or segment a file"
            )
        }
        guard let reader = RawPictureReader(views: model.encoder.input.views) else { throw Self.outOfMemory }
        self.timeBase = timeBase
        self.reader = reader
        ticks = Timeline.TimeBase(numerator: Int64(numerator), denominator: Int64(denominator))
        longest = max(1, ticks.ticks(seconds: 3600))
        detectorLag = resolved.detectorLag
        delayBound = resolved.delayBound
        session = SegmentSession(options: resolved, model: model, timeBase: ticks)
    }

    private static let outOfMemory = SceneKitError.noResources(
        "the system has no memory left: end other work and try again")

    /// Takes the next picture in display order.
    ///
    /// A picture is looked at when the next one comes, which tells how long it lasts.
    ///
    /// - Returns: what has become certain, in order; often nothing.
    /// - Throws: ``SceneKitError/invalidPicture(_:)`` if the picture is incomplete, too large, not later than
    ///   the one before, or comes after ``finish()``. The picture is then left out, and the next one can be
    ///   pushed.
    public func push(_ picture: VideoPicture) throws(SceneKitError) -> [SceneEvent] {
        guard !isFinished else {
            throw .invalidPicture("a picture came after finish(): make another segmenter for it")
        }
        let raw = try picture.raw()
        let time = try place(of: picture.time)
        guard let (analysis, views) = reader.read(raw) else { throw Self.outOfMemory }
        let size = PictureSize(width: raw.width, height: raw.height)
        if translator == nil {
            let summary = MediaSummary(
                container: Self.codec, codec: Self.codec, width: raw.width, height: raw.height,
                clock: MediaClock(timeBase: ticks, startPTS: 0))
            origin = picture.time
            translator = EventTranslator(clock: summary.clock, origin: picture.time)
            kinds = PictureKindFinder(summary)
        }
        let events = release(before: time)
        var next = Picture(
            at: Instant(pts: time, frame: number), duration: 1, analysis: analysis, views: views)
        next.size = size
        next.codec = Self.codec
        held = (next, picture.duration.flatMap { 1...longest ~= $0 ? $0 : nil })
        number = number.map { $0 + 1 }
        return events
    }

    /// Pictures are missing between the last one and the next: the shot and the scene end with the last one.
    /// Of no effect before the first picture, behind the last, and twice in a row.
    ///
    /// - Returns: what has become certain, in order; the gap itself follows when the next picture tells its
    ///   end.
    public func pushGap() -> [SceneEvent] {
        guard held != nil, !isFinished else { return [] }
        hasGap = true
        number = nil
        return []
    }

    /// There are no more pictures.
    ///
    /// - Returns: what was waiting for more, and ``SceneEvent/end(_:)``; nothing if it is called again.
    public func finish() -> [SceneEvent] {
        guard !isFinished else { return [] }
        isFinished = true
        let last = release(before: nil)
        let translator = translator ?? EventTranslator(clock: MediaClock(timeBase: ticks, startPTS: 0))
        let rest = translator.events(session.finish())
        return last + rest + [translator.end(at: session.position, session.counts, .end)]
    }

    /// FFmpeg's name for pictures that are not coded.
    private static let codec = "rawvideo"
    /// Ticks beyond which sums could overflow: 36 years of nanoseconds.
    private static let farthest: Int64 = 1 << 60

    /// Ticks from the first picture to `time`, which may count from anywhere less than a century away.
    private func place(of time: Int64) throws(SceneKitError) -> Int64 {
        guard ticks.seconds(time).magnitude < MediaClock.century else {
            throw .invalidPicture("a picture's time of \(time) ticks is a century away: check the time base")
        }
        guard let origin else { return 0 }
        // A century has less than 2^62 ticks.
        let place = time - origin
        guard place <= Self.farthest, ticks.seconds(place) < MediaClock.century else {
            throw .invalidPicture(
                "a picture's time of \(time) ticks is too far behind \(origin), that of the first: "
                    + "check it, or push it to another segmenter")
        }
        if let last = held?.picture.at.pts, place <= last {
            throw .invalidPicture(
                "a picture's time of \(time) ticks is not later than \(last + origin), that of the picture before: "
                    + "push pictures in display order")
        }
        return place
    }

    /// Gives the held picture to the session. `next`: when the picture behind it is shown; nil if there is
    /// none.
    private func release(before next: Int64?) -> [SceneEvent] {
        guard let (found, duration) = held, let translator else { return [] }
        var picture = found
        held = nil
        if let next, !hasGap {
            picture.duration = next - picture.at.pts
            lastDuration = picture.duration
        } else {
            let room = next.map { $0 - picture.at.pts } ?? Self.farthest
            picture.duration = min(duration ?? lastDuration ?? 1, room)
        }
        var events: [SceneEvent] = []
        if let change = kinds?.push(picture), let event = translator.event(.streamChange(change)) {
            events.append(event)
        }
        events += translator.events(session.push(picture))
        if let next, hasGap {
            hasGap = false
            let gap = Timeline.Gap(start: picture.end, end: Instant(pts: next), reason: .missing)
            events += translator.events(session.push(gap))
        }
        return events
    }
}
