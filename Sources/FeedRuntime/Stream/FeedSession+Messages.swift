internal import SceneEvents
internal import SceneSegmentation
internal import ScenePipeline
internal import Timeline

/// What a worker tells, checked against what it told before, and put on the feed's timeline.
extension FeedSession {
    /// `part`, closed or open, on the feed's timeline.
    func mapped(_ part: Part) throws(WireError) -> Part {
        let mapping = try mapping.checked
        var mapped = part
        mapped.index += firstPart
        mapped.shotIndex += firstShot
        mapped.start = try mapping.instant(part.start)
        mapped.end = try mapping.instant(part.end)
        for index in mapped.keyFrames.indices {
            mapped.keyFrames[index].at = try mapping.instant(part.keyFrames[index].at)
        }
        mapped.duration = mapping.base.seconds(mapped.end.pts - mapped.start.pts)
        guard mapped.start < mapped.end, mapped.index == nextPart,
            mapped.shotIndex == shot?.index ?? nextShot,
            mapped.keyFrames.count == encoder.input.sampling.pictureCount,
            mapped.keyFrames.allSatisfy(isComplete),
            mapped.start.pts == settled?.pts,
            (mapped.entry == nil) == (shot != nil)
        else { throw WireError(reason: "a part does not follow the one before") }
        if let evidence = part.evidence {
            func moved(_ ranges: [Range<Int64>]) throws(WireError) -> [Range<Int64>] {
                var result: [Range<Int64>] = []
                for range in ranges {
                    let (start, end) = (try mapping.pts(range.lowerBound), try mapping.pts(range.upperBound))
                    if start < end { result.append(start..<end) }
                }
                return result
            }
            mapped.evidence?.black = try moved(evidence.black)
            mapped.evidence?.silence = try moved(evidence.silence)
        }
        if let mixed = part.entry?.mixed {
            mapped.entry?.mixed =
                try mapping.instant(mixed.lowerBound)...mapping.instant(mixed.upperBound)
        }
        return mapped
    }

    /// It has the crop that the encoder wants.
    func isComplete(_ keyFrame: Picture) -> Bool {
        guard let geometry = encoder.input.view else { return true }
        let crop = keyFrame.views[.crop(geometry)]
        return crop?.width == geometry.cropSide && crop?.height == geometry.cropSide
    }

    mutating func close(_ part: Part, now: Instant, into events: inout [Event]) throws(WireError) {
        guard now.pts >= part.end.pts else { throw WireError(reason: "a part ends in the future") }
        note(part)
        blocks?.push(part, at: now, into: &events)
        push(part, at: now, into: &events)
    }

    mutating func note(_ part: Part) {
        thumbnails?.push(part)
        nextPart = part.index + 1
        settled = part.end
        openPart = nil
        var open =
            shot
            ?? OpenShot(index: part.shotIndex, start: part.start, entry: part.entry ?? .start, parts: [])
        var summary = PartSummary(
            index: part.index, start: part.start, end: part.end, keyFrames: part.keyFrames.map(\.at))
        if options.tellsSound { summary.sound = part.sound.map(SoundSummary.init) }
        open.parts.append(summary)
        shot = open
    }

    mutating func end(_ shot: Shot, into events: inout [Event]) throws(WireError) {
        let end = try mapping.checked.instant(shot.end)
        guard let open = self.shot, open.index == shot.index + firstShot, end.pts == settled?.pts else {
            throw WireError(reason: "a shot does not end with its last part")
        }
        endShot(at: end, into: &events)
    }

    mutating func take(_ advance: WorkerMessage.Advance, now: Double, into events: inout [Event])
        throws(WireError)
    {
        let mapping = try mapping.checked
        let at = try mapping.instant(advance.now)
        let end = try mapping.instant(advance.end)
        // A picture may be shorter than a tick of the feed, whose first connection had a slower clock.
        guard at <= end, advance.now < advance.end, at.pts >= (position?.pts ?? at.pts) else {
            throw WireError(reason: "a picture does not follow the one before")
        }
        horizon = max(horizon, min(try mapping.pts(advance.horizon), end.pts))
        position = end
        blocks?.note(at)
        // A picture that a worker holds back until it is asked to stop came long before.
        lastArrival = max(lastArrival, now - advance.age)
        if let last = lastSource?.end {
            lastSource?.followed += mapping.source.timeBase.seconds(max(0, advance.end.pts - last))
        }
        lastSource?.end = advance.end.pts
        sink?.counts.pictures += 1
        if advance.isDamaged { sink?.counts.damagedPictures += 1 }
        let open = advance.hasOpenPart ? openPart : nil
        sink?.advance(
            to: at, horizon: horizon,
            openPart: {
                open.map { part in
                    var encoded = EncodedPart(part, embedding: relief.encode(part, with: &encoder))
                    encoded.furtherEmbeddings = further.encode(part)
                    return encoded
                }
            },
            into: &events)
    }

    /// A hole within a connection.
    mutating func take(_ gap: Gap, into events: inout [Event]) throws(WireError) {
        let mapping = try mapping.checked
        let mapped = Gap(
            start: try mapping.instant(gap.start), end: try mapping.instant(gap.end), reason: gap.reason)
        guard shot == nil, mapped.start.pts == position?.pts, mapped.start <= mapped.end else {
            throw WireError(reason: "a gap does not follow the last picture")
        }
        // A gap without length is a clock that begins elsewhere.
        if gap.start.pts == gap.end.pts { hasJumped = true }
        openPart = nil
        horizon = .min
        settled = mapped.end
        position = mapped.end
        blocks?.push(mapped, into: &events)
        sink?.push(mapped, into: &events)
    }
}

extension TimelineMapping? {
    /// A worker that tells of pictures has opened something.
    var checked: TimelineMapping {
        get throws(WireError) {
            guard let self else { throw WireError(reason: "it comes before the first picture") }
            return self
        }
    }
}
