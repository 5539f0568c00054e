package import Timeline

/// Puts decoded pictures on the stream's timeline: strictly increasing instants, exact durations, gaps.
///
/// A picture is held until the next one shows how long it lasts: one picture of delay. Pure arithmetic, no I/O.
package struct PictureTimeline {
    /// What stays the same along a stream.
    package struct Settings {
        package var timeBase: TimeBase
        /// The format's clock may be reset in mid-stream, so a long step forward means lost time.
        package var isDiscontinuous: Bool
        /// Where the clock may be reset: seconds between two pictures beyond which time was lost.
        package var longestHole: Double
        /// Ticks a picture lasts at the stream's rate; nil if unknown.
        package var nominalDuration: Int64?
        /// The packets' durations are the stream's own; else only the spacing of pictures counts.
        package var trustsDurations: Bool

        package init(
            timeBase: TimeBase, isDiscontinuous: Bool = false, longestHole: Double = 10,
            nominalDuration: Int64? = nil, trustsDurations: Bool = true
        ) {
            self.timeBase = timeBase
            self.isDiscontinuous = isDiscontinuous
            self.longestHole = longestHole
            self.nominalDuration = nominalDuration
            self.trustsDurations = trustsDurations
        }
    }

    /// A decoded picture before it has its place.
    package struct Arrival {
        /// Unwrapped presentation time; nil if the stream gives none.
        package var stamp: Int64?
        /// Ticks as the packet has it; 0 or less if unknown.
        package var duration: Int64
        package var analysis: AnalysisPicture
        package var crop: RGBPicture?
        package var isDamaged: Bool
        package var isKey = false
        package var followsLoss = false
        package var size: PictureSize?

        package init(
            stamp: Int64?, duration: Int64 = 0, analysis: AnalysisPicture, crop: RGBPicture? = nil,
            isDamaged: Bool = false
        ) {
            self.stamp = stamp
            self.duration = duration
            self.analysis = analysis
            self.crop = crop
            self.isDamaged = isDamaged
        }
    }

    private let settings: Settings
    private let second: Int64
    private let farthest: Int64
    private let longestHole: Int64
    private var timecode: TimecodeTrack?
    private var held: Picture?
    private var heldDuration: Int64 = 0
    /// A picture whose stamp is far from the held one's; the next picture tells whether the clock jumped.
    private var suspect: Arrival?
    /// Spacing of the last two pictures.
    private var lastStep: Int64?
    /// Added to stamps since the last reset of the clock.
    private var offset: Int64 = 0
    private var startPTS: Int64?
    private var frame: Int64? = 0

    /// Time stamps that were moved forward to keep the order.
    package private(set) var repairedTimestamps = 0
    package private(set) var gaps = 0

    package init(_ settings: Settings) {
        self.settings = settings
        second = max(1, settings.timeBase.ticks(seconds: 1))
        // Beyond three centuries from the start a stamp is damage; the sums below stay far from overflow.
        let seconds = min(
            1e10, 1e18 * Double(settings.timeBase.numerator) / Double(settings.timeBase.denominator))
        farthest = settings.timeBase.ticks(seconds: seconds)
        longestHole = max(second, settings.timeBase.ticks(seconds: settings.longestHole))
    }

    /// Where the first picture will stand. Call before it is pushed.
    func start(at stamp: Int64?) -> Int64 { bounded(stamp) ?? 0 }

    /// The stream's timecode. Call before the first picture.
    mutating func follow(_ timecode: TimecodeTrack) { self.timecode = timecode }

    /// Pictures were lost: those that follow have neither number nor timecode.
    package mutating func lose() { frame = nil }

    /// Takes the next picture in display order; hands out what has become certain, in order of time.
    ///
    /// A stamp far from where the picture is expected is believed only if the next picture agrees with it: one false
    /// stamp is repaired, a clock that was reset makes a gap. So a jump is seen one picture later.
    package mutating func push(_ arrival: Arrival) -> [MediaItem] {
        guard let last = held else {
            hold(arrival, at: start(at: arrival.stamp))
            return []
        }
        guard let jump = suspect else {
            if let pts = place(of: arrival, after: last) { return continueRun(arrival, at: pts) }
            suspect = arrival
            return []
        }
        suspect = nil
        let expected = last.at.pts + estimate()
        if let pts = place(of: arrival, after: last) {
            // The clock did not jump after all.
            return continueRun(jump, at: expected) + continueRun(arrival, at: max(pts, expected + 1))
        }
        return startRun(jump, expected: expected) + push(arrival)
    }

    /// The last pictures; empty if there were none. The end of the last is the end of the stream.
    package mutating func finish() -> [MediaItem] {
        guard let last = held else { return [] }
        var items: [MediaItem] = []
        if let jump = suspect {
            suspect = nil
            items = continueRun(jump, at: last.at.pts + estimate())
        }
        guard var final = held else { return items }
        final.duration = estimate()
        held = nil
        return items + [.picture(final)]
    }

    /// Where a picture stands if the clock runs on; nil if its stamp is far from what is expected.
    private func place(of arrival: Arrival, after last: Picture) -> Int64? {
        let expected = last.at.pts + estimate()
        let pts = shifted(arrival) ?? expected
        if pts <= last.at.pts { return last.at.pts - pts < second ? last.at.pts + 1 : nil }
        return settings.isDiscontinuous && pts - expected > longestHole ? nil : pts
    }

    private mutating func continueRun(_ arrival: Arrival, at pts: Int64) -> [MediaItem] {
        guard var last = held else { return [] }
        if let stamp = shifted(arrival), stamp != pts { repairedTimestamps += 1 }
        last.duration = pts - last.at.pts
        lastStep = last.duration
        hold(arrival, at: pts)
        return [.picture(last)]
    }

    /// The clock jumped: the picture opens what follows a gap. After a jump back the gap has no length, for nobody
    /// knows how long it was.
    private mutating func startRun(_ arrival: Arrival, expected: Int64) -> [MediaItem] {
        guard var last = held else { return [] }
        var pts = shifted(arrival) ?? expected
        if pts <= last.at.pts {
            offset += expected - pts
            pts = expected
        }
        last.duration = expected - last.at.pts
        lose()
        hold(arrival, at: pts)
        gaps += 1
        return [
            .picture(last), .gap(Gap(start: last.end, end: Instant(pts: pts), reason: .discontinuity)),
        ]
    }

    private mutating func hold(_ arrival: Arrival, at pts: Int64) {
        startPTS = startPTS ?? pts
        let at = Instant(pts: pts, frame: frame, timecode: timecode?.frames(at: pts, frame: frame))
        var picture = Picture(
            at: at, duration: 1, analysis: arrival.analysis, crop: arrival.crop,
            isDamaged: arrival.isDamaged)
        picture.size = arrival.size
        (picture.isKey, picture.followsLoss) = (arrival.isKey, arrival.followsLoss)
        held = picture
        heldDuration = settings.trustsDurations ? arrival.duration : 0
        frame = frame.map { $0 + 1 }
    }

    /// Ticks the held picture lasts if nothing follows.
    private func estimate() -> Int64 {
        let limit = 10 * second
        if heldDuration > 0 && heldDuration <= limit { return heldDuration }
        return max(1, min(lastStep ?? settings.nominalDuration ?? 1, limit))
    }

    /// The picture's stamp on the timeline as the clock stands; nil if it has none that a stream can have.
    private func shifted(_ arrival: Arrival) -> Int64? {
        arrival.stamp.flatMap { bounded($0.addingReportingOverflow(offset)) }
    }

    private func bounded(_ stamp: Int64?) -> Int64? {
        guard let stamp, stamp.magnitude < 1 << 61 else { return nil }
        guard let startPTS else { return stamp }
        return (stamp - startPTS).magnitude <= farthest.magnitude ? stamp : nil
    }

    private func bounded(_ sum: (partialValue: Int64, overflow: Bool)) -> Int64? {
        sum.overflow ? nil : bounded(sum.partialValue)
    }
}
