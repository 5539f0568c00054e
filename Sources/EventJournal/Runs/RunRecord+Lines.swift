internal import FoundationEssentials
internal import SceneEvents
internal import Timeline

extension RunRecord {
    /// Takes the next line of the journal. Where it is no sound event, or says what no event can say
    /// (`RunRecord+Limits`), the record is partial from there on: no process goes on with such a run.
    /// O(length).
    package mutating func take(_ line: JournalLine) {
        guard line.sequence > sequence else { return }
        if line.sequence != sequence + 1 { isPartial = true }
        sequence = line.sequence
        // There may be many scores: they are only counted.
        if line.type == EventKind.score.rawValue {
            scores += 1
            decided = sequence
            lastMark = line.identity ?? lastMark
            return
        }
        guard let type = EventKind(rawValue: line.type) else { return }
        do throws(EventError) {
            try take(type, EventFields(line: line.bytes[...]))
        } catch {
            isPartial = true
        }
    }

    private mutating func take(_ type: EventKind, _ fields: EventFields) throws(EventError) {
        let places = try Places(fields, within: clock?.plausible)
        let (identity, revision): (String, Int?) = (try fields.get("id"), try fields.find("rev"))
        if type != .heartbeat { lastMark = EventIntake.mark(identity, revision: revision) }
        switch type {
        case .block, .cue, .heartbeat, .watermark, .streamChange, .feedState, .degraded, .recovered: break
        default: decided = sequence
        }
        switch type {
        case .streamStart: try begin(fields)
        case .shot:
            let count = try fields.count(of: "parts") ?? 0
            shots += 1
            parts += count
            shotEnd = places.end ?? shotEnd
            reached = max(reached, shotEnd)
            noteCourse(type, places)
        case .boundary:
            guard let at = places.at else { break }
            let answer = try OpenAnswer(fields, at: at, revision: revision ?? 0)
            let state: String? = try fields.find("state")
            reached = max(reached, at)
            if let state = state.flatMap(BoundaryState.init) { course?.take(state, at: at) }
            openAnswers.removeAll { $0.at == at }
            if state == BoundaryState.provisional.rawValue {
                guard openAnswers.count < Self.mostOpen else {
                    isPartial = true
                    break
                }
                openAnswers.append(answer)
            }
            guard state == BoundaryState.final.rawValue else { break }
            boundaries += 1
            openBoundary = OpenBoundary(
                at: at, score: answer.score, leftShot: answer.leftShot, rightShot: answer.rightShot)
        case .scene:
            let reason: String? = try fields.find("end_reason")
            scenes += 1
            sceneEnd = places.end ?? sceneEnd
            reached = max(reached, sceneEnd)
            noteCourse(type, places)
            firstShot = openBoundary?.rightShot ?? shots
            openBoundary = nil
            if reason == SceneEnd.end.rawValue { isClosed = true }
            passGaps()
        case .block:
            blockEnd = places.end ?? blockEnd
            nextBlock = try fields.find("next")
            reached = max(reached, blockEnd ?? reached)
            noteCourse(type, places)
        case .gap:
            let number: Int = try fields.find("timeline") ?? timeline
            let reason: String? = try fields.find("reason")
            gaps += 1
            let end = places.end ?? reached
            if number != timeline {
                timelines = knownTimelines
                timelines?.begin(number, at: end)
                timeline = number
            }
            noteCourse(type, places)
            // It stands for events that come again where the disk takes them.
            if reason == Gap.Reason.sinkBlocked.rawValue { course = nil }
            guard openGaps.count < Self.mostOpen else {
                isPartial = true
                break
            }
            openGaps.append(OpenGap(start: places.start ?? sceneEnd, end: end, shots: shots))
            (shotEnd, reached, heard) = (end, end, nil)
            // Behind a long gap blocks begin anew.
            if nextBlock == nil, blockEnd == places.start { blockEnd = end }
            passGaps()
        case .watermark:
            watermark = places.at ?? watermark
            reached = max(reached, places.at ?? reached)
        case .heartbeat:
            pictures = try fields.find("pictures") ?? pictures
            guard start != nil, let pts = places.at,
                let time = identity.split(separator: "/").last.flatMap({ Int64($0) }), Self.isMoment(time)
            else { break }
            reached = max(reached, pts)
            // While pictures are missing, heartbeats go on to tell where the last one ended.
            if let heard, heard.pts >= pts { break }
            heard = Heard(pts: pts, unixMilliseconds: time)
        case .streamEnd:
            endReason = try fields.find("reason")
            isClosed = true
        case .degraded, .recovered:
            let leftOut: [String]? = try fields.find("left_out")
            isDegraded = leftOut?.isEmpty == false
        case .streamChange:
            kind = Kind(try fields.find("codec"), try fields.find("width"), try fields.find("height")) ?? kind
        case .feedState: shown = try fields.find("state") ?? shown
        case .cut, .score, .cue, .novelty: break
        }
    }

