internal import FoundationEssentials
internal import Timeline

extension RunRecord {
    /// The fields of events that matter here; those that an event does not have are nil.
    struct Fields: Decodable {
        struct Place: Decodable { var pts: Int64? }
        struct Part: Decodable {}
        struct Media: Decodable {
            var container: String?
            var codec: String?
            var width: Int?
            var height: Int?
            var time_base: String
        }
        var id: String
        var timeline: Int?
        var start_pts: Int64?
        var media: Media?
        var start: Place?
        var end: Place?
        var at: Place?
        var parts: [Part]?
        var end_reason: String?
        var reason: String?
        var state: String?
        var score: Double?
        var left_shot: Int?
        var right_shot: Int?
        var right_shots: Int?
        var rev: Int?
        var left_out: [String]?
        var kind: String?
        var threshold: Double?
        var pictures: Int?
        var codec: String?
        var width: Int?
        var height: Int?
    }

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
            lastMark = Self.identity(line) ?? lastMark
            return
        }
        guard let type = EventKind(rawValue: line.type) else { return }
        guard let fields = try? JSONDecoder().decode(Fields.self, from: Data(line.bytes)),
            fields.isPlausible(within: clock?.plausible)
        else {
            isPartial = true
            return
        }
        if type != .heartbeat { lastMark = EventIntake.mark(fields.id, revision: fields.rev) }
        switch type {
        case .heartbeat, .watermark, .streamChange, .feedState, .degraded, .recovered: break
        default: decided = sequence
        }
        switch type {
        case .streamStart: begin(fields, line)
        case .shot:
            shots += 1
            parts += fields.parts?.count ?? 0
            shotEnd = fields.end?.pts ?? shotEnd
            reached = max(reached, shotEnd)
        case .boundary:
            guard let at = fields.at?.pts else { break }
            reached = max(reached, at)
            openAnswers.removeAll { $0.at == at }
            if fields.state == BoundaryState.provisional.rawValue {
                guard openAnswers.count < Self.mostOpen else {
                    isPartial = true
                    break
                }
                openAnswers.append(OpenAnswer(fields, at: at))
            }
            guard fields.state == BoundaryState.final.rawValue else { break }
            boundaries += 1
            openBoundary = OpenBoundary(
                at: at, score: fields.score ?? 0, leftShot: fields.left_shot ?? 0,
                rightShot: fields.right_shot ?? 0)
        case .scene:
            scenes += 1
            sceneEnd = fields.end?.pts ?? sceneEnd
            reached = max(reached, sceneEnd)
            firstShot = openBoundary?.rightShot ?? shots
            openBoundary = nil
            if fields.end_reason == SceneEnd.end.rawValue { isClosed = true }
            passGaps()
        case .gap:
            gaps += 1
            timeline = fields.timeline ?? timeline
            let end = fields.end?.pts ?? reached
            guard openGaps.count < Self.mostOpen else {
                isPartial = true
                break
            }
            openGaps.append(OpenGap(start: fields.start?.pts ?? sceneEnd, end: end, shots: shots))
            (shotEnd, reached, heard) = (end, end, nil)
            passGaps()
        case .watermark:
            watermark = fields.at?.pts ?? watermark
            reached = max(reached, fields.at?.pts ?? reached)
        case .heartbeat:
            pictures = fields.pictures ?? pictures
            guard start != nil, let pts = fields.at?.pts,
                let time = fields.id.split(separator: "/").last.flatMap({ Int64($0) }), Self.isMoment(time)
            else { break }
            reached = max(reached, pts)
            heard = Heard(pts: pts, unixMilliseconds: time)
        case .streamEnd:
            isClosed = true
            endReason = fields.reason
        case .degraded, .recovered: isDegraded = fields.left_out?.isEmpty == false
        case .streamChange: kind = Kind(fields.codec, fields.width, fields.height) ?? kind
        case .feedState: shown = fields.state ?? shown
        case .cut, .score: break
        }
    }

    /// Goes behind gaps in front of which every scene was told.
    private mutating func passGaps() {
        while let gap = openGaps.first, gap.start == sceneEnd {
            (sceneEnd, firstShot) = (gap.end, gap.shots)
            openGaps.removeFirst()
        }
    }

    private mutating func begin(_ fields: Fields, _ line: JournalLine) {
        let text = String(decoding: line.bytes, as: UTF8.self)
        guard let media = fields.media, let startPTS = fields.start_pts, let terms = Self.terms(of: text)
        else {
            isPartial = true
            return
        }
        let start = Start(
            terms: terms, timeline: fields.timeline ?? 0, container: media.container ?? "",
            timeBase: media.time_base.split(separator: "/").compactMap { Int64($0) }, startPTS: startPTS)
        guard start.clock?.plausible != nil else {
            isPartial = true
            return
        }
        self.start = start
        timeline = start.timeline
        kind = Kind(media.codec, media.width, media.height)
        (shotEnd, sceneEnd, reached) = (startPTS, startPTS, startPTS)
    }

    /// `id`, which stands behind `seq`.
    private static func identity(_ line: JournalLine) -> String? {
        let text = String(decoding: line.bytes.prefix(200), as: UTF8.self)
        guard let start = text.firstRange(of: ",\"id\":\"")?.upperBound else { return nil }
        return String(text[start...].prefix { $0 != "\"" })
    }
}

extension RunRecord.Kind {
    fileprivate init?(_ codec: String?, _ width: Int?, _ height: Int?) {
        guard let codec, let width, let height else { return nil }
        self.init(codec: codec, width: width, height: height)
    }
}

extension RunRecord.OpenAnswer {
    fileprivate init(_ fields: RunRecord.Fields, at: Int64) {
        self.init(
            at: at, revision: fields.rev ?? 0, kind: fields.kind ?? "", score: fields.score ?? 0,
            threshold: fields.threshold ?? 0, leftShot: fields.left_shot ?? 0,
            rightShot: fields.right_shot ?? 0, rightParts: fields.right_shots ?? 0)
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
