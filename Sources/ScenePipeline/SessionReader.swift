package import SceneEvents
package import MediaInput
internal import ShotDetection
package import Timeline

/// What a stream becomes, picture by picture: a value without I/O, clock or threads.
package protocol StreamSession {
    associatedtype Output

    /// What has been found so far.
    var counts: StreamCounts { get }
    /// Where the stream stands: the end of the last picture; nil before the first.
    var position: Instant? { get }

    /// Takes the next picture in display order; returns what it made certain, in order.
    mutating func push(_ picture: Picture) -> [Output]
    /// Takes the next message of the stream, where such are read.
    mutating func push(_ cue: Cue) -> [Output]
    /// Takes the next frame of sound, where sound is read.
    mutating func push(_ sound: SoundFrame)
    /// Pictures are missing between the last one and the next.
    mutating func push(_ gap: Gap) -> [Output]
    /// The stream is over: returns what was waiting for more.
    mutating func finish() -> [Output]

    /// Says that the pictures are of another kind from here on.
    static func output(of change: StreamChange) -> Output
}

/// One input from its first byte to its last answer: the media reader pulls, the session decides.
///
/// One thread drives it and blocks while the input does; FFmpeg decodes behind it. Nothing here looks at a
/// clock.
package class SessionReader<Session: StreamSession> {
    /// The input as it may be shown: without secrets.
    package let displayName: String
    /// What `stream_start` says of the media.
    package let media: MediaSummary
    /// h, seconds.
    package let detectorLag: Double
    package let decoderDelay: Int
    package let options: SegmentOptions
    /// Seconds of media that the input holds as far as is known: what it claims, or by the share of its bytes
    /// that is read; nil for a pipe or a live stream.
    package var expectedLength: Double? {
        if let claimed = reader.claimedLength { return claimed }
        guard let total = reader.byteCount, reader.statistics.bytes > 0 else { return nil }
        return position * max(Double(total) / Double(reader.statistics.bytes), 1)
    }

    var session: Session
    private let reader: MediaReader
    private var kinds: PictureKindFinder
    private var isFinished = false

    /// Opens `source` and readies every step; blocks until the first picture is decoded.
    ///
    /// - Parameters:
    ///   - source: what to read.
    ///   - mediaOptions: how; the decode plan and the sound are those of `options`.
    ///   - options: among them the detector and m; its decode plan does not count where `mediaOptions` lets
    ///     the input choose.
    ///   - recordsStatistics: the detector keeps what it measures.
    ///   - announcesCuts: hard cuts are also told before they are certain.
    ///   - stop: ends the reading when raised.
    ///   - makeSession: given the detector, the reader behind its first picture, and the options with the
    ///     plan that it follows.
    /// - Throws: why there is no first picture.
    init(
        _ source: MediaSource, mediaOptions: MediaOptions, options: SegmentOptions,
        recordsStatistics: Bool = false, announcesCuts: Bool = false, stop: StopFlag,
        makeSession: (any ShotDetector, MediaReader, SegmentOptions) -> Session
    ) throws(MediaError) {
        var mediaOptions = mediaOptions
        mediaOptions.plan = options.speed
        mediaOptions.sound = options.sound
        mediaOptions.marks = options.usesMarks
        reader = try MediaReader(source, options: mediaOptions, stop: stop)
        var options = options
        (options.speed, options.choosesSpeed) = (reader.plan, mediaOptions.choosesPlan)
        let detector = options.detector.make(
            timeBase: reader.summary.clock.timeBase, minimumShot: options.minimumShot,
            recordsStatistics: recordsStatistics, announcesCuts: announcesCuts)
        self.options = options
        displayName = source.displayName
        media = reader.summary
        kinds = PictureKindFinder(reader.summary)
        decoderDelay = reader.decoderDelay
        detectorLag = detector.lag
        session = makeSession(detector, reader, options)
    }

    package var counts: StreamCounts { session.counts }
    package var statistics: MediaStatistics { reader.statistics }

    /// Where the stream stands: the end of the last picture; nil before the first.
    package var end: Instant? { session.position }

    /// Seconds of media read so far.
    package var position: Double { session.position.map { media.clock.seconds(at: $0.pts) } ?? 0 }

    /// What the next picture, gap or message made certain, often nothing; nil at the end, for good. Blocks
    /// while the input does.
    package func next() -> [Session.Output]? {
        guard !isFinished else { return nil }
        switch reader.next() {
        case .picture(let picture):
            let change = kinds.push(picture).map { [Session.output(of: $0)] } ?? []
            return change + session.push(picture)
        case .gap(let gap): return session.push(gap)
        case .cue(let cue): return session.push(cue)
        case .sound(let frame):
            session.push(frame)
            return []
        case nil:
            isFinished = true
            return session.finish()
        }
    }

    /// How the input ended; valid once `next` has returned nil.
    package var ending: MediaEnding { reader.ending ?? .end }

    /// Where a list of cuts does not fit the input; valid once `next` has returned nil.
    package var misfit: CutList.Misfit? {
        options.detector.list?.misfit(pictures: Int64(counts.pictures), seconds: position)
    }

    /// The last event of the stream; valid once `next` has returned nil. `wall`: RFC 3339.
    package func streamEnd(wall: String) -> Event {
        .streamEnd(
            StreamEnd(
                at: session.position ?? Instant(pts: media.clock.startPTS, frame: 0), reason: ending.reason,
                counts: session.counts, wall: wall))
    }
}
