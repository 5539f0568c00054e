internal import Timeline

/// Puts decoded pictures on the stream's timeline: strictly increasing instants, exact durations, gaps.
///
/// A picture is held until the next one shows how long it lasts: one picture of delay, a few more where
/// stamps jump. Pure arithmetic, no I/O.
package struct PictureTimeline {
    private let settings: Settings
    private let second: Int64
    private let farthest: Int64
    private let longestHole: Int64
    private var timecode: TimecodeTrack?
    private var held: Picture?
    private var heldDuration: Int64 = 0
    /// What stands in front of the held picture.
    private var heldCues: [MediaItem] = []
    private var repeats = CueRepeats()
    private var spacing: PictureSpacing
    /// Pictures whose stamps are far from the held one's; those that follow tell whether the clock jumped.
    private var suspects: [Arrival] = []
    /// Spacing of the last two pictures whose stamps were believed.
    private var lastStep: Int64?
    /// The last picture's stamp as it came, and how many in a row before it had the same.
    private var lastStamp: (value: Int64, repeats: Int)?
    /// Nothing was handed out yet: the held picture is the stream's first.
    private var isFirst = true

    /// So many pictures in a row must agree on another clock before it is believed.
    private static let witnesses = 6
    /// So many pictures wait at most.
    private static let mostSuspects = 12
    /// Added to stamps since the last reset of the clock.
    private var offset: Int64 = 0
    private var startPTS: Int64?
    private var frame: Int64? = 0
    /// The next picture begins another link of a chained input.
    private var opening: LinkClock?
    /// Presentation time of the last packet that the decoder refused since the held picture.
    private var refused: Int64?
    /// The same of the last one, believed or not.
    private var lastRefused: Int64?

    /// What is known of a link's clock.
    package enum LinkClock: Hashable, Sendable {
        /// It should be the one that ran before.
        case same
        /// It may begin anywhere.
        case new
    }

    /// Time stamps that were moved forward to keep the order.
    package private(set) var repairedTimestamps = 0
    package private(set) var gaps = 0

    package init(_ settings: Settings) {
        self.settings = settings
        second = max(1, settings.timeBase.ticks(seconds: 1))
        spacing = PictureSpacing(second: second)
        // The sums below stay far from overflow.
        let seconds = min(
            MediaClock.century,
            1e18 * Double(settings.timeBase.numerator) / Double(settings.timeBase.denominator))
        farthest = settings.timeBase.ticks(seconds: seconds)
        longestHole = max(second, settings.timeBase.ticks(seconds: settings.longestHole))
    }

    /// Where the first picture will stand. Call before it is pushed.
    func start(at stamp: Int64?) -> Int64 { bounded(stamp) ?? 0 }

    /// The stream's timecode. Call before the first picture.
    mutating func follow(_ timecode: TimecodeTrack) { self.timecode = timecode }

    /// Pictures were lost: those that follow have neither number nor timecode. `stamp`: of the packet that
    /// was refused. Where more than a second is missing then, there is a gap.
    package mutating func lose(_ stamp: Int64? = nil) {
        frame = nil
        let isBelievable = stamp.map { isNear($0) } ?? false
        lastRefused = stamp ?? lastRefused
        refused = max(refused ?? .min, isBelievable ? stamp ?? .min : .min)
    }

    /// Whether a refused packet's stamp is near the held picture's or another's: one far ahead of all is
    /// damage.
    private func isNear(_ stamp: Int64) -> Bool {
        guard let held, let pts = shifted(stamp) else { return held == nil }
        let reach = longestHole + estimate()
        return pts - held.at.pts <= reach
            || [refused, lastRefused].contains { other in
                other.flatMap { shifted($0) }.map { (pts - $0).magnitude <= reach.magnitude } ?? false
            }
    }

    /// The next picture is the first of another link.
    package mutating func openLink(_ clock: LinkClock) { opening = clock }

    /// Seconds that refused packets would have lasted beyond the end of the held picture; 0 if none were
    /// refused.
    package var missingAtEnd: Double {
        guard let held, let refused, let stamp = shifted(refused) else { return 0 }
        return max(0, settings.timeBase.seconds(stamp - held.at.pts - estimate()))
    }

    /// Ticks from stamps to the timeline; nil while stamps are in doubt.
    package var shift: Int64? { suspects.isEmpty ? offset : nil }

    /// Takes the next picture in display order; hands out what has become certain, in order of time.
    ///
    /// Stamps far from where pictures are expected are believed only if six pictures in a row agree on them
    /// (two where a picture lasts a sixth of a second or more): a few false stamps are repaired, a clock that
    /// was reset makes a gap. A stamp that three pictures in a row share says nothing: the third follows at
    /// the stream's rate.
    package mutating func push(_ arrival: Arrival) -> [MediaItem] {
        guard let last = held else {
            note(arrival)
            hold(arrival, at: start(at: arrival.stamp))
            return []
        }
        if let clock = opening {
            lastStamp = nil
            note(arrival)
            return startLink(arrival, clock)
        }
        if isFrozen(arrival) {
            var unstamped = arrival
            unstamped.stamp = nil
            return suspects.isEmpty ? take(unstamped, after: last) : suspect(unstamped)
        }
        return take(arrival, after: last)
    }

    private mutating func take(_ arrival: Arrival, after last: Picture) -> [MediaItem] {
        if !suspects.isEmpty, shifted(arrival) == nil { return suspect(arrival) }
        guard let pts = place(of: arrival, after: last) else { return suspect(arrival) }
        guard suspects.isEmpty else {
            // The clock did not jump after all.
            return repair(before: pts) + continueRun(arrival, at: max(pts, (held?.at.pts ?? pts) + 1))
        }
        let expected = last.at.pts + estimate()
        if isHole(from: expected, to: pts, silence: arrival.silence) {
            return startRun(arrival, expected: expected)
        }
        return continueRun(arrival, at: pts)
    }

    /// The last pictures; empty if there were none. The end of the last is the end of the stream.
    /// `cues`: what stands behind them.
    package mutating func finish(cues: [CueArrival] = []) -> [MediaItem] {
        guard held != nil else { return [] }
        // One odd stamp at the end is repaired; where it can only be a long picture, or others agree, it
        // stands.
        var items =
            suspects.count == 1 && (settings.isDiscontinuous || !leapsForward(suspects[0]))
            ? repair(before: nil) : []
        while !suspects.isEmpty { items += believe(from: 0) }
        guard var final = held else { return items }
        final.duration = estimate()
        held = nil
        return items + heldCues + [.picture(final)] + placed(cues, at: final.end)
    }

    /// Where a picture stands if the clock runs on; nil if its stamp is far from what is expected.
    private func place(of arrival: Arrival, after last: Picture) -> Int64? {
        let step = estimate()
        let expected = last.at.pts + step * Int64(suspects.count + 1)
        let pts = shifted(arrival) ?? expected
        if pts <= last.at.pts { return last.at.pts - pts < second ? last.at.pts + 1 : nil }
        return pts - expected > longestHole && !endsHeld(at: pts) ? nil : pts
    }

    /// Whether the held picture's own duration reaches about to `pts`.
    private func endsHeld(at pts: Int64) -> Bool {
        guard let held, suspects.isEmpty, 0 < heldDuration, heldDuration <= longestPicture else {
            return false
        }
        return (pts - held.at.pts - heldDuration).magnitude <= longestHole.magnitude
    }

    /// Whether what the stamps skip was lost: nothing came for about as long, from a source that is never
    /// silent.
    private func isHole(from expected: Int64, to pts: Int64, silence: Double) -> Bool {
        guard settings.asksWallClock, settings.isNeverSilent, pts - expected > second else { return false }
        let skipped = settings.timeBase.seconds(pts - expected)
        return silence >= 1 && silence >= skipped / 2
    }

    // MARK: - Stamps in doubt

    private mutating func note(_ arrival: Arrival) {
        guard let stamp = arrival.stamp else { return }
        if let lastStamp, lastStamp.value == stamp {
            self.lastStamp = (stamp, lastStamp.repeats + 1)
        } else {
            lastStamp = (stamp, 0)
        }
    }

    /// The stamp is that of the two pictures before, too.
    private mutating func isFrozen(_ arrival: Arrival) -> Bool {
        note(arrival)
        return arrival.stamp != nil && lastStamp?.repeats ?? 0 >= 2
    }

    private mutating func suspect(_ arrival: Arrival) -> [MediaItem] {
        suspects.append(arrival)
        if let start = credibleStart { return believe(from: start) }
        return suspects.count < Self.mostSuspects ? [] : believe(from: 0)
    }

    /// Where pictures begin that agree with one another long enough to be believed; nil: not yet.
    private var credibleStart: Int? {
        let isSlow = max(estimate(), lastStep ?? 0) * Int64(Self.witnesses) >= second
        var start = suspects.count - 1
        while start > 0, follows(suspects[start], suspects[start - 1], isSlow: isSlow) { start -= 1 }
        return suspects.count - start >= (isSlow ? 2 : Self.witnesses) ? start : nil
    }

    private func follows(_ next: Arrival, _ arrival: Arrival, isSlow: Bool) -> Bool {
        guard let stamp = shifted(arrival), let after = shifted(next) else { return true }
        return after > stamp && (isSlow || !settings.isDiscontinuous || after - stamp <= longestHole)
    }

    /// The clock did not jump: the suspects' stamps are false. They follow at the stream's rate, evenly where
    /// that leaves no room before `pts`.
    private mutating func repair(before pts: Int64?) -> [MediaItem] {
        guard let last = held else { return [] }
        let pictures = suspects
        suspects = []
        var step = estimate()
        let count = Int64(pictures.count)
        if let pts, last.at.pts + step * count >= pts { step = max(1, (pts - last.at.pts) / (count + 1)) }
        var items: [MediaItem] = []
        for (index, picture) in pictures.enumerated() {
            items += continueRun(picture, at: last.at.pts + step * Int64(index + 1))
        }
        return items
    }

    /// The clock jumped with suspect `start`; those before it had false stamps.
    private mutating func believe(from start: Int) -> [MediaItem] {
        let run = Array(suspects[start...])
        suspects = Array(suspects[..<start])
        var items = repair(before: nil)
        guard let last = held else { return items }
        items += startRun(run[0], expected: last.at.pts + estimate())
        for picture in run.dropFirst() {
            guard let last = held else { break }
            items += take(picture, after: last)
        }
        return items
    }

    private func leapsForward(_ arrival: Arrival) -> Bool {
        guard let stamp = shifted(arrival), let last = held else { return false }
        return stamp > last.at.pts
    }

    /// The first picture of a link: right behind what was before, unless its clock shows a hole.
    private mutating func startLink(_ arrival: Arrival, _ clock: LinkClock) -> [MediaItem] {
        opening = nil
        var items: [MediaItem] = []
        while !suspects.isEmpty { items += suspects.count == 1 ? repair(before: nil) : believe(from: 0) }
        guard let last = held else { return items }
        let expected = last.at.pts + estimate()
        let pts = shifted(arrival) ?? expected
        let isBehind = pts < expected - estimate() / 2
        if pts - expected > longestHole || isBehind && clock == .same && expected - pts >= second {
            return items + startRun(arrival, expected: expected, isLink: true)
        }
        if isBehind { turn(by: expected - pts) }
        return items + continueRun(arrival, at: isBehind ? expected : max(pts, last.at.pts + 1))
    }

    /// The clock was reset: later stamps count so many ticks more. Where no sum of resets fits any more,
    /// stamps say nothing.
    private mutating func turn(by ticks: Int64) {
        let (sum, isBeyond) = offset.addingReportingOverflow(ticks)
        offset = isBeyond ? (ticks < 0 ? .min : .max) : sum
        // A link that begins a little early is on the same clock.
        if ticks.magnitude >= second.magnitude { repeats.forget() }
    }

    private mutating func continueRun(_ arrival: Arrival, at place: Int64) -> [MediaItem] {
        guard var last = held else { return [] }
        let pts = spacing.place(place, behind: last.at.pts)
        let cues = heldCues
        let stamp = shifted(arrival)
        let expected = last.at.pts + estimate()
        isFirst = false
        if refused != nil, pts - expected > second {
            if let stamp, stamp != pts { repairedTimestamps += 1 }
            last.duration = expected - last.at.pts
            hold(arrival, at: pts)
            gaps += 1
            let gap = Gap(start: last.end, end: Instant(pts: pts), reason: .missing)
            return cues + [.picture(last), .gap(gap)]
        }
        last.duration = pts - last.at.pts
        if let stamp, stamp != pts { repairedTimestamps += 1 } else { lastStep = last.duration }
        hold(arrival, at: pts)
        return cues + [.picture(last)]
    }

    /// The clock jumped: the picture opens what follows a gap.
    ///
    /// After a jump back the gap has no length, for nobody knows how long it was; nor has it after a jump
    /// forward that the wall clock does not bear out. Where the format's clock is never reset, a leap forward
    /// is a long picture. A first picture that stands apart from all others had a false stamp: there is no
    /// gap, and the others follow it. `isLink`: it opens another link, behind whose hole nothing is a long
    /// picture.
    private mutating func startRun(
        _ arrival: Arrival, expected: Int64, isLink: Bool = false
    ) -> [MediaItem] {
        guard var last = held else { return [] }
        var pts = shifted(arrival) ?? expected
        let isForward = pts > last.at.pts
        if isForward, !settings.isDiscontinuous, !isLink { return continueRun(arrival, at: pts) }
        let skipped = settings.timeBase.seconds(pts - expected)
        let isFalseStart = isFirst && !isLink && (!isForward || skipped > Self.longestStart)
        let isBorneOut = !settings.asksWallClock || skipped <= 2 + 1.5 * max(arrival.silence, arrival.pause)
        if !isForward || isFalseStart || !isBorneOut {
            turn(by: expected - pts)
            pts = expected
        }
        last.duration = expected - last.at.pts
        let cues = heldCues
        if isFalseStart {
            repairedTimestamps += 1
            hold(arrival, at: pts)
            isFirst = false
            return cues + [.picture(last)]
        }
        lose()
        hold(arrival, at: pts)
        isFirst = false
        gaps += 1
        let gap = Gap(start: last.end, end: Instant(pts: pts), reason: .discontinuity)
        return cues + [.picture(last), .gap(gap)]
    }

    /// Seconds behind the first picture beyond which its stamp, not that of the others, is false.
    private static let longestStart = 3600.0

    private mutating func hold(_ arrival: Arrival, at pts: Int64) {
        startPTS = startPTS ?? pts
        let at = Instant(pts: pts, frame: frame, timecode: timecode?.frames(at: pts, frame: frame))
        var picture = Picture(
            at: at, duration: 1, analysis: arrival.analysis, views: arrival.views,
            isDamaged: arrival.isDamaged)
        picture.mark = arrival.mark
        picture.size = arrival.size
        picture.codec = arrival.codec
        (picture.isKey, picture.followsLoss) = (arrival.isKey, arrival.followsLoss)
        picture.isFilled = arrival.isFilled
        held = picture
        heldCues = placed(arrival.cues, at: at)
        refused = nil
        heldDuration = settings.trustsDurations ? arrival.duration : 0
        frame = frame.map { $0 + 1 }
    }

    /// Messages in front of a picture at `received`, on the timeline as the clock stands there; without those
    /// that were told.
    private mutating func placed(_ arrivals: [CueArrival], at received: Instant) -> [MediaItem] {
        let news = arrivals.filter { repeats.isNew($0) }
        return news.enumerated().map { ordinal, arrival in
            let pts = max(startPTS ?? received.pts, arrival.stamp.flatMap { shifted($0) } ?? received.pts)
            return .cue(
                Cue(
                    at: pts == received.pts ? received : Instant(pts: pts), received: received,
                    ordinal: ordinal, message: arrival.message))
        }
    }

    /// Ticks of an hour, which no picture is believed to last.
    private var longestPicture: Int64 { 3600 * second }

    /// Ticks the held picture lasts if nothing follows. More than ten seconds are believed only of two that
    /// agree: its packet's duration, the spacing before it, the stream's rate.
    private func estimate() -> Int64 {
        let limit = 10 * second
        if heldDuration > 0 && heldDuration <= limit { return heldDuration }
        let usual = lastStep ?? settings.nominalDuration ?? 1
        guard usual > limit else { return max(1, usual) }
        let others = [heldDuration, lastStep == nil ? 0 : settings.nominalDuration ?? 0]
        // But for rounding.
        let isBorneOut = others.contains { $0 > 0 && ($0 - usual).magnitude <= 1 }
        return isBorneOut && usual <= longestPicture ? usual : limit
    }

    /// The picture's stamp on the timeline as the clock stands; nil if it has none that a stream can have.
    private func shifted(_ arrival: Arrival) -> Int64? { arrival.stamp.flatMap { shifted($0) } }

    private func shifted(_ stamp: Int64) -> Int64? { bounded(stamp.addingReportingOverflow(offset)) }

    private func bounded(_ stamp: Int64?) -> Int64? {
        guard let stamp, stamp.magnitude <= MediaClock.farthest.magnitude else { return nil }
        guard let startPTS else { return stamp }
        return (stamp - startPTS).magnitude <= farthest.magnitude ? stamp : nil
    }

    private func bounded(_ sum: (partialValue: Int64, overflow: Bool)) -> Int64? {
        sum.overflow ? nil : bounded(sum.partialValue)
    }
}
