package import SceneEvents
package import SceneSegmentation
package import ScenePipeline
package import Timeline

/// One feed from what its workers tell to events: puts every worker on one timeline, encodes, scores, and
/// accounts for what is missing between them.
///
/// A value without I/O; wall time comes with each call. It believes a worker only as far as it can check it,
/// so that no message can trip what stands behind it.
package struct FeedSession {
    package let options: SegmentOptions
    /// The feed's clock: that of its first connection; nil before.
    package internal(set) var clock: MediaClock?
    package internal(set) var timeline: Int
    /// End of the last picture; nil before the first.
    package internal(set) var position: Instant?

    /// What is read, as it may be printed.
    let input: String
    let model: ChosenModel
    var encoder: any ShotEncoder
    /// `ChosenModel.further`. They are cheap, and nothing of theirs is left out where the machine cannot keep
    /// up.
    var further: [any ShotEncoder]
    var sink: ScoringSession?
    var mapping: TimelineMapping?
    /// What follows is numbered from here.
    var nextPart = 0
    var nextShot = 0
    /// Indices of the running worker's first part and shot.
    var firstPart = 0
    var firstShot = 0
    /// End of the last closed part, or where what follows the start or a gap began.
    var settled: Instant?
    var shot: OpenShot?
    /// The open shot's open part as last told.
    var openPart: Part?
    var horizon = Int64.min
    /// The last picture's packet came at this wall time, and was over at this moment of its own clock.
    var lastArrival = 0.0
    /// The last connection's clock, but for the age.
    var lastSource: ToldSource?
    /// That clock jumped within the connection: its instants are not those of the next one.
    var hasJumped = false
    var container = ""
    var pause: Pause?
    /// The running worker has handed over everything.
    var isFlushed = true
    /// What is left out because the machine cannot keep up.
    package internal(set) var relief = Relief.LeftOut.nothing
    /// What the pictures were last told to be, and to show.
    var pictures: (codec: String, size: PictureSize)?
    var shown = PictureState.Kind.normal
    /// The last messages of the stream.
    var cues = ToldCues()
    var thumbnails: KeyFrameThumbnails?
    /// nil before the first picture, and where nobody asked for blocks.
    var blocks: BlockFinder?
    /// nil before the first picture, and where nobody asked what was on before.
    var recall: SceneRecall?

    struct OpenShot {
        var index: Int
        var start: Instant
        var entry: Transition
        var parts: [PartSummary]
    }

    /// Pictures are missing.
    struct Pause {
        var start: Instant
        var reason: Gap.Reason
        /// What a long gap decides has been decided.
        var isDecided = false
    }

    /// - Parameters:
    ///   - options: what decides the answers.
    ///   - model: encodes and scores.
    ///   - timeline: number of the first timeline.
    ///   - input: what is read, as it may be printed.
    ///   - thumbnail: the view that `takeThumbnails` gives, where key frames have it.
    package init(
        options: SegmentOptions, model: ChosenModel, timeline: Int = 0, input: String = "",
        thumbnail: Picture.View? = nil
    ) {
        thumbnails = thumbnail.map(KeyFrameThumbnails.init)
        self.options = options
        self.input = input
        self.timeline = timeline
        self.model = model
        encoder = model.encoder
        further = model.further
    }

    /// Up to where the last connection was told; nil before the first picture, and where its clock jumped.
    package func told(now: Double) -> ToldSource? {
        guard !hasJumped, var told = lastSource else { return nil }
        told.age = min(MediaClock.century, max(0, now - lastArrival))
        return told
    }
    /// The pictures that a worker must send with each part, and what each must show.
    package var encoderInput: EncoderInput { encoder.input }
    package var modelSummary: ModelSummary { model.summary }
    /// nil before the first picture, and where nobody asked.
    var surprise: SurpriseWatch? { sink?.surprise }
    package var counts: StreamCounts { sink?.counts ?? StreamCounts() }

    /// Small pictures of what was closed since the last call; none where nobody asked for them.
    package mutating func takeThumbnails() -> [Thumbnail] { thumbnails?.take() ?? [] }

    /// Takes what a worker tells. `now`: seconds on a clock that never steps.
    ///
    /// - Returns: the events that became certain, in order. For `opened` of the first connection none: the
    ///   caller writes `stream_start`.
    /// - Throws: what the worker broke; nothing it tells later may be taken.
    package mutating func take(_ message: WorkerMessage, now: Double) throws(WireError) -> [Event] {
        var events: [Event] = []
        switch message {
        case .hello, .progress: break
        case .relief(let leftOut): take(leftOut, into: &events)
        case .change(let change): try take(change, into: &events)
        case .cue(let cue): try take(cue, into: &events)
        case .state(let state): try take(state, into: &events)
        case .opened(let media, _, let clock): try open(media, as: clock, now: now, into: &events)
        case .part(let part, let at):
            let mapped = try mapped(part)
            try close(mapped, now: try mapping.checked.instant(at), into: &events)
        case .shot(let shot): try end(shot, into: &events)
        case .open(let part):
            // The first pictures of a part may be shorter than a tick of the feed.
            let isLong = try mapping.checked.pts(part.start.pts) < mapping.checked.pts(part.end.pts)
            openPart = isLong || part.start >= part.end ? try mapped(part) : nil
        case .advance(let advance): try take(advance, now: now, into: &events)
        case .gap(let gap): try take(gap, into: &events)
        case .ending: isFlushed = true
        }
        name(&events)
        return events
    }

    // MARK: - Connections

    private mutating func open(
        _ media: MediaSummary, as kind: ConnectionClock, now: Double, into events: inout [Event]
    ) throws(WireError) {
        guard let latest = (clock ?? media.clock).plausible?.upperBound else {
            throw WireError(reason: "its clock is out of range")
        }
        (firstPart, firstShot) = (nextPart, nextShot)
        container = media.container
        horizon = .min
        isFlushed = false
        defer { noteKind(of: media, into: &events) }
        guard let clock, let position else {
            clock = media.clock
            sink =
                sink ?? ScoringSession(scorer: model.scorer, options: options, timeBase: media.clock.timeBase)
            beginBlocks(media.clock)
            beginRecall(media.clock)
            mapping = TimelineMapping(
                source: media.clock, start: media.clock.startPTS, base: media.clock.timeBase,
                latest: latest, keepsNumbers: true)
            begin(at: Instant(pts: media.clock.startPTS, frame: 0), media, followed: 0, now: now)
            return
        }
        let (start, followed) = resume(
            media.clock, clock: clock, position: position, as: kind, now: now, latest: latest,
            into: &events)
        mapping = TimelineMapping(
            source: media.clock, start: start, base: clock.timeBase, latest: latest, keepsNumbers: false)
        // What such a connection begins with may have come long ago.
        begin(at: Instant(pts: start), media, followed: followed, now: kind == .same ? lastArrival : now)
        // Its instants are counted behind pictures of a clock that is over.
        if kind == .jumped { hasJumped = true }
    }

    /// The first picture of a connection will stand at `start`.
    private mutating func begin(at start: Instant, _ media: MediaSummary, followed: Double, now: Double) {
        settled = start
        position = start
        lastArrival = now
        lastSource = ToldSource(
            container: media.container, base: media.clock.timeBase, end: media.clock.startPTS,
            followed: followed)
        hasJumped = false
    }

    /// Closes the pause before a new connection; returns where its first picture stands, and the seconds for
    /// which its clock has been followed up to there.
    private mutating func resume(
        _ source: MediaClock, clock: MediaClock, position: Instant, as kind: ConnectionClock, now: Double,
        latest: Int64, into events: inout [Event]
    ) -> (start: Int64, followed: Double) {
        let pause = self.pause ?? Pause(start: position, reason: .disconnect)
        self.pause = nil
        let elapsed = max(0, now - lastArrival)
        var end: Int64?
        if let lastSource, lastSource.base == source.timeBase, lastSource.container == container,
            source.timeBase == clock.timeBase
        {
            let continuity = Continuity(container: container, base: source.timeBase)
            // How long scened was away, only the wall clock says.
            let missing: Int64? =
                switch kind {
                case .same: continuity.step(from: lastSource.end, to: source.startPTS)
                case .another, .jumped: nil
                case .unknown where pause.reason == .restart: nil
                case .unknown:
                    continuity.missing(end: lastSource.end, start: source.startPTS, elapsed: elapsed)
                }
            // What a clock says that would end a century from the start is no proof.
            end = missing.flatMap { $0 <= latest - position.pts ? position.pts + $0 : nil }
        }
        let isProven = end != nil
        if !isProven { timeline += 1 }
        let gap = Gap(
            start: pause.start,
            end: Instant(pts: end ?? position.pts + max(1, clock.timeBase.ticks(seconds: elapsed))),
            reason: pause.reason, timeline: isProven ? nil : timeline)
        blocks?.push(gap, into: &events)
        if pause.isDecided { sink?.note(gap, into: &events) } else { sink?.push(gap, into: &events) }
        guard isProven, let before = lastSource?.followed else { return (gap.end.pts, 0) }
        return (gap.end.pts, before + clock.timeBase.seconds(gap.end.pts - position.pts))
    }

    /// Notes that scened itself was away before the first picture, nobody knows for how long. The timeline
    /// rises: another gap may follow at the same instant.
    package mutating func noteRestart() -> [Event] {
        guard let position else { return [] }
        var events: [Event] = []
        timeline += 1
        sink?.note(Gap(start: position, end: position, reason: .restart, timeline: timeline), into: &events)
        return events
    }

    /// The connection is lost; everything that its worker sent was taken.
    package mutating func pause(reason: Gap.Reason) -> [Event] {
        guard let position, pause == nil, mapping != nil else { return [] }
        var events: [Event] = []
        mapping = nil
        let start = isFlushed ? position : closeAbandoned(at: position, into: &events)
        openPart = nil
        shot = nil
        settled = start
        pause = Pause(start: start, reason: reason)
        name(&events)
        return events
    }

    /// Closes what a worker left open when it died. Returns where its last shot ends.
    mutating func closeAbandoned(at end: Instant, into events: inout [Event]) -> Instant {
        if var part = openPart, let clock, part.start < end {
            part.end = end
            part.duration = clock.timeBase.seconds(end.pts - part.start.pts)
            part.isLastOfShot = true
            note(part)
            blocks?.push(part, at: end, into: &events)
            push(part, at: end, into: &events)
            endShot(at: end, into: &events)
            return end
        }
        let start = settled ?? end
        endShot(at: start, into: &events)
        return start
    }

    /// Blocks are looked for from the next part on.
    mutating func beginBlocks(_ clock: MediaClock) {
        blocks = options.blocks.map { BlockFinder(timeBase: clock.timeBase, options: $0) }
    }

    /// What was on before is looked for from the next part on.
    mutating func beginRecall(_ clock: MediaClock) {
        recall = options.recall.map {
            SceneRecall(
                timeBase: clock.timeBase, options: $0, width: encoder.dimension, origin: clock.startPTS)
        }
    }

    /// A part was closed at `now`.
    mutating func push(_ part: Part, at now: Instant, into events: inout [Event]) {
        guard sink != nil else { return }
        var encoded = EncodedPart(part, embedding: relief.encode(part, with: &encoder))
        encoded.furtherEmbeddings = further.encode(part)
        recall?.push(encoded)
        sink?.push(encoded, at: now, into: &events)
    }

    /// Says of new scenes in which blocks they lie, and whether they were on before.
    mutating func name(_ events: inout [Event]) {
        blocks?.name(&events)
        recall?.name(&events)
    }

    mutating func endShot(at end: Instant, into events: inout [Event]) {
        guard let shot else { return }
        self.shot = nil
        nextShot = shot.index + 1
        sink?.push(
            Shot(index: shot.index, start: shot.start, end: end, transition: shot.entry, parts: shot.parts),
            into: &events)
    }

    /// Time went on without pictures: decides what a long gap decides, once nothing can make it short any
    /// more.
    package mutating func wait(until now: Double) -> [Event] {
        // The clock of the next connection may say less than the wall.
        guard var pause, !pause.isDecided,
            now - lastArrival >= Continuity.longestSilence(container: container, of: options.splitAfter)
        else { return [] }
        var events: [Event] = []
        pause.isDecided = true
        self.pause = pause
        sink?.pause(at: pause.start, into: &events)
        name(&events)
        return events
    }

    /// The feed is over; everything was taken. `wall`: RFC 3339. Empty if there never was a picture.
    package mutating func finish(reason: StreamEnd.Reason, now: Double, wall: String) -> [Event] {
        guard var end = position, let clock else { return [] }
        var events: [Event] = []
        if mapping != nil, !isFlushed {
            let closed = closeAbandoned(at: end, into: &events)
            if closed < end {
                let gap = Gap(start: closed, end: end, reason: .decoderReset)
                blocks?.push(gap, into: &events)
                sink?.push(gap, into: &events)
            }
        }
        // Blocks end with the pictures.
        blocks?.finish(at: pause?.start ?? end, into: &events)
        if let pause {
            let missing = clock.timeBase.ticks(seconds: max(0, now - lastArrival))
            let gap = Gap(start: pause.start, end: Instant(pts: end.pts + missing), reason: pause.reason)
            if gap.start < gap.end {
                if pause.isDecided { sink?.note(gap, into: &events) } else { sink?.push(gap, into: &events) }
            }
            end = gap.end
        }
        sink?.finish(at: end, into: &events)
        name(&events)
        events.append(.streamEnd(counts.streamEnd(at: end, reason: reason, wall: wall)))
        return events
    }
}