    /// Goes behind gaps in front of which every scene was told.
    private mutating func passGaps() {
        while let gap = openGaps.first, gap.start == sceneEnd {
            (sceneEnd, firstShot) = (gap.end, gap.shots)
            openGaps.removeFirst()
        }
    }

    private mutating func noteCourse(_ type: EventKind, _ places: Places) {
        if let start = places.start, let end = places.end { course?.take(type, from: start, to: end) }
    }

    private mutating func begin(_ fields: EventFields) throws(EventError) {
        var reader = EventReader()
        guard case .streamStart(let begun)? = try reader.read(fields), begun.media.clock.countsTicks else {
            isPartial = true
            return
        }
        let (media, base) = (begun.media, begun.media.clock.timeBase)
        let start = Start(
            terms: begun.terms, timeline: begun.timeline, container: media.container,
            timeBase: [base.numerator, base.denominator], startPTS: media.clock.startPTS, input: begun.input)
        guard start.clock?.plausible != nil else {
            isPartial = true
            return
        }
        self.start = start
        timeline = start.timeline
        timelines = TimelineNumbers(first: start.timeline)
        kind = Kind(media.codec, media.width, media.height)
        (shotEnd, sceneEnd, reached) = (start.startPTS, start.startPTS, start.startPTS)
        blockEnd = begun.blockDelayBound == nil ? nil : start.startPTS
        // Until the first heartbeat, this is the only place with both clocks.
        heard = WallTime(begun.wall).flatMap { wall in
            Self.isMoment(wall.milliseconds)
                ? Heard(pts: start.startPTS, unixMilliseconds: wall.milliseconds) : nil
        }
    }
}

extension RunRecord.Kind {
    fileprivate init?(_ codec: String?, _ width: Int?, _ height: Int?) {
        guard let codec, let width, let height else { return nil }
        self.init(codec: codec, width: width, height: height)
    }
}

extension RunRecord.OpenAnswer {
    fileprivate init(_ fields: EventFields, at: Int64, revision: Int) throws(EventError) {
        func score(_ name: String) throws(EventError) -> Double {
            (try fields.find(name) as Score?)?.value ?? 0
        }
        self.init(
            at: at, revision: revision, kind: try fields.find("kind") ?? "", score: try score("score"),
            threshold: try score("threshold"), leftShot: try fields.find("left_shot") ?? 0,
            rightShot: try fields.find("right_shot") ?? 0, rightParts: try fields.find("right_shots") ?? 0)
    }
}

extension RunRecord {
    /// As it is kept beside the run's segments; nil where it is none, or says what no run can come to.
    package init?(file bytes: [UInt8]) {
        guard let record = try? JSONDecoder().decode(RunRecord.self, from: Data(bytes)), record.isPlausible
        else { return nil }
        self = record
    }

    package var file: [UInt8] { (try? JSONEncoder().encode(self)).map { Array($0) } ?? [] }
}
