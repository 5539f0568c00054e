package import SceneEvents
internal import Timeline

/// Turns the lines of an event stream into an `EventLog`, one line at a time.
///
/// Tolerated: unknown types and fields, blank lines, repeated events (the last with an id wins), a last line
/// that breaks off, a missing end. Refused with the number of the line: anything else that is not an event,
/// other versions of the grammar, a second stream, values out of any reasonable range.
package struct EventLogReader {
    /// Events of one kind, each once.
    private struct Answers<Value> {
        private(set) var values: [(value: Value, line: Int)] = []
        private var places: [String: Int] = [:]

        mutating func put(_ value: Value, _ identity: String, line: Int) {
            if let place = places[identity] {
                values[place] = (value, line)
            } else {
                places[identity] = values.count
                values.append((value, line))
            }
        }

        /// In order of `instant`, then as they came.
        func sorted(by instant: (Value) -> Int64) -> [Value] {
            values.sorted { (instant($0.value), $0.line) < (instant($1.value), $1.line) }.map(\.value)
        }
    }

    private var lineNumber = 0
    private var isEmpty = true
    private var events = EventReader()
    private var start: StreamStart?
    private var shots = Answers<Shot>()
    private var scores = Answers<PartScore>()
    private var boundaries = Answers<Boundary>()
    private var scenes = Answers<LoggedScene>()
    private var blocks = Answers<Block>()
    private var gaps = Answers<Gap>()
    private var hasEnded = false
    private var end: StreamEnd?
    private var lastSequence: Int64?
    private var lines = Answers<LoggedLine>()
    private let keepsLines: Bool
    private var warnings: [EventLogWarning] = []
    /// What the last line told; nil where it was of an unknown type, or none.
    package private(set) var lastKind: EventKind?
    /// A line that is not JSON: fine if it is the last one.
    private var torn: (line: Int, reason: String)?

    /// - Parameter keepsLines: keep the events themselves, for formats that hand them on.
    package init(keepsLines: Bool = true) { self.keepsLines = keepsLines }

    /// Takes the next line, with or without its newline.
    package mutating func push(line: ArraySlice<UInt8>) throws(ExportError) {
        lineNumber += 1
        lastKind = nil
        // Some editors begin every file with a byte order mark.
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        let line = lineNumber == 1 && line.starts(with: mark) ? line.dropFirst(mark.count) : line
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0a || $0 == 0x0d }) { return }
        isEmpty = false
        if let torn { throw .malformed(line: torn.line, reason: torn.reason) }
        let isSameStream: Bool
        do {
            let fields = try EventFields(line: line)
            isSameStream = try take(fields)
            if isSameStream, keepsLines { try keep(line, fields) }
        } catch {
            switch error {
            case .notJSON:
                torn = (lineNumber, error.description)
                return
            case .lineTooLong: throw .lineTooLong(line: lineNumber, limit: EventLimits.longestLine)
            case .version(let version): throw .unsupportedVersion(line: lineNumber, version: version)
            case .beforeStart: throw .missingStart(line: lineNumber)
            case .field, .laterWord, .secondRun:
                throw .malformed(line: lineNumber, reason: error.description)
            }
        }
        if !isSameStream { throw .severalStreams(line: lineNumber) }
    }

    /// The lines are over: everything that was read.
    package consuming func finish() throws(ExportError) -> EventLog {
        if isEmpty { throw .empty }
        guard let start else {
            if let torn { throw .malformed(line: torn.line, reason: torn.reason) }
            throw .missingStart(line: lineNumber)
        }
        if let torn { warnings.append(.tornLastLine(line: torn.line)) }
        if !hasEnded {
            warnings.append(.unfinished)
        } else if scenes.values.isEmpty {
            warnings.append(.noScenes)
        }
        return EventLog(
            start: start, shots: shots.sorted { $0.start.pts }, blocks: blocks.sorted { $0.start.pts },
            scores: scores.sorted { $0.at.pts },
            boundaries: boundaries.sorted { $0.at.pts }.filter { $0.state != .retracted },
            scenes: try orderedScenes(of: start), gaps: gaps.sorted { $0.start.pts }, end: end,
            lines: lines.sorted { $0.sequence }, warnings: warnings)
    }

    private mutating func keep(_ line: ArraySlice<UInt8>, _ fields: EventFields) throws(EventError) {
        let type: String = try fields.get("type")
        guard let kind = EventKind(rawValue: type) else { return }
        switch kind {
        case .watermark, .heartbeat, .cut: return
        default: break
        }
        func time(_ name: String) throws(EventError) -> Int64? {
            (try fields.find(name, EventFields.init)?.find("t") as EventSeconds?)?.microseconds
        }
        let (at, start) = (try time("at"), try time("start"))
        let id: String = try fields.find("id") ?? "\(type)/\(lineNumber)"
        var json = String(decoding: line, as: UTF8.self)
        while let last = json.utf8.last, last == 0x0a || last == 0x0d || last == 0x20 || last == 0x09 {
            json.unicodeScalars.removeLast()
        }
        lines.put(
            LoggedLine(
                type: type, id: id, sequence: try fields.find("seq") ?? Int64(lineNumber), json: json,
                mediaTime: at ?? start, wall: try fields.find("wall"), state: try fields.find("state"),
                revision: try fields.find("rev")), id, line: lineNumber)
    }

    /// False where another stream begins.
    private mutating func take(_ fields: EventFields) throws(EventError) -> Bool {
        let event = try events.read(fields)
        note(sequence: try fields.find("seq"))
        let type: String = try fields.get("type")
        lastKind = EventKind(rawValue: type)
        if lastKind == .streamEnd { hasEnded = true }
        switch event {
        case .streamStart(let next):
            if let start { return isSame(start, next) }
            start = next
        case .shot(let shot): shots.put(shot, try fields.get("id"), line: lineNumber)
        case .score(let score): scores.put(score, try fields.get("id"), line: lineNumber)
        case .boundary(let boundary): boundaries.put(boundary, try fields.get("id"), line: lineNumber)
        case .scene(let scene):
            guard let start else { throw .beforeStart }
            var logged = LoggedScene(
                start: LoggedInstant(scene.start, of: start), end: LoggedInstant(scene.end, of: start),
                endReason: SceneEnd(rawValue: try fields.get("end_reason")), score: scene.score,
                firstShot: scene.firstShot, lastShot: scene.lastShot)
            logged.block = scene.block?.kind
            logged.tags = LoggedScene.names(scene)
            scenes.put(logged, try fields.get("id"), line: lineNumber)
        case .block(let block): blocks.put(block, try fields.get("id"), line: lineNumber)
        case .gap(let gap): gaps.put(gap, try fields.get("id"), line: lineNumber)
        case .streamEnd(let last): end = last
        case .cut, .cue, .novelty, .watermark, .heartbeat, .streamChange, .feedState, .degraded, .recovered,
            nil:
            break
        }
        return true
    }

    /// What is volatile may differ where a stream was delivered twice.
    private func isSame(_ left: StreamStart, _ right: StreamStart) -> Bool {
        left.feed == right.feed && left.run == right.run && left.media.clock == right.media.clock
            && left.media.startOffset == right.media.startOffset
    }

    /// Warns once; numbers that come back are deliveries repeated, not losses.
    private mutating func note(sequence: Int64?) {
        guard let sequence else { return }
        let isFirst = start == nil
        if let last = lastSequence, !isFirst, sequence > last, sequence - 1 > last {
            let isKnown = warnings.contains { if case .missingEvents = $0 { true } else { false } }
            if !isKnown { warnings.append(.missingEvents(line: lineNumber)) }
        }
        lastSequence = max(lastSequence ?? sequence, sequence)
    }

    /// What blocks say of a scene comes before what was told with it.
    private func orderedScenes(of stream: StreamStart) throws(ExportError) -> [LoggedScene] {
        let ordered = scenes.values.sorted {
            ($0.value.start.ticks, $0.line) < ($1.value.start.ticks, $1.line)
        }
        for (previous, next) in zip(ordered, ordered.dropFirst())
        where next.value.start.ticks < previous.value.end.ticks {
            throw .overlappingScenes(line: max(previous.line, next.line))
        }
        let blocks = blocks.sorted { $0.start.pts }.map { block in
            (
                LoggedInstant(block.start, of: stream).ticks..<LoggedInstant(block.end, of: stream).ticks,
                block.kind
            )
        }
        var place = blocks.startIndex
        return ordered.map { scene, _ in
            let middle = scene.start.ticks + (scene.end.ticks - scene.start.ticks) / 2
            while place < blocks.endIndex, blocks[place].0.upperBound <= middle { place += 1 }
            var scene = scene
            if place < blocks.endIndex, blocks[place].0.contains(middle) { scene.block = blocks[place].1 }
            return scene
        }
    }
}
