internal import Timeline

/// The rules of an event stream, line by line and between the lines: grammar, order, revisions, tiling,
/// counts (contract 11 to 13).
///
/// A value. Lines go in as they stand; faults come out as soon as they are certain. Each line must be, byte
/// for byte, what `EventWriter` writes for the event that it holds. Memory grows with the number of events.
package struct EventStreamCheck {
    /// What is wrong, and where.
    package struct Fault: Hashable, Sendable, CustomStringConvertible {
        /// From 1; nil for the stream as a whole.
        package var line: Int?
        package var text: String

        package var description: String { line.map { "line \($0): \(text)" } ?? text }
    }

    /// Lines that were taken.
    package private(set) var lineCount = 0

    private let isPartial: Bool
    private let kinds: Set<EventKind>
    private var faults: [Fault] = []
    private var hasFaults = false
    private var reader = EventReader()
    private var start: StreamStart?
    private var end: StreamEnd?
    private var timelines = TimelineNumbers()
    private var earlyHeartbeats = 0
    private var answers = AnswerCheck()
    private var tiling = TilingCheck()
    private var blocks = BlockCheck()
    private var watermark: Int64?
    private var lastCue: Int64?
    private var lastScoredPart: Int?
    private var pictures: (codec: String, size: PictureSize)?
    private var pictureState = PictureState.Kind.normal
    private var novelty: Novelty.State?
    private var leftOut = Relief.LeftOut.nothing
    /// Lines of the events that are told once.
    private var lineOfIdentity: [String: Int] = [:]

    /// - Parameters:
    ///   - isPartial: the stream may still go on after its last line.
    ///   - kinds: types of event that were written, `streamStart` among them: there are no others, and rules
    ///     that need others are left out.
    package init(isPartial: Bool = false, kinds: Set<EventKind> = Set(EventKind.allCases)) {
        precondition(kinds.contains(.streamStart), "instants have no clock without it")
        (self.isPartial, self.kinds) = (isPartial, kinds)
    }

    /// Takes the next line without its newline. O(length).
    ///
    /// - Returns: the faults that it shows, at most a few.
    package mutating func push(line: ArraySlice<UInt8>) -> [Fault] {
        lineCount += 1
        faults = []
        do {
            if let event = try read(line) { take(event) }
        } catch {
            fault(error.description)
        }
        hasFaults = hasFaults || !faults.isEmpty
        return faults
    }

    /// The lines are over. Where each line was sound, what needs all of them is checked.
    package mutating func finish() -> [Fault] {
        faults = []
        if lineCount == 0 {
            fault("the stream is empty", line: nil)
        } else if start == nil {
            fault("there is no stream_start", line: nil)
        } else if end == nil, !isPartial, kinds.contains(.streamEnd) {
            fault("there is no stream_end: the run goes on, or it was killed", line: nil)
        } else if !hasFaults {
            checkWhole()
        }
        return faults
    }

    private mutating func fault(_ text: String) { fault(text, line: lineCount) }

    private mutating func fault(_ text: String, line: Int?) {
        faults.append(Fault(line: line, text: text))
    }

    // MARK: Lines

    /// The event of a line that may stand where it stands; nil where it may not.
    private mutating func read(_ line: ArraySlice<UInt8>) throws(EventError) -> Event? {
        let clock = reader.clock
        let ahead = reader
        guard let event = try reader.read(line: line) else {
            fault("its type, or a word in it, is of a later version")
            return nil
        }
        if end != nil { fault("\(event.kind.rawValue) after stream_end") }
        if !kinds.contains(event.kind) {
            fault("\(event.kind.rawValue) is not among the types that were to be written")
        }
        if case .streamStart = event, start != nil {
            reader = ahead
            fault("a second stream_start")
            return nil
        }
        checkText(of: event, line, clock: clock)
        return event
    }

    /// The line is what the writer makes of its event.
    private mutating func checkText(of event: Event, _ line: ArraySlice<UInt8>, clock: MediaClock?) {
        guard let head = EventHead(line) else {
            fault("does not begin with v, type, seq and id, as an event does")
            return
        }
        if head.sequence != lineCount { fault("seq is \(head.sequence)") }
        var writer = EventWriter(nextSequence: head.sequence)
        if let clock { writer.goOn(clock: clock, timelines: knownTimelines(of: head.identity(in: line))) }
        let identity = writer.identity(of: event)
        if case .streamStart(let start) = event {
            writer.goOn(clock: start.media.clock, timeline: start.timeline)
        }
        let written = writer.line(event).utf8.dropLast()
        if let found = head.identity(in: line), case .streamStart = event {
            let own = writer.identity(of: event)
            if found != own { return fault("id is \(found), not \(own)") }
        } else if let found = head.identity(in: line), found != identity {
            return fault("id is \(found), not \(identity)")
        }
        guard !written.elementsEqual(line) else { return }
        let column = zip(written, line).prefix { $0 == $1 }.count
        let expected = String(Substring(written.dropFirst(column).prefix(16)))
        let found = String(decoding: line.dropFirst(column).prefix(16), as: UTF8.self)
        fault("column \(column + 1): '\(found)' should be '\(expected)'")
    }

    /// Which timelines there are. Gaps begin them; where none is written, the event tells its own.
    private func knownTimelines(of identity: String?) -> TimelineNumbers {
        let words = identity?.split(separator: "/") ?? []
        guard !kinds.contains(.gap), words.count > 2, let number = Int(words[1]) else { return timelines }
        return TimelineNumbers(first: number)
    }

    // MARK: Between lines

    /// Scores have a probability in runs with a calibration, and in no others. What a person corrected is
    /// left out: answers by a person have none.
    private mutating func checkProbability(_ probability: Score?) {
        guard let start, start.corrects == nil else { return }
        let isCalibrated = start.options.contains { $0.name == "calibration" }
        if isCalibrated != (probability != nil) {
            fault(
                isCalibrated ? "a score has no probability" : "there is a probability without a calibration")
        }
    }

    private mutating func take(_ event: Event) {
        switch event {
        case .streamStart(let start):
            if lineCount != earlyHeartbeats + 1 { fault("stream_start is not the first line") }
            self.start = start
            blocks.begin(with: start.media.clock)
            timelines = TimelineNumbers(first: start.timeline)
            pictures = (start.media.codec, PictureSize(width: start.media.width, height: start.media.height))
        case .cut(let cut): answers.take(cut).map { fault($0) }
        case .shot(let shot):
            tiling.take(shot, line: lineCount, watermark: watermark).forEach { fault($0) }
        case .score(let score):
            checkProbability(score.probability)
            if let last = lastScoredPart, score.partIndex <= last {
                fault("the score of part \(score.partIndex) follows that of part \(last)")
            }
            lastScoredPart = score.partIndex
        case .boundary(let boundary):
            checkProbability(boundary.probability)
            if let watermark, boundary.at.pts < watermark {
                fault("the boundary lies before an earlier watermark")
            }
            answers.take(boundary).forEach { fault($0) }
        case .scene(let scene):
            tiling.take(scene, line: lineCount, watermark: watermark).forEach { fault($0) }
        case .block(let block):
            // They go on over gaps, or begin anew behind them.
            if kinds.contains(.gap) { blocks.take(block).forEach { fault($0) } }
        case .gap(let gap):
            tiling.take(gap, line: lineCount, watermark: watermark).forEach { fault($0) }
            blocks.take(gap)
            // Behind a restart the range may be looked for anew.
            if gap.reason == .restart { novelty = nil }
            if let next = gap.timeline, next < timelines.last { fault("the number of the timeline falls") }
        case .cue(let cue):
            if let watermark, cue.received.pts < watermark {
                fault("the cue was received before an earlier watermark")
            }
            if let lastCue, cue.received.pts < lastCue { fault("the cue was received before an earlier one") }
            lastCue = cue.received.pts
        case .novelty(let next):
            if let watermark, next.at.pts < watermark {
                fault("the novelty lies before an earlier watermark")
            }
            if next.state == novelty, kinds.contains(.gap) {
                fault("what is on was \(next.state.rawValue) already")
            }
            novelty = next.state
        case .watermark(let instant):
            blocks.note(instant)
            if let watermark, instant.pts <= watermark { fault("the watermark does not rise") }
            watermark = instant.pts
        case .heartbeat:
            if start == nil { earlyHeartbeats += 1 }
        case .streamChange(let change):
            if let pictures, pictures == (change.codec, change.size) { fault("nothing changed") }
            pictures = (change.codec, change.size)
        case .feedState(let state):
            if state.kind == pictureState { fault("the feed was \(state.kind.rawValue) already") }
            pictureState = state.kind
        case .degraded(let relief): take(relief, isMore: true)
        case .recovered(let relief): take(relief, isMore: false)
        case .streamEnd(let end): self.end = end
        }
        note(event)
        if case .gap(let gap) = event, let number = gap.timeline { timelines.begin(number, at: gap.end.pts) }
    }

    private mutating func take(_ next: Relief, isMore: Bool) {
        let (less, more) = isMore ? (leftOut, next.leftOut) : (next.leftOut, leftOut)
        if less.step >= more.step, kinds.isSuperset(of: [.degraded, .recovered]) {
            let (former, now) = (leftOut, next.leftOut)
            fault(
                "what is left out goes from [\(former.names.joined(separator: ", "))] to "
                    + "[\(now.names.joined(separator: ", "))]")
        }
        leftOut = next.leftOut
    }

    /// Events other than answers, which have revisions, are told once.
    private mutating func note(_ event: Event) {
        switch event {
        case .boundary, .cut, .heartbeat: return
        default: break
        }
        guard let clock = reader.clock else { return }
        var writer = EventWriter()
        writer.goOn(clock: clock, timelines: timelines)
        let identity = writer.identity(of: event)
        if let line = lineOfIdentity[identity] { fault("\(identity) is on line \(line) already") }
        lineOfIdentity[identity] = lineOfIdentity[identity] ?? lineCount
    }

    // MARK: The whole

    private mutating func checkWhole() {
        guard let start else { return }
        faults += tiling.finish(
            start: start, end: end, watermark: watermark, finals: answers.finals, kinds: kinds)
        guard let end else { return }
        for text in blocks.finish(at: end.at) { fault(text, line: nil) }
        for text in answers.undecided { fault(text, line: nil) }
        let counted: [(kind: EventKind, name: String, told: Int, found: Int)] = [
            (.shot, "shots", end.shots, tiling.shotCount),
            (.shot, "parts", end.parts, tiling.partCount),
            (.boundary, "boundaries", end.boundaries, answers.finals.count),
            (.scene, "scenes", end.scenes, tiling.sceneCount), (.gap, "gaps", end.gaps, tiling.gapCount),
        ]
        for (kind, name, told, found) in counted where told != found && kinds.contains(kind) {
            let hint =
                found == 0 ? "; for a stream written with --events, name the same types with --written" : ""
            fault("stream_end counts \(told) \(name), the stream has \(found)\(hint)", line: nil)
        }
    }
}
