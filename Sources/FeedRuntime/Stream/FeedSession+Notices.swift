internal import EventJournal
internal import SceneEvents
internal import ScenePipeline
internal import SceneSegmentation
internal import Timeline

/// What a feed tells of itself beside its answers.
extension FeedSession {
    /// More or less is left out from the next picture on.
    mutating func take(_ leftOut: Relief.LeftOut, into events: inout [Event]) {
        guard leftOut.step != relief.step, let position else { return }
        let notice = Relief(at: position, leftOut: leftOut)
        events.append(leftOut.step > relief.step ? .degraded(notice) : .recovered(notice))
        relief = leftOut
    }

    /// A connection begins at the feed's position: says so if it shows another kind of pictures than the one
    /// before.
    mutating func noteKind(of media: MediaSummary, into events: inout [Event]) {
        let size = PictureSize(width: media.width, height: media.height)
        let isOther = pictures.map { $0.codec != media.codec || $0.size != size } ?? false
        pictures = (media.codec, size)
        guard isOther, let position else { return }
        events.append(.streamChange(StreamChange(at: position, codec: media.codec, size: size)))
    }

    /// What the process before this one told last, so that only news is told.
    mutating func takeUp(noticesOf record: RunRecord) {
        pictures = record.kind.map { ($0.codec, PictureSize(width: $0.width, height: $0.height)) }
        shown = record.shown.flatMap(PictureState.Kind.init) ?? .normal
    }

    mutating func take(_ change: StreamChange, into events: inout [Event]) throws(WireError) {
        var change = change
        change.at = try mapping.checked.instant(change.at)
        guard change.size != pictures?.size || change.codec != pictures?.codec else { return }
        pictures = (change.codec, change.size)
        events.append(.streamChange(change))
    }

    /// Where a message stands is counted anew: behind a reconnection it may stand in front of the picture in
    /// front of which the last one stood.
    mutating func take(_ cue: Cue, into events: inout [Event]) throws(WireError) {
        guard let clock else { throw WireError(reason: "it comes before the first picture") }
        let mapping = try mapping.checked
        var cue = cue
        cue.received = try mapping.instant(cue.received)
        guard cue.received.pts >= position?.pts ?? .min, cue.received.pts >= cues.last?.received ?? .min
        else {
            throw WireError(reason: "a message does not follow the last picture")
        }
        let at = try mapping.instant(cue.at)
        cue.at = Instant(
            pts: max(at.pts, clock.startPTS), frame: at.pts == cue.received.pts ? at.frame : nil,
            timecode: at.pts == cue.received.pts ? at.timecode : nil)
        cue.message.duration = try cue.message.duration.map { ticks throws(WireError) in
            guard mapping.source.timeBase.seconds(ticks) < MediaClock.century else {
                throw WireError(reason: "a message lasts a century")
            }
            return TimelineMapping.rescaled(ticks, from: mapping.source.timeBase, to: mapping.base)
        }
        guard let told = cues.push(cue, timeline: timeline) else { return }
        events.append(.cue(told))
        blocks?.push(told, into: &events)
    }

    mutating func take(_ state: PictureState, into events: inout [Event]) throws(WireError) {
        var state = state
        state.at = try mapping.checked.instant(state.at)
        guard state.kind != shown else { return }
        shown = state.kind
        events.append(.feedState(state))
    }
}

extension Relief.LeftOut {
    /// The embedding of a part, of fewer key frames where those are left out.
    func encode(_ part: Part, with encoder: inout any ShotEncoder) -> [Float] {
        steps.contains(.keyFrames) ? encoder.encodeMiddle(part) : encoder.encode(part)
    }
}
