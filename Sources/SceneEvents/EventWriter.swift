internal import JSONText
package import Timeline

/// Turns events into JSON lines: version, sequence number, identity, fixed key order, fixed decimals.
///
/// A value: it holds the clock, the timelines and the next sequence number and nothing else. Events before
/// `streamStart` are a programmer's error.
package struct EventWriter {
    /// Version of the event grammar. Additions keep it; a changed meaning raises it.
    package static let schemaVersion = 1

    private(set) var clock: MediaClock?
    private var timelines = TimelineNumbers()
    /// `seq` of the next event; the first is 1.
    package private(set) var nextSequence: Int64

    /// - Parameter nextSequence: where a journal that goes on left off; 1 begins one.
    package init(nextSequence: Int64 = 1) { self.nextSequence = nextSequence }

    /// Passes over an event that is not to be written: it takes no sequence number, but a `streamStart` sets
    /// the clock, and timelines go on being counted.
    package mutating func skip(_ event: Event) {
        switch event {
        case .streamStart(let start):
            goOn(clock: start.media.clock, timelines: TimelineNumbers(first: start.timeline))
        case .gap(let gap): if let number = gap.timeline { timelines.begin(number, at: gap.end.pts) }
        default: break
        }
    }

    /// Goes on with a stream whose `streamStart` stands in front, written by another.
    package mutating func goOn(clock: MediaClock, timelines: TimelineNumbers) {
        self.clock = clock
        self.timelines = timelines
    }

    /// The same where nothing is known of timelines in front of the one that runs.
    package mutating func goOn(clock: MediaClock, timeline: Int) {
        goOn(clock: clock, timelines: TimelineNumbers(first: timeline))
    }

    /// `id` of the event that would be written next.
    package func identity(of event: Event) -> String {
        switch event {
        case .streamStart(let start): identity(.streamStart, start.media.clock.startPTS)
        case .cut(let notice): identity(.cut, notice.at.pts)
        case .shot(let shot): identity(.shot, shot.start.pts)
        case .score(let score): identity(.score, score.at.pts)
        case .boundary(let boundary): identity(.boundary, boundary.at.pts)
        case .scene(let scene): identity(.scene, scene.start.pts)
        case .block(let block): identity(.block, block.start.pts)
        case .gap(let gap): identity(.gap, gap.start.pts)
        case .cue(let cue): identity(of: cue)
        case .novelty(let novelty): identity(.novelty, novelty.at.pts)
        case .watermark(let instant): identity(.watermark, instant.pts)
        // It is named by the wall clock: the timeline is the one that runs.
        case .heartbeat(let heartbeat):
            "\(EventKind.heartbeat.rawValue)/\(timelines.last)/\(heartbeat.unixMilliseconds)"
        case .streamChange(let change): identity(.streamChange, change.at.pts)
        case .feedState(let state): identity(.feedState, state.at.pts)
        case .degraded(let relief): identity(.degraded, relief.at.pts)
        case .recovered(let relief): identity(.recovered, relief.at.pts)
        case .streamEnd(let end): identity(.streamEnd, end.at.pts)
        }
    }

    /// The event as one line, newline included.
    package mutating func line(_ event: Event) -> String {
        // A gap's name is from the timeline in front of it.
        if case .streamStart = event { skip(event) }
        defer { skip(event) }
        var line = JSONLine()
        line.field("v", Self.schemaVersion)
        line.field("type", event.kind.rawValue)
        line.field("seq", nextSequence)
        nextSequence += 1
        line.field("id", identity(of: event))
        switch event {
        case .streamStart(let start): write(start, to: &line)
        case .cut(let notice): write(notice, to: &line)
        case .shot(let shot): write(shot, to: &line)
        case .score(let score): write(score, to: &line)
        case .boundary(let boundary): write(boundary, to: &line)
        case .scene(let scene): write(scene, to: &line)
        case .block(let block): write(block, to: &line)
        case .gap(let gap): write(gap, to: &line)
        case .cue(let cue): write(cue, to: &line)
        case .novelty(let novelty): write(novelty, to: &line)
        case .watermark(let instant): line.field("at", raw: json(instant))
        case .heartbeat(let heartbeat): write(heartbeat, to: &line)
        case .streamChange(let change): write(change, to: &line)
        case .feedState(let state):
            line.field("at", raw: json(state.at))
            line.field("state", state.kind.rawValue)
        case .degraded(let relief), .recovered(let relief):
            line.field("at", raw: json(relief.at))
            line.field("left_out", list: relief.leftOut.names.map(JSONLine.quoted))
        case .streamEnd(let end): write(end, to: &line)
        }
        return line.object + "\n"
    }

    /// Stable name of an event: from its PTS and the timeline on which that lies, so that it depends on
    /// neither run nor `seq`, nor on when it is told (contract 11).
    func identity(_ kind: EventKind, _ pts: Int64) -> String {
        "\(kind.rawValue)/\(timelines.number(at: pts))/\(pts)"
    }

    func json(_ instant: Instant) -> String {
        guard let clock else { preconditionFailure("an event stands before stream_start") }
        var line = JSONLine()
        line.field("t", microseconds: clock.microseconds(at: instant.pts))
        line.field("pts", optional: clock.countsTicks ? instant.pts : nil)
        line.field("time_base", clock.timeBase.description)
        line.field("frame", optional: instant.frame)
        line.field("timecode", instant.timecode.flatMap { frames in clock.timecode?.string(frames: frames) })
        return line.object
    }

    private func json(_ transition: Transition) -> String {
        var line = JSONLine()
        line.field("kind", transition.kind.rawValue)
        if let mixed = transition.mixed {
            var range = JSONLine()
            range.field("first", raw: json(mixed.lowerBound))
            range.field("last", raw: json(mixed.upperBound))
            line.field("range", raw: range.object)
        } else {
            line.field("range", raw: "null")
        }
        line.field("score", transition.score)
        return line.object
    }

    private func write(_ start: StreamStart, to line: inout JSONLine) {
        line.field("version", start.version)
        line.field("input", start.input)
        line.field("feed", start.feed)
        line.field("run", start.run)
        if let corrected = start.corrects { line.field("corrects", corrected) }
        line.field("timeline", start.timeline)
        let hasVideo = start.media.clock.countsTicks
        line.field("start_pts", optional: hasVideo ? start.media.clock.startPTS : nil)
        // Most films begin with a picture: their lines stay as they always were.
        if hasVideo, start.media.startOffset != 0 {
            line.field("start_offset", microseconds: start.media.startOffset)
        }
        var media = JSONLine()
        media.field("container", hasVideo ? start.media.container : nil)
        media.field("codec", hasVideo ? start.media.codec : nil)
        media.field("width", optional: hasVideo ? start.media.width : nil)
        media.field("height", optional: hasVideo ? start.media.height : nil)
        media.field("time_base", start.media.clock.timeBase.description)
        line.field("media", raw: media.object)
        line.field("options", raw: start.optionsObject)
        line.field("model", raw: start.modelObject)
        line.field("model_file", start.model.file)
        line.field("delay_bound", microseconds: start.delayBound)
        if let bound = start.blockDelayBound {
            line.field("block_delay_bound", microseconds: bound.microseconds)
        }
        line.field("detector_lag", microseconds: start.detectorLag)
        line.field("decoder_delay", start.decoderDelay)
        line.field("build", raw: start.buildObject)
        line.field("wall", start.wall)
    }

    private func write(_ notice: CutNotice, to line: inout JSONLine) {
        line.field("at", raw: json(notice.at))
        line.field("state", notice.state.rawValue)
        line.field("rev", notice.revision)
        line.field("score", notice.score)
    }

    private func write(_ shot: Shot, to line: inout JSONLine) {
        line.field("index", shot.index)
        line.field("start", raw: json(shot.start))
        line.field("end", raw: json(shot.end))
        line.field("transition", raw: json(shot.transition))
        let parts = shot.parts.map { part in
            var object = JSONLine()
            object.field("index", part.index)
            object.field("start", raw: json(part.start))
            object.field("end", raw: json(part.end))
            object.field("key_frames", list: part.keyFrames.map(json))
            if let sound = part.sound { object.field("sound", raw: sound.json) }
            if let genres = part.genres { object.field("genres", list: genres.map(\.json)) }
            if let surprise = part.surprise { object.field("surprise", raw: surprise.json) }
            if let novelty = part.novelty { object.field("novelty", raw: novelty.json) }
            return object.object
        }
        line.field("parts", list: parts)
    }

    private func write(_ score: PartScore, to line: inout JSONLine) {
        line.field("part", score.partIndex)
        line.field("shot", score.shotIndex)
        line.field("at", raw: json(score.at))
        line.field("kind", score.kind.rawValue)
        line.field("score", score.score)
        if let probability = score.probability { line.field("probability", probability) }
        if let reasons = score.reasons { line.field("reasons", raw: reasons.json) }
    }

    private func write(_ boundary: Boundary, to line: inout JSONLine) {
        guard let clock else { preconditionFailure("an event stands before stream_start") }
        line.field("at", raw: json(boundary.at))
        line.field("state", boundary.state.rawValue)
        line.field("rev", boundary.revision)
        line.field("kind", boundary.kind.rawValue)
        line.field("score", boundary.score)
        if let probability = boundary.probability { line.field("probability", probability) }
        line.field("threshold", boundary.threshold)
        line.field("transition", raw: boundary.transition.map(json) ?? "null")
        line.field("left_shot", boundary.leftShot)
        line.field("right_shot", boundary.rightShot)
        line.field("right_shots", boundary.rightParts)
        line.field("complete", boundary.isComplete)
        line.field("delay", microseconds: clock.timeBase.microseconds(boundary.delay))
        if let review = boundary.review { line.field("review", review.rawValue) }
    }

    private func write(_ scene: Scene, to line: inout JSONLine) {
        line.field("index", scene.index)
        line.field("start", raw: json(scene.start))
        line.field("end", raw: json(scene.end))
        line.field("end_reason", scene.endReason.rawValue)
        line.field("score", scene.score)
        line.field("first_shot", scene.firstShot)
        line.field("last_shot", scene.lastShot)
        if let block = scene.block { line.field("block", block.kind?.rawValue) }
        if let seen = scene.seen { line.field("seen", raw: seen.json) }
        if let vector = scene.vector {
            let bytes = vector.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
            line.field("vector", Base64.encode(bytes))
        }
        if let tags = scene.tags { line.field("tags", list: tags.map(\.json)) }
        if let tags = scene.sentenceTags { line.field("sentence_tags", list: tags.map(\.json)) }
    }

    private func write(_ block: Block, to line: inout JSONLine) {
        guard let clock else { preconditionFailure("an event stands before stream_start") }
        line.field("start", raw: json(block.start))
        line.field("end", raw: json(block.end))
        line.field("kind", block.kind.rawValue)
        line.field("probability", block.probability)
        line.field("next", block.next?.rawValue)
        line.field("delay", microseconds: clock.timeBase.microseconds(block.delay))
        if let reasons = block.reasons { line.field("reasons", raw: reasons.json) }
    }

    private func write(_ novelty: Novelty, to line: inout JSONLine) {
        line.field("at", raw: json(novelty.at))
        line.field("state", novelty.state.rawValue)
        line.field("level", raw: novelty.level.json)
        line.field("limit", raw: novelty.limit.json)
    }

    private func write(_ change: StreamChange, to line: inout JSONLine) {
        line.field("at", raw: json(change.at))
        line.field("codec", change.codec)
        line.field("width", change.size.width)
        line.field("height", change.size.height)
    }

    private func write(_ gap: Gap, to line: inout JSONLine) {
        line.field("start", raw: json(gap.start))
        line.field("end", raw: json(gap.end))
        line.field("reason", gap.reason.rawValue)
        line.field("timeline", gap.timeline ?? timelines.last)
    }

    private func write(_ heartbeat: Heartbeat, to line: inout JSONLine) {
        line.field("state", heartbeat.state.rawValue)
        line.field("reason", heartbeat.reason?.rawValue)
        line.field("at", raw: heartbeat.at.map(json) ?? "null")
        line.field("lag", microseconds: heartbeat.lag.map { Int64(($0 * 1_000_000).rounded()) })
        line.field("opens", heartbeat.opens)
        line.field("bytes", heartbeat.bytes)
        line.field("packets", heartbeat.packets)
        line.field("pictures", heartbeat.pictures)
        line.field("wall", heartbeat.wall)
    }

    private func write(_ end: StreamEnd, to line: inout JSONLine) {
        line.field("at", raw: json(end.at))
        line.field("reason", end.reason.rawValue)
        var counts = JSONLine()
        counts.field("pictures", end.pictures)
        counts.field("damaged_pictures", end.damagedPictures)
        counts.field("shots", end.shots)
        counts.field("parts", end.parts)
        counts.field("boundaries", end.boundaries)
        counts.field("scenes", end.scenes)
        counts.field("gaps", end.gaps)
        line.field("counts", raw: counts.object)
        line.field("wall", end.wall)
    }
}
