package import Timeline
internal import SceneEvents

// What numbers in a journal can be. Whatever lies beyond is damage, and nothing is computed from it: so sums
// and differences of what is believed do not overflow.
extension RunRecord {
    /// The largest count or index: what every JSON reader keeps exactly.
    static let largestCount = Int(JournalCursor.largestSequence)
    /// The last millisecond of the year 9999.
    static let latest: Int64 = 253_402_300_799_999
    /// Answers and gaps that may be open at once, far more than the look-ahead holds.
    static let mostOpen = 4096

    static func isCount(_ value: Int?) -> Bool { value.map { 0...largestCount ~= $0 } ?? true }

    static func isMoment(_ milliseconds: Int64) -> Bool { 0...latest ~= milliseconds }

    /// Whether a run can have come to this.
    var isPlausible: Bool {
        guard 0...JournalCursor.largestSequence ~= sequence, 0...sequence ~= decided,
            [timeline, pictures, shots, scores, parts, boundaries, scenes, gaps, firstShot].allSatisfy(
                Self.isCount),
            openAnswers.count <= Self.mostOpen, openGaps.count <= Self.mostOpen,
            Self.isCount(kind?.width), Self.isCount(kind?.height),
            heard.map({ Self.isMoment($0.unixMilliseconds) }) ?? true,
            knownTimelines.numbers.count <= TimelineNumbers.most + 1,
            knownTimelines.numbers.allSatisfy({ Self.isCount($0) })
        else { return false }
        guard let start else { return openAnswers.isEmpty && openGaps.isEmpty && openBoundary == nil }
        guard Self.isCount(start.timeline), let instants = clock?.plausible else { return false }
        // What stands in front of `reached` is subtracted from it.
        guard instants ~= reached,
            [shotEnd, sceneEnd, blockEnd, openBoundary?.at, heard?.pts].allSatisfy({
                $0.map { instants.lowerBound...reached ~= $0 } ?? true
            }), watermark.map({ instants ~= $0 }) ?? true
        else { return false }
        return openAnswers.allSatisfy { $0.isPlausible(within: instants.lowerBound...reached) }
            && openGaps.allSatisfy { $0.isPlausible(within: instants.lowerBound...reached) }
            && openBoundary.map { Self.isCount($0.leftShot) && Self.isCount($0.rightShot) } ?? true
    }
}

extension RunRecord.Start {
    /// nil where its time base cannot be one: both numbers are positive and fit 31 bits, as FFmpeg's do.
    package var clock: MediaClock? {
        guard timeBase.count == 2, timeBase.allSatisfy({ 1...Int64(1 << 31) ~= $0 }) else { return nil }
        return MediaClock(
            timeBase: TimeBase(numerator: timeBase[0], denominator: timeBase[1]), startPTS: startPTS)
    }
}

extension RunRecord.OpenAnswer {
    func isPlausible(within instants: ClosedRange<Int64>) -> Bool {
        instants ~= at && [revision, leftShot, rightShot, rightParts].allSatisfy(RunRecord.isCount)
    }
}

extension RunRecord.OpenGap {
    func isPlausible(within instants: ClosedRange<Int64>) -> Bool {
        instants ~= start && instants ~= end && start <= end && RunRecord.isCount(shots)
    }
}

extension RunRecord {
    /// What an event says of places on the timeline, checked: within those that the stream's clock allows,
    /// and in order.
    struct Places {
        var at: Int64?
        var start: Int64?
        var end: Int64?

        /// - Parameters:
        ///   - fields: of the event.
        ///   - instants: those that the clock allows; nil before `stream_start`.
        /// - Throws: where a place lies elsewhere.
        init(_ fields: EventFields, within instants: ClosedRange<Int64>?) throws(EventError) {
            func pts(_ name: String) throws(EventError) -> Int64? {
                let place: EventPlace? = try fields.find(name)
                guard let pts = place?.pts else { return nil }
                guard instants ?? EventLimits.ticks ~= pts else {
                    throw .field(path: name, problem: "is out of range")
                }
                return pts
            }
            (at, start, end) = (try pts("at"), try pts("start"), try pts("end"))
            if let start, let end, start > end { throw .field(path: "end", problem: "lies before the start") }
        }
    }
}
