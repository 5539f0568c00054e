import FoundationEssentials
import Timeline

/// Turns the lines of an event stream into an `EventLog`, one line at a time.
///
/// Tolerated: unknown types and fields, blank lines, repeated events (the last with an id wins), a last line that
/// breaks off, a missing end. Refused with the number of the line: anything else that is not an event, other versions
/// of the grammar, a second stream, values out of any reasonable range.
package struct EventLogReader {
    /// Longest line that is read, in bytes. A day-long shot lists its parts in about 10 MB.
    package static let longestLine = 64 << 20

    private struct Stream: Equatable {
        var feed: String
        var run: String
        var timeBase: TimeBase
        /// nil where no pts are known: ticks are then microseconds.
        var startPTS: Int64?
        /// Ticks from where the file starts to the first picture.
        var startOffset: Int64
    }

    private struct Entry {
        var scene: LoggedScene
        var line: Int
    }

    private let decoder = JSONDecoder()
    private var lineNumber = 0
    private var isEmpty = true
    private var stream: Stream?
    private var entries: [Entry] = []
    private var positions: [String: Int] = [:]
    private var hasEnded = false
    private var endReason: StreamEnd.Reason?
    private var lastSequence: Int64?
    private var warnings: [EventLogWarning] = []
    /// A line that is not JSON: fine if it is the last one.
    private var torn: (line: Int, reason: String)?

    package init() {}

    /// Takes the next line, with or without its newline.
    package mutating func push(line: some Collection<UInt8>) throws(ExportError) {
        lineNumber += 1
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0a || $0 == 0x0d }) { return }
        isEmpty = false
        if let torn { throw .malformed(line: torn.line, reason: torn.reason) }
        guard line.count <= Self.longestLine else {
            throw .lineTooLong(line: lineNumber, limit: Self.longestLine)
        }
        do {
            try take(decoder.decode(EventLine.self, from: Data(line)))
        } catch let error as ExportError {
            throw error
        } catch let error as DecodingError where error.isSyntaxError {
            torn = (lineNumber, error.reason)
        } catch let error as DecodingError {
            throw .malformed(line: lineNumber, reason: error.reason)
        } catch {
            throw .malformed(line: lineNumber, reason: "it cannot be read")
        }
    }

    /// The lines are over: everything that was read.
    package consuming func finish() throws(ExportError) -> EventLog {
        if isEmpty { throw .empty }
        guard let stream else {
            if let torn { throw .malformed(line: torn.line, reason: torn.reason) }
            throw .missingStart(line: lineNumber)
        }
        if let torn { warnings.append(.tornLastLine(line: torn.line)) }
        if !hasEnded {
            warnings.append(.unfinished)
        } else if entries.isEmpty {
            warnings.append(.noScenes)
        }
        return EventLog(
            feed: stream.feed, timeBase: stream.timeBase, scenes: try orderedScenes(), endReason: endReason,
            warnings: warnings)
    }

    private mutating func take(_ line: EventLine) throws(ExportError) {
        guard line.version == 1 else { throw .unsupportedVersion(line: lineNumber, version: line.version) }
        note(sequence: line.sequence)
        switch line.body {
        case .unknown:
            break
        case .start(let start):
            let next = try checked(start)
            guard stream == nil || stream == next else { throw .severalStreams(line: lineNumber) }
            stream = next
        case .scene(let fields):
            guard let stream else { throw .missingStart(line: lineNumber) }
            let entry = Entry(scene: try checked(fields, in: stream), line: lineNumber)
            if let position = positions[line.identity] {
                entries[position] = entry
            } else {
                positions[line.identity] = entries.count
                entries.append(entry)
            }
        case .end(let reason):
            guard stream != nil else { throw .missingStart(line: lineNumber) }
            hasEnded = true
            endReason = StreamEnd.Reason(rawValue: reason)
        case .other:
            guard stream != nil else { throw .missingStart(line: lineNumber) }
        }
    }

    /// Warns once; numbers that come back are deliveries repeated, not losses.
    private mutating func note(sequence: Int64?) {
        guard let sequence else { return }
        let isFirst = stream == nil
        if let last = lastSequence, !isFirst, sequence > last, sequence - 1 > last {
            let isKnown = warnings.contains { if case .missingEvents = $0 { true } else { false } }
            if !isKnown { warnings.append(.missingEvents(line: lineNumber)) }
        }
        lastSequence = max(lastSequence ?? sequence, sequence)
    }

    private func checked(_ start: EventLine.Start) throws(ExportError) -> Stream {
        let numbers = start.media.timeBase.split(separator: "/", omittingEmptySubsequences: false)
        guard numbers.count == 2, let numerator = Int32(numbers[0]), let denominator = Int32(numbers[1]),
            numerator > 0, denominator > 0
        else {
            throw .malformed(line: lineNumber, reason: "media.time_base is not a positive rational number")
        }
        let offset = start.startOffset ?? 0
        guard 0...1e6 ~= offset else {
            throw .malformed(line: lineNumber, reason: "start_offset is out of range")
        }
        let timeBase = TimeBase(numerator: Int64(numerator), denominator: Int64(denominator))
        return Stream(
            feed: start.feed, run: start.run, timeBase: timeBase, startPTS: start.startPTS,
            startOffset: Int64(
                (offset * Double(denominator) / Double(numerator)).rounded()))
    }

    private func checked(_ fields: EventLine.SceneFields, in stream: Stream) throws(ExportError)
        -> LoggedScene
    {
        let start = try checked(fields.start, name: "start", in: stream)
        let end = try checked(fields.end, name: "end", in: stream)
        guard start.ticks < end.ticks else {
            throw .malformed(line: lineNumber, reason: "the scene ends before it starts")
        }
        if let score = fields.score, !(0...1).contains(score) {
            throw .malformed(line: lineNumber, reason: "score is not between 0 and 1")
        }
        guard fields.firstShot >= 0, fields.firstShot <= fields.lastShot, fields.lastShot < Int.max else {
            throw .malformed(line: lineNumber, reason: "first_shot and last_shot are not a range")
        }
        return LoggedScene(
            start: start, end: end, endReason: SceneEnd(rawValue: fields.endReason),
            score: fields.score.map(Score.init),
            firstShot: fields.firstShot, lastShot: fields.lastShot)
    }

    /// A century, in seconds: beyond it a time stamp is damaged, and within it no arithmetic overflows.
    private static let longestTime: Int128 = 100 * 366 * 86_400

    private func checked(
        _ fields: EventLine.InstantFields, name: String, in stream: Stream
    ) throws(ExportError) -> LoggedInstant {
        guard fields.timeBase == stream.timeBase.description else {
            throw .malformed(line: lineNumber, reason: "\(name).time_base is not that of the stream")
        }
        let ticks = try self.ticks(fields, name: name, in: stream)
        let limit = Self.longestTime * Int128(stream.timeBase.denominator)
        guard ticks.magnitude * UInt128(stream.timeBase.numerator) <= limit.magnitude,
            let ticks = Int64(exactly: ticks)
        else { throw .malformed(line: lineNumber, reason: "\(name).pts lies a century from start_pts") }
        if let frame = fields.frame, frame < 0 {
            throw .malformed(line: lineNumber, reason: "\(name).frame is negative")
        }
        var label: TimecodeLabel?
        if let text = fields.timecode {
            label = TimecodeLabel(text)
            if label == nil {
                throw .malformed(line: lineNumber, reason: "\(name).timecode is not a timecode")
            }
        }
        return LoggedInstant(ticks: ticks, frame: fields.frame, timecode: label)
    }

    /// Ticks since the start of the file.
    private func ticks(
        _ fields: EventLine.InstantFields, name: String, in stream: Stream
    ) throws(ExportError) -> Int128 {
        if let pts = fields.pts, let start = stream.startPTS {
            return Int128(pts) - Int128(start) + Int128(stream.startOffset)
        }
        guard fields.pts == nil, stream.startPTS == nil else {
            throw .malformed(line: lineNumber, reason: "\(name).pts is null, or start_pts is, but not both")
        }
        guard let seconds = fields.t, seconds.magnitude < 1e12 else {
            throw .malformed(line: lineNumber, reason: "\(name).t is not a time")
        }
        let perSecond = Double(stream.timeBase.denominator) / Double(stream.timeBase.numerator)
        return Int128((seconds * perSecond).rounded())
    }

    private func orderedScenes() throws(ExportError) -> [LoggedScene] {
        let ordered = entries.sorted { ($0.scene.start.ticks, $0.line) < ($1.scene.start.ticks, $1.line) }
        for (previous, next) in zip(ordered, ordered.dropFirst())
        where next.scene.start.ticks < previous.scene.end.ticks {
            throw .overlappingScenes(line: max(previous.line, next.line))
        }
        return ordered.map(\.scene)
    }
}
