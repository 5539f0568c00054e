internal import JSONText
package import Timeline

/// Turns the lines of an event stream into events: the inverse of `EventWriter`.
///
/// A value: it holds the stream's clock and the timeline that runs. Every event that it gives is whole and
/// within `EventLimits`: each instant lies within a century of the stream's start, so that arithmetic on
/// instants cannot overflow. Fields of later versions are passed over, and words of later versions that only
/// say how or why are read as the nearest known one. Timecodes are read as `TimecodeFormat.labels`, since no
/// event tells the rate they count.
package struct EventReader {
    /// How the instants of the events are read; nil before `stream_start`.
    package private(set) var clock: MediaClock?
    private var timeline = 0

    package init() {}

    /// Reads one line, with or without its newline. O(length).
    ///
    /// - Returns: the event; nil where a later version knows its type, or a word without which it cannot be
    ///   understood.
    package mutating func read(line: ArraySlice<UInt8>) throws(EventError) -> Event? {
        try read(EventFields(line: line))
    }

    /// Reads a line that was taken apart already.
    package mutating func read(_ fields: EventFields) throws(EventError) -> Event? {
        let version: Int = try fields.get("v")
        guard version == EventWriter.schemaVersion else { throw .version(version) }
        guard let kind = EventKind(rawValue: try fields.get("type")) else { return nil }
        // All others give instants.
        guard clock != nil || kind == .streamStart || kind == .heartbeat else { throw .beforeStart }
        let event: Event
        do {
            event = try read(kind, fields)
        } catch {
            if case .laterWord = error { return nil }
            throw error
        }
        switch event {
        case .streamStart(let start): (clock, timeline) = (start.media.clock, start.timeline)
        case .gap(let gap): timeline = gap.timeline ?? timeline
        default: break
        }
        return event
    }

    private func read(_ kind: EventKind, _ fields: EventFields) throws(EventError) -> Event {
        switch kind {
        case .streamStart: .streamStart(try streamStart(fields))
        case .cut:
            .cut(
                CutNotice(
                    at: try fields.get("at", instant), state: try fields.get("state"),
                    score: try fields.get("score")))
        case .shot: .shot(try shot(fields))
        case .score: .score(try score(fields))
        case .boundary: .boundary(try boundary(fields))
        case .scene: .scene(try scene(fields))
        case .block: .block(try block(fields))
        case .gap: .gap(try gap(fields))
        case .cue: .cue(try cue(fields))
        case .novelty:
            .novelty(
                Novelty(
                    at: try fields.get("at", instant), state: try fields.get("state"),
                    level: try fields.get("level"), limit: try fields.get("limit")))
        case .watermark: .watermark(try fields.get("at", instant))
        case .heartbeat: .heartbeat(try heartbeat(fields))
        case .streamChange:
            .streamChange(
                StreamChange(
                    at: try fields.get("at", instant), codec: try fields.get("codec"),
                    size: PictureSize(width: try fields.get("width"), height: try fields.get("height"))))
        case .feedState:
            .feedState(PictureState(at: try fields.get("at", instant), kind: try fields.get("state")))
        case .degraded: .degraded(try relief(fields))
        case .recovered: .recovered(try relief(fields))
        case .streamEnd: .streamEnd(try streamEnd(fields))
        }
    }

    // MARK: The stream

    private func streamStart(_ fields: EventFields) throws(EventError) -> StreamStart {
        let startPTS: Int64? = try fields.find("start_pts")
        guard EventLimits.ticks ~= startPTS ?? 0 else { throw EventError.outOfRange.inside("start_pts") }
        var media = try fields.get("media") { value throws(EventError) in
            try Self.media(value, startPTS: startPTS)
        }
        let offset: EventSeconds? = try fields.find("start_offset")
        guard 0...1e6 ~= offset?.seconds ?? 0 else { throw EventError.outOfRange.inside("start_offset") }
        media.startOffset = offset?.microseconds ?? 0
        var model = try fields.get("model", Self.model)
        model.file = try fields.find("model_file")
        let lag: EventSeconds = try fields.get("detector_lag")
        var start = StreamStart(
            version: try fields.get("version"), input: try fields.get("input"), feed: try fields.get("feed"),
            run: try fields.get("run"), timeline: try fields.get("timeline"), media: media,
            options: try fields.get("options") { value throws(EventError) in
                try EventFields(value).all.map { ($0.name, $0.value.literal) }
            }, model: model, delayBound: (try fields.find("delay_bound") as EventSeconds?)?.microseconds,
            detectorLag: lag.microseconds, decoderDelay: try fields.get("decoder_delay"),
            build: try fields.get("build") { value throws(EventError) in
                let libraries = try EventFields(value)
                var build: [StreamStart.Library] = []
                for library in libraries.all {
                    build.append((library.name, try libraries.get(library.name)))
                }
                return build
            }, wall: try fields.get("wall"))
        start.corrects = try fields.find("corrects")
        if fields.has("block_delay_bound") {
            let bound: EventSeconds? = try fields.find("block_delay_bound")
            start.blockDelayBound = .init(microseconds: bound?.microseconds)
        }
        return start
    }

    private static func media(_ value: JSONValue, startPTS: Int64?) throws(EventError) -> MediaSummary {
        let fields = try EventFields(value)
        var clock = MediaClock(
            timeBase: try fields.get("time_base"), startPTS: startPTS ?? 0, timecode: .labels)
        clock.countsTicks = startPTS != nil
        guard clock.countsTicks else {
            return MediaSummary(container: "", codec: "", width: 0, height: 0, clock: clock)
        }
        return MediaSummary(
            container: try fields.get("container"), codec: try fields.get("codec"),
            width: try fields.get("width"), height: try fields.get("height"), clock: clock)
    }

    private static func model(_ value: JSONValue) throws(EventError) -> ModelSummary {
        let fields = try EventFields(value)
        var model = ModelSummary(
            scorer: try fields.get("scorer"), encoder: try fields.get("encoder"),
            neighborCount: try fields.get("k"), digest: try fields.find("digest"))
        model.similarity = try fields.find("similarity") ?? []
        return model
    }

    private func streamEnd(_ fields: EventFields) throws(EventError) -> StreamEnd {
        let counts = try fields.get("counts", EventFields.init)
        func count(_ name: String) throws(EventError) -> Int {
            do { return try counts.get(name) } catch { throw error.inside("counts") }
        }
        return StreamEnd(
            at: try fields.get("at", instant), reason: try fields.get("reason"),
            pictures: try count("pictures"), damagedPictures: try count("damaged_pictures"),
            shots: try count("shots"), parts: try count("parts"), boundaries: try count("boundaries"),
            scenes: try count("scenes"), gaps: try count("gaps"), wall: try fields.get("wall"))
    }

    private func heartbeat(_ fields: EventFields) throws(EventError) -> Heartbeat {
        let identity: String = try fields.get("id")
        guard let time = identity.split(separator: "/").last.flatMap({ Int64($0) }) else {
            throw .field(path: "id", problem: "does not end with a time")
        }
        let counts: (bytes: Int, packets: Int, pictures: Int) = (
            try fields.get("bytes"), try fields.get("packets"), try fields.get("pictures")
        )
        return Heartbeat(
            state: try fields.get("state"), reason: try fields.find("reason"),
            at: try fields.find("at", instant), lag: (try fields.find("lag") as EventSeconds?)?.seconds,
            opens: try fields.get("opens"), bytes: Int64(counts.bytes), packets: Int64(counts.packets),
            pictures: Int64(counts.pictures), unixMilliseconds: time, wall: try fields.get("wall"))
    }

    private func relief(_ fields: EventFields) throws(EventError) -> Relief {
        let names: [String] = try fields.get("left_out")
        let leftOut = Relief.LeftOut(Relief.Step.allCases.filter { $0.name.map(names.contains) ?? false })
        guard leftOut.names == names else { throw .laterWord(path: "left_out") }
        return Relief(at: try fields.get("at", instant), leftOut: leftOut)
    }

    // MARK: Shots, boundaries, scenes

    private func shot(_ fields: EventFields) throws(EventError) -> Shot {
        let (start, end) = try span(fields)
        return Shot(
            index: try fields.get("index"), start: start, end: end,
            transition: try fields.get("transition", transition),
            parts: try fields.get("parts") { value throws(EventError) in try value.list(part) })
    }

    private func part(_ value: JSONValue) throws(EventError) -> PartSummary {
        let fields = try EventFields(value)
        let (start, end) = try span(fields)
        var part = PartSummary(
            index: try fields.get("index"), start: start, end: end,
            keyFrames: try fields.get("key_frames") { value throws(EventError) in try value.list(instant) })
        part.sound = try fields.find("sound", SoundSummary.init(event:))
        part.genres = try fields.find("genres") { value throws(EventError) in
            try value.list(GenreShare.init(event:))
        }
        part.surprise = try fields.find("surprise")
        part.novelty = try fields.find("novelty")
        return part
    }

    private func score(_ fields: EventFields) throws(EventError) -> PartScore {
        var score = PartScore(
            partIndex: try fields.get("part"), shotIndex: try fields.get("shot"),
            at: try fields.get("at", instant), kind: try fields.get("kind"), score: try fields.get("score"))
        score.probability = try fields.find("probability")
        score.reasons = try fields.find("reasons", ScoreReasons.init(event:))
        return score
    }

    private func boundary(_ fields: EventFields) throws(EventError) -> Boundary {
        guard let clock else { throw .beforeStart }
        let delay: EventSeconds = try fields.get("delay")
        var boundary = Boundary(
            at: try fields.get("at", instant), kind: try fields.get("kind"), state: try fields.get("state"),
            revision: try fields.get("rev"), score: try fields.get("score"),
            threshold: try fields.get("threshold"), transition: try fields.find("transition", transition),
            leftShot: try fields.get("left_shot"), rightShot: try fields.get("right_shot"),
            rightParts: try fields.get("right_shots"), isComplete: try fields.get("complete"),
            delay: clock.timeBase.ticks(microseconds: delay.microseconds),
            review: (try fields.find("review") as String?).flatMap(BoundaryReview.init))
        boundary.probability = try fields.find("probability")
        return boundary
    }

    private func scene(_ fields: EventFields) throws(EventError) -> Scene {
        let (start, end) = try span(fields)
        let (first, last): (Int64, Int64) = (try fields.get("first_shot"), try fields.get("last_shot"))
        guard start < end else { throw .backwards }
        guard first >= 0, first <= last, last <= EventLimits.largestCount else {
            throw .field(path: "", problem: "has a first_shot and a last_shot that are not a range")
        }
        var scene = Scene(
            index: try fields.get("index"), start: start, end: end,
            endReason: SceneEnd(rawValue: try fields.get("end_reason")) ?? .boundary,
            score: try fields.find("score"), firstShot: Int(first), lastShot: Int(last))
        if fields.has("block") {
            // A kind of a later version is unknown here.
            scene.block = SceneBlock((try fields.find("block") as String?).flatMap(Block.Kind.init))
        }
        if fields.has("seen") {
            scene.seen = try fields.find("seen", SceneRecognition.init(event:)) ?? .unknown
        }
        scene.vector = try fields.find("vector") { value throws(EventError) in
            let bytes = try Base64.decode(String(event: value))
            guard let bytes, bytes.count % 2 == 0 else {
                throw .field(path: "", problem: "is not base64 of half floats")
            }
            return stride(from: 0, to: bytes.count, by: 2).map {
                UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8
            }
        }
        scene.tags = try fields.find("tags") { value throws(EventError) in
            try value.list(SceneTag.init(event:))
        }
        scene.sentenceTags = try fields.find("sentence_tags") { value throws(EventError) in
            try value.list(SentenceTag.init(event:))
        }
        return scene
    }

    private func block(_ fields: EventFields) throws(EventError) -> Block {
        guard let clock else { throw .beforeStart }
        let (start, end) = try span(fields)
        guard start < end else { throw .backwards }
        let delay: EventSeconds = try fields.get("delay")
        var block = Block(
            start: start, end: end, kind: try fields.get("kind"), probability: try fields.find("probability"),
            next: (try fields.find("next") as String?).flatMap(Block.Kind.init),
            delay: clock.timeBase.ticks(microseconds: delay.microseconds))
        block.reasons = try fields.find("reasons", BlockReasons.init(event:))
        return block
    }

    private func gap(_ fields: EventFields) throws(EventError) -> Gap {
        let (start, end) = try span(fields)
        let number: Int = try fields.get("timeline")
        return Gap(
            start: start, end: end, reason: Gap.Reason(rawValue: try fields.get("reason")) ?? .missing,
            timeline: number == timeline ? nil : number)
    }

    private func transition(_ value: JSONValue) throws(EventError) -> Transition {
        let fields = try EventFields(value)
        let mixed = try fields.find("range") { value throws(EventError) in
            let range = try EventFields(value)
            let (first, last) = (try range.get("first", instant), try range.get("last", instant))
            guard first <= last else { throw EventError.backwards }
            return first...last
        }
        let kind = TransitionKind(rawValue: try fields.get("kind"))
        return Transition(
            kind: kind ?? (mixed == nil ? .cut : .gradual), mixed: mixed, score: try fields.get("score"))
    }

    // MARK: Instants

    /// `start` and `end`, in order.
    private func span(_ fields: EventFields) throws(EventError) -> (start: Instant, end: Instant) {
        let (start, end) = (try fields.get("start", instant), try fields.get("end", instant))
        guard start <= end else { throw .backwards }
        return (start, end)
    }

    func instant(_ value: JSONValue) throws(EventError) -> Instant {
        guard let clock else { throw .beforeStart }
        let place = try EventPlace(event: value)
        guard place.timeBase == clock.timeBase.description else {
            throw .field(path: "time_base", problem: "is not that of the stream")
        }
        let base = clock.timeBase
        let pts: Int64
        switch (place.pts, clock.countsTicks) {
        case (let known?, true): pts = known
        case (nil, false):
            let ticks = (place.t.seconds * Double(base.denominator) / Double(base.numerator)).rounded()
            guard let whole = Int64(exactly: ticks) else { throw EventError.outOfRange.inside("t") }
            pts = whole
        default: throw .field(path: "pts", problem: "is null, or start_pts is, but not both")
        }
        let distance = (Int128(pts) - Int128(clock.startPTS)).magnitude * UInt128(base.numerator)
        guard distance <= UInt128(EventLimits.century) * UInt128(base.denominator) else {
            throw .field(path: "pts", problem: "lies a century from start_pts")
        }
        return Instant(
            pts: pts, frame: place.frame.map(Int64.init), timecode: place.timecode.map(\.number))
    }
}

extension EventError {
    fileprivate static let backwards = EventError.field(path: "", problem: "ends before it starts")
}
