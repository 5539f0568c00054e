package import EventJournal
internal import SceneSegmentation
internal import ScenePipeline
package import SceneEvents
package import Timeline

/// What a later process needs beside the journal in order to go on with a live feed as if only pictures had
/// been missing: the ring, the thresholds, the open shot (contract 16), and up to where the connection was
/// told.
extension FeedSession {
    /// 1 had no `ToldSource`, and was not made where pictures were missing. 2 had nothing behind that source
    /// where they were. 3 had no sound of the open shot's parts, and no messages.
    private static let checkpointVersions: ClosedRange<UInt16> = 1...4

    /// As bytes; nil where there is nothing to go on with.
    package var checkpoint: [UInt8]? {
        guard let sink, let position, let settled else { return nil }
        var writer = WireWriter()
        writer.put(Self.checkpointVersions.upperBound)
        writer.put(input)
        writer.put(optional: hasJumped ? nil : lastSource) { $0.put($1) }
        writer.put(optional: pause?.isDecided) { $0.put($1) }
        writer.put(position)
        writer.put(settled)
        writer.put(Int64(nextPart))
        writer.put(Int64(nextShot))
        writer.put(optional: shot) { writer, shot in
            writer.put(Int64(shot.index))
            writer.put(shot.start)
            writer.put(shot.entry)
            writer.put(list: shot.parts) { writer, part in
                writer.put(Int64(part.index))
                writer.put(part.start)
                writer.put(part.end)
                writer.put(list: part.keyFrames) { $0.put($1) }
            }
        }
        // The crops of an image encoder are not kept: too many bytes every two seconds.
        writer.put(optional: encoder.input.view == nil ? openPart : nil) { $0.put($1) }
        sink.put(to: &writer)
        writer.put(list: shot?.parts ?? []) { writer, part in
            writer.put(optional: part.sound) { $0.put($1) }
        }
        writer.put(cues)
        return writer.bytes
    }

    /// Goes on with a run that a process before this one left open, from its last checkpoint. Call once,
    /// before the first message.
    ///
    /// The shot that was open ends where pictures are known to have come, or with its last closed part if its
    /// open one was not told; a gap with reason `restart` begins there, and a short one keeps the ring. If
    /// pictures were missing already, the gap began with them.
    ///
    /// - Parameters:
    ///   - bytes: `checkpoint` of a session with the same options and model.
    ///   - record: of the run; nothing was decided behind the checkpoint.
    ///   - now: seconds on a clock that never steps.
    ///   - unixMilliseconds: the wall clock.
    /// - Returns: the events that close what was open.
    /// - Throws: where the bytes cannot be right; the session is then of no use.
    package mutating func resume(
        _ bytes: [UInt8], _ record: RunRecord, now: Double, unixMilliseconds: Int64
    ) throws(WireError) -> [Event] {
        guard let clock = record.clock, let start = record.start, let instants = clock.plausible else {
            throw WireError(reason: "it has no run")
        }
        var reader = WireReader(bytes[...], instants: instants)
        let (version, told, state) = try told(from: &reader)
        if case .begunAnew = state {
            try reader.end()
            let events = resume(record, now: now, unixMilliseconds: unixMilliseconds)
            takeUp(told, 0, isAgeKnown: record.heard != nil)
            return events
        }
        let reached = try reader.instant()
        settled = try reader.instant()
        nextPart = Int(try reader.count())
        nextShot = Int(try reader.count())
        shot = try reader.optional { reader throws(WireError) in
            OpenShot(
                index: Int(try reader.count()), start: try reader.instant(), entry: try reader.transition(),
                parts: try reader.list(limit: 1 << 18) { reader throws(WireError) in
                    PartSummary(
                        index: Int(try reader.count()), start: try reader.instant(),
                        end: try reader.instant(),
                        keyFrames: try reader.list(limit: 256) { reader throws(WireError) in
                            try reader.instant()
                        })
                })
        }
        openPart = try reader.optional { reader throws(WireError) in try reader.part() }
        var sink = ScoringSession(scorer: model.scorer, options: options, timeBase: clock.timeBase)
        try sink.restore(
            from: &reader, dimensions: [encoder.dimension] + further.map(\.dimension), nextPart: nextPart,
            watermark: record.watermark)
        if version > 3 {
            let sounds = try reader.list(limit: 1 << 18) { reader throws(WireError) in
                try reader.optional { reader throws(WireError) in try reader.soundSummary() }
            }
            guard sounds.count == shot?.parts.count ?? 0 else {
                throw WireError(reason: "its parts have not one sound each")
            }
            for (index, sound) in sounds.enumerated() where options.tellsSound {
                shot?.parts[index].sound = sound
            }
            cues = try reader.toldCues()
        }
        try reader.end()
        if let openPart {
            guard openPart.keyFrames.count == encoder.input.sampling.pictureCount,
                openPart.keyFrames.allSatisfy(isComplete)
            else { throw WireError(reason: "its pictures are not those of the encoder") }
            guard case .running = state, openPart.index == nextPart,
                openPart.shotIndex == shot?.index ?? nextShot,
                openPart.start.pts == settled?.pts
            else { throw WireError(reason: "its open part does not follow the one before") }
        }
        sink.counts.pictures = max(sink.counts.pictures, record.pictures)
        self.sink = sink
        takeUp(noticesOf: record)
        self.clock = clock
        beginRecall(clock)
        container = start.container
        timeline = record.timeline
        var events: [Event] = []
        let end = record.reached > reached.pts ? Instant(pts: record.reached) : reached
        position = end
        takeUp(told, end.pts - reached.pts, isAgeKnown: record.heard != nil)
        if record.isDegraded { events.append(.recovered(Relief(at: end, leftOut: .nothing))) }
        let closed = closeAbandoned(at: end, into: &events)
        endBlock(of: record, at: closed, clock: clock, into: &events)
        name(&events)
        (openPart, settled) = (nil, closed)
        pause = Pause(start: closed, reason: .restart, isDecided: state == .paused(isDecided: true))
        lastArrival = now - record.missing(at: unixMilliseconds, timeBase: clock.timeBase)
        return events
    }

