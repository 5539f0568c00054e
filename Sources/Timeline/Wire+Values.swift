// How the values of the timeline stand in bytes. Limits are far beyond what a stream can hold.

extension WireWriter {
    package mutating func put(_ instant: Instant) {
        put(instant.pts)
        put(optional: instant.frame) { $0.put($1) }
        put(optional: instant.timecode) { $0.put($1) }
    }

    package mutating func put(_ score: Score) { put(score.millionths) }

    package mutating func put(_ transition: Transition) {
        put(choice: transition.kind)
        put(optional: transition.mixed) { writer, mixed in
            writer.put(mixed.lowerBound)
            writer.put(mixed.upperBound)
        }
        put(transition.score)
    }

    package mutating func put<Value: CaseIterable & Equatable>(choice value: Value) {
        let index = Array(Value.allCases).firstIndex(of: value)
        put(UInt8(index ?? 0))
    }

    package mutating func put(_ gap: Gap) {
        put(gap.start)
        put(gap.end)
        put(choice: gap.reason)
    }

    package mutating func put(_ shot: Shot) {
        put(Int64(shot.index))
        put(shot.start)
        put(shot.end)
        put(shot.transition)
        put(list: shot.parts) { writer, part in
            writer.put(Int64(part.index))
            writer.put(part.start)
            writer.put(part.end)
            writer.put(list: part.keyFrames) { $0.put($1) }
        }
    }

    package mutating func put(_ media: MediaSummary) {
        put(media.container)
        put(media.codec)
        put(Int64(media.width))
        put(Int64(media.height))
        put(media.clock.timeBase.numerator)
        put(media.clock.timeBase.denominator)
        put(media.clock.startPTS)
        put(optional: media.clock.timecode) { writer, format in
            writer.put(format.labelsPerSecond)
            writer.put(format.isDropFrame)
        }
        put(media.startOffset)
    }
}

extension WireReader {
    /// Of reasonable size.
    package mutating func ticks() throws(WireError) -> Int64 {
        let value = try integer(Int64.self)
        guard value.magnitude <= Self.farthest.magnitude else {
            throw WireError(reason: "a time is out of range")
        }
        return value
    }

    package mutating func count() throws(WireError) -> Int64 {
        let value = try integer(Int64.self)
        guard 0...Self.farthest ~= value else { throw WireError(reason: "a count is out of range") }
        return value
    }

    package mutating func instant() throws(WireError) -> Instant {
        let pts = try integer(Int64.self)
        guard instants.contains(pts) else { throw WireError(reason: "an instant is out of range") }
        return Instant(
            pts: pts,
            frame: try optional { reader throws(WireError) in try reader.count() },
            timecode: try optional { reader throws(WireError) in try reader.count() })
    }

    package mutating func score() throws(WireError) -> Score {
        let millionths = try integer(Int32.self)
        guard 0...1_000_000 ~= millionths else { throw WireError(reason: "a score is out of range") }
        return Score(Double(millionths) / 1_000_000)
    }

    package mutating func transition() throws(WireError) -> Transition {
        let kind = try choice(TransitionKind.self)
        let mixed = try optional { reader throws(WireError) in
            let first = try reader.instant()
            let last = try reader.instant()
            guard first <= last else { throw WireError(reason: "a range ends before it starts") }
            return first...last
        }
        return Transition(kind: kind, mixed: mixed, score: try score())
    }

    package mutating func gap() throws(WireError) -> Gap {
        let (start, end) = (try instant(), try instant())
        guard start <= end else { throw WireError(reason: "a gap ends before it starts") }
        return Gap(start: start, end: end, reason: try choice())
    }

    package mutating func shot() throws(WireError) -> Shot {
        let index = Int(try count())
        let (start, end) = (try instant(), try instant())
        guard start < end else { throw WireError(reason: "a shot ends before it starts") }
        let entry = try transition()
        let parts = try list(limit: 1 << 18) { reader throws(WireError) in
            PartSummary(
                index: Int(try reader.count()), start: try reader.instant(), end: try reader.instant(),
                keyFrames: try reader.list(limit: 256) { reader throws(WireError) in try reader.instant() })
        }
        return Shot(index: index, start: start, end: end, transition: entry, parts: parts)
    }

    package mutating func media() throws(WireError) -> MediaSummary {
        let (container, codec) = (try text(limit: 64), try text(limit: 64))
        let (width, height) = (try count(), try count())
        let (numerator, denominator) = (try integer(Int64.self), try integer(Int64.self))
        guard 1...Int64(1 << 31) ~= numerator, 1...Int64(1 << 31) ~= denominator, width > 0, height > 0 else {
            throw WireError(reason: "the stream has no clock or no size")
        }
        var clock = MediaClock(
            timeBase: TimeBase(numerator: numerator, denominator: denominator), startPTS: try ticks())
        clock.timecode = try optional { reader throws(WireError) in
            let labels = try reader.integer(Int64.self)
            let drops = try reader.bool()
            guard 1...1000 ~= labels, !drops || [30, 60].contains(labels) else {
                throw WireError(reason: "the timecode counts no known rate")
            }
            return TimecodeFormat(labelsPerSecond: labels, isDropFrame: drops)
        }
        var media = MediaSummary(
            container: container, codec: codec, width: Int(width), height: Int(height), clock: clock)
        media.startOffset = try count()
        return media
    }
}
