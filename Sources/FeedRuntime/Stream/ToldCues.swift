internal import ScenePipeline
package import Timeline

/// The messages that a feed has told last, so that each is told once: senders repeat those that name a time
/// until it has come, and a new connection does not know what the one before has read.
///
/// A value, of bounded size.
package struct ToldCues: Hashable, Sendable {
    /// A message that named a time.
    struct Known: Hashable, Sendable {
        /// Where that time lies on the feed's timeline, and which one it was.
        var at: Int64
        var timeline: Int
        var message: CueMessage
    }

    /// Where the last message stood.
    private(set) var last: (received: Int64, ordinal: Int)?
    private(set) var known: [Known] = []

    private static let memory = 64

    package init() {}

    init(last: (received: Int64, ordinal: Int)?, known: [Known]) {
        (self.last, self.known) = (last, known)
    }

    package static func == (left: ToldCues, right: ToldCues) -> Bool {
        left.known == right.known && left.last?.received == right.last?.received
            && left.last?.ordinal == right.last?.ordinal
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(known) }

    /// Takes a message whose instants are the feed's. Behind one that cancels, what it cancels may be
    /// announced anew.
    ///
    /// - Returns: it, with its position among those in front of the same picture; nil if it was told.
    package mutating func push(_ cue: Cue, timeline: Int) -> Cue? {
        let (message, at) = (cue.message, cue.at.pts)
        if message.isCancelled { known.removeAll { $0.message.eventID == message.eventID } }
        if message.namesTime {
            let arrival = Known(at: at, timeline: timeline, message: message)
            if known.contains(arrival) { return nil }
            if known.count == Self.memory { known.removeFirst() }
            known.append(arrival)
        }
        var cue = cue
        cue.ordinal = last.map { $0.received == cue.received.pts ? $0.ordinal + 1 : 0 } ?? 0
        last = (cue.received.pts, cue.ordinal)
        return cue
    }
}

extension CueMessage {
    /// It says when: what is immediate or cancelled means another instant each time.
    fileprivate var namesTime: Bool { !isImmediate && !isCancelled && kind != .chapter }
}

// How they stand in bytes.

extension WireWriter {
    mutating func put(_ cues: ToldCues) {
        put(optional: cues.last) { writer, last in
            writer.put(last.received)
            writer.put(Int64(last.ordinal))
        }
        put(list: cues.known) { writer, known in
            writer.put(Int64(known.timeline))
            writer.put(
                Cue(at: Instant(pts: known.at), received: Instant(pts: known.at), message: known.message))
        }
    }
}

extension WireReader {
    mutating func toldCues() throws(WireError) -> ToldCues {
        let last = try optional { reader throws(WireError) in
            (received: try reader.integer(Int64.self), ordinal: Int(try reader.count()))
        }
        let known = try list(limit: 64) { reader throws(WireError) in
            let timeline = Int(try reader.count())
            let cue = try reader.cue()
            return ToldCues.Known(at: cue.at.pts, timeline: timeline, message: cue.message)
        }
        return ToldCues(last: last, known: known)
    }
}