    /// Begins another run behind one that was left: what that told by this input is not told again.
    ///
    /// - Parameters:
    ///   - bytes: the last `checkpoint` of that run; what cannot be read says nothing.
    ///   - now: seconds on a clock that never steps.
    package mutating func begin(behind bytes: [UInt8], now: Double) {
        var reader = WireReader(bytes[...])
        lastArrival = now
        takeUp(try? told(from: &reader).source, 0, isAgeKnown: false)
    }

    /// How the feed stood.
    private enum CheckpointState: Hashable {
        case running
        /// Pictures were missing. `isDecided`: what a long gap decides was decided.
        case paused(isDecided: Bool)
        /// Pictures were missing, and nothing else was kept (version 2).
        case begunAnew
    }

    /// The beginning of a checkpoint: its version, the source, nil where it was of another input, and how the
    /// feed stood.
    private func told(from reader: inout WireReader) throws(WireError) -> (
        version: UInt16, source: ToldSource?, state: CheckpointState
    ) {
        let version = try reader.integer(UInt16.self)
        guard Self.checkpointVersions ~= version else {
            throw WireError(reason: "it is of another version")
        }
        guard version > 1 else { return (version, nil, .running) }
        let isSame = try reader.text(limit: 1 << 16) == input
        let told = try reader.optional { reader throws(WireError) in try reader.toldSource() }
        let source = isSame ? told : nil
        guard version > 2 else { return (version, source, try reader.bool() ? .running : .begunAnew) }
        let isDecided = try reader.optional { reader throws(WireError) in try reader.bool() }
        return (version, source, isDecided.map { .paused(isDecided: $0) } ?? .running)
    }

    /// `ticks` of the feed were told behind `told`. Where nobody knows how long ago that was, the clock
    /// counts as followed for no time.
    private mutating func takeUp(_ told: ToldSource?, _ ticks: Int64, isAgeKnown: Bool) {
        guard var told else { return }
        if let clock {
            told.end &+= TimelineMapping.rescaled(ticks, from: clock.timeBase, to: told.base)
            told.followed += max(0, clock.timeBase.seconds(ticks))
        }
        if !isAgeKnown { told.followed = 0 }
        lastSource = told
    }
}
