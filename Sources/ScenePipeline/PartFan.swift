package import SceneEvents
package import SceneSegmentation
package import Timeline

/// Hands what is found in the pictures to several sinks, each of which decides by options of its own: one
/// decoding for many answers.
///
/// Events are kept for each sink apart, and taken from here: the session that drives it gets none.
package struct PartFan<Sink: PartSink>: PartSink {
    private var sinks: [Sink]
    /// What each sink told, since it was taken last.
    private var told: [[Event]]

    /// `sinks`: as new, at least one; all are told of the same parts.
    package init(_ sinks: [Sink]) {
        precondition(!sinks.isEmpty, "a fan has somewhere to go")
        self.sinks = sinks
        told = Array(repeating: [], count: sinks.count)
    }

    /// Events of each sink since the last call, in its own order.
    package mutating func takeEvents() -> [[Event]] {
        defer { told = Array(repeating: [], count: sinks.count) }
        return told
    }

    /// What each sink has found.
    package var allCounts: [StreamCounts] { sinks.map(\.counts) }

    /// Of the first sink; what is set is the pictures, for all.
    package var counts: StreamCounts {
        get { sinks[0].counts }
        set {
            for index in sinks.indices {
                sinks[index].counts.pictures = newValue.pictures
                sinks[index].counts.damagedPictures = newValue.damagedPictures
            }
        }
    }

    package mutating func push(_ part: EncodedPart, at now: Instant, into events: inout [Event]) {
        for index in sinks.indices { sinks[index].push(part, at: now, into: &told[index]) }
    }

    package mutating func push(_ shot: Shot, into events: inout [Event]) {
        for index in sinks.indices { sinks[index].push(shot, into: &told[index]) }
    }

    /// The open part is made once, whoever asks.
    package mutating func advance(
        to now: Instant, horizon: Int64, openPart: () -> EncodedPart?, into events: inout [Event]
    ) {
        var made: EncodedPart??
        for index in sinks.indices {
            sinks[index].advance(
                to: now, horizon: horizon,
                openPart: {
                    if let made { return made }
                    let part = openPart()
                    made = .some(part)
                    return part
                }, into: &told[index])
        }
    }

    package mutating func push(_ gap: Gap, into events: inout [Event]) {
        for index in sinks.indices { sinks[index].push(gap, into: &told[index]) }
    }

    package mutating func finish(at end: Instant, into events: inout [Event]) {
        for index in sinks.indices { sinks[index].finish(at: end, into: &told[index]) }
    }
}
