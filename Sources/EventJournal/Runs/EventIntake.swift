package import SceneEvents
package import Timeline

/// Numbers a feed's events and turns them into lines, and keeps account of those that found no room.
///
/// A value. While there is room every event becomes a line. Once there is none, events are left out whole
/// scenes at a time: from the first that found no room to the end of the scene in which there was room again.
/// One `gap` with reason `sink_blocked` then stands for them, so that scenes and gaps still tile the timeline
/// and `seq` has no hole.
package struct EventIntake: Sendable {
    private var writer: EventWriter
    /// Time covered by scenes and gaps that were left out; nil while nothing is left out.
    private var omitted: Omission?
    /// Events left out so far.
    package private(set) var omittedEvents = 0

    private struct Omission: Sendable {
        var start: Instant?
        var end: Instant?
    }

    /// - Parameter nextSequence: `seq` of the first line.
    package init(nextSequence: Int64) { writer = EventWriter(nextSequence: nextSequence) }

    /// Goes on with a stream whose `streamStart` an earlier process wrote.
    package mutating func goOn(clock: MediaClock, timelines: TimelineNumbers) {
        writer.goOn(clock: clock, timelines: timelines)
    }

    /// Takes an event that stands in the journal already.
    ///
    /// - Returns: its mark.
    package mutating func replay(_ event: Event) -> String {
        if case .streamStart = event { writer.skip(event) }
        defer { writer.skip(event) }
        var revision: Int?
        if case .boundary(let boundary) = event { revision = boundary.revision }
        return Self.mark(writer.identity(of: event), revision: revision)
    }

    /// What tells an event from all others of its run: its `id`, and `rev` where it has one.
    package static func mark(_ identity: String, revision: Int?) -> String {
        revision.map { "\(identity)/\($0)" } ?? identity
    }

    /// What is told where `event` has come, with its lines, newlines included: nothing, the event, or a gap
    /// that stands for what was left out and, behind it, the event if that is told.
    package mutating func lines(for event: Event, hasRoom: Bool) -> [(event: Event, text: String)] {
        var told: [Event] = []
        switch event {
        case .streamStart, .streamEnd:
            // Too few to matter, and nothing can be understood without them.
            if let gap = closeOmission() { told.append(.gap(gap)) }
            told.append(event)
        default:
            if omitted == nil, hasRoom {
                told.append(event)
                break
            }
            omittedEvents += 1
            omit(event)
            if hasRoom, Self.span(event) != nil, let gap = closeOmission() { told.append(.gap(gap)) }
        }
        return told.map { ($0, writer.line($0)) }
    }

    /// What scenes and gaps cover.
    private static func span(_ event: Event) -> (start: Instant, end: Instant)? {
        switch event {
        case .scene(let scene): (scene.start, scene.end)
        case .gap(let gap): (gap.start, gap.end)
        default: nil
        }
    }

    private mutating func omit(_ event: Event) {
        writer.skip(event)
        var omission = omitted ?? Omission()
        if let span = Self.span(event) {
            omission.start = omission.start ?? span.start
            omission.end = span.end
        }
        omitted = omission
    }

    private mutating func closeOmission() -> Gap? {
        defer { omitted = nil }
        guard let start = omitted?.start, let end = omitted?.end else { return nil }
        return Gap(start: start, end: end, reason: .sinkBlocked)
    }
}
