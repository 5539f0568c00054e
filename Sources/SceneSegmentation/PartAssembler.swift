internal import DequeModule
package import Timeline

/// Pictures, cuts and horizon in; parts and shots out (contract 3 to 7).
///
/// A value: no clock, no I/O. A picture is settled once it lies before the horizon; only settled pictures
/// count. The result depends on pictures and cuts alone, not on how far the horizon moves at a time. Holds
/// the pictures between horizon and now, and what `OpenRun` keeps.
package struct PartAssembler {
    package enum Output: Sendable {
        /// A part was closed: it never changes. `isLastOfShot` is also set where a gap or the end follows.
        case part(Part)
        /// A shot came to its end; all its parts were given before.
        case shot(Shot)
    }

    private struct OpenShot {
        var index: Int
        var start: Instant
        var entry: Transition
        var parts: [PartSummary] = []
    }

    package let timeBase: TimeBase
    package let sampling: EncoderInput.Sampling
    private let timing: SplitTiming
    private var pending: Deque<Picture> = []
    private var cuts: Deque<ShotCut> = []
    /// Mixed ranges that pending pictures may lie in, in order.
    private var mixedRanges: Deque<ClosedRange<Int64>> = []
    private var horizon = Int64.min
    private var newest: Int64?
    private var shot: OpenShot?
    private var run: OpenRun?
    private var partCount = 0
    private var shotCount = 0

    /// - Parameters:
    ///   - timeBase: of the stream.
    ///   - rule: how shots are split.
    ///   - splitAfter: tau in seconds; at least 3 m.
    ///   - minimumShotLength: m in seconds.
    ///   - sampling: the pictures that the encoder wants of each part; a possible one.
    package init(
        timeBase: TimeBase, rule: SplitRule, splitAfter: Double, minimumShotLength: Double,
        sampling: EncoderInput.Sampling
    ) {
        precondition(sampling.isPossible, "a part has a picture, and a clip an end")
        self.timeBase = timeBase
        self.sampling = sampling
        timing = SplitTiming(
            rule: rule, timeBase: timeBase, splitAfter: splitAfter, minimumShotLength: minimumShotLength)
    }

    /// Parts of a shot at most. One that goes on with hardly fewer ends, and another begins: what is told and
    /// kept of one shot has a bound, whatever a camera that never cuts shows.
    package static let mostParts = 4096

    /// Parts with which a shot that goes on ends with its next run. Until that run closes, which is m behind
    /// its end, the shot may end at a place that the horizon has passed.
    static func partsBeforeLastRun(_ rule: SplitRule) -> Int {
        // This run gives one part, or three, and one more behind it could give two, or four.
        mostParts - (rule == .thirds ? 6 : 2)
    }

    /// Pictures whose planes are held now: those not yet settled and those that a part may still want.
    package var heldPictures: Int { pending.count + (run?.heldPictures ?? 0) }

    /// Pictures of which at least the instant is held now.
    package var heldInstants: Int { pending.count + (run?.samples.count ?? 0) }

    /// Takes the next picture in display order, with what the detector said to it.
    ///
    /// A cut begins its shot with the first picture at or after it. Cuts come in order, none before an
    /// earlier horizon.
    package mutating func push(_ picture: Picture, cuts: [ShotCut], horizon: Int64) -> [Output] {
        precondition(newest.map { $0 < picture.at.pts } ?? true, "pictures come in display order")
        newest = picture.at.pts
        pending.append(picture)
        var output: [Output] = []
        take(cuts, horizon)
        settle(into: &output)
        return output
    }

    /// The pictures are over at `end` (end of stream, or a gap begins): everything closes.
    ///
    /// Afterwards it takes what follows the gap: indices go on, and the next shot begins with `.start`.
    package mutating func finish(at end: Instant, cuts: [ShotCut], horizon: Int64) -> [Output] {
        var output: [Output] = []
        take(cuts, max(horizon, end.pts))
        settle(into: &output)
        if shot != nil { closeShot(at: end, into: &output) }
        pending.removeAll()
        self.cuts.removeAll()
        mixedRanges.removeAll()
        self.horizon = .min
        return output
    }

    /// The open shot's open part as far as it is settled, as if it ended there; nil if no picture of it is
    /// settled.
    ///
    /// It has the index that the next closed part will have, and is the open run's whole length: with
    /// `thirds` it may be longer than tau. Changes nothing.
    package func openPart() -> Part? {
        guard let shot, let run, let last = run.samples.last, !run.samples.isEmpty else { return nil }
        let end =
            pending.first?.at
            ?? Instant(
                pts: last.at.pts + last.duration, frame: last.at.frame.map { $0 + 1 },
                timecode: last.at.timecode.map { $0 + 1 })
        return part(of: shot, run, run.samples.indices, end: end, isLastOfShot: false)
    }

    // MARK: - Settling

    private mutating func take(_ newCuts: [ShotCut], _ newHorizon: Int64) {
        precondition(newHorizon >= horizon, "the horizon never decreases")
        horizon = newHorizon
        for cut in newCuts {
            cuts.append(cut)
            if let mixed = cut.transition.mixed {
                mixedRanges.append(mixed.lowerBound.pts...mixed.upperBound.pts)
            }
        }
    }

    private mutating func settle(into output: inout [Output]) {
        while let picture = pending.first, picture.at.pts < horizon {
            if let cut = cuts.first, cut.at.pts <= picture.at.pts {
                cuts.removeFirst()
                // A cut before the first picture, or a second one before the same picture, ends nothing.
                guard run != nil else { continue }
                closeShot(at: picture.at, into: &output)
                open(at: picture.at, entry: cut.transition)
            } else {
                if shot == nil { open(at: picture.at, entry: .start) }
                pending.removeFirst()
                append(picture)
                splitWhereDue(into: &output)
            }
        }
        splitWhereDue(into: &output)
    }

    private mutating func open(at start: Instant, entry: Transition) {
        shot = OpenShot(index: shotCount, start: start, entry: entry)
        shotCount += 1
    }

    private mutating func append(_ picture: Picture) {
        let pts = picture.at.pts
        while let range = mixedRanges.first, range.upperBound < pts { mixedRanges.removeFirst() }
        let isMixed = mixedRanges.first.map { $0.contains(pts) } ?? false
        let fitness: OpenRun.Fitness = picture.isDamaged ? .damaged : isMixed ? .mixed : .clean
        var sample = OpenRun.Sample(
            at: picture.at, duration: picture.duration, fitness: fitness, isDamaged: picture.isDamaged,
            difference: 0, span: 0, analysis: picture.analysis, views: picture.views)
        if let last = run?.samples.last {
            sample.difference = last.difference
            sample.span = last.span
            if last.fitness == .clean, fitness == .clean, let before = last.analysis {
                sample.difference += lumaDifference(before, picture.analysis)
                sample.span += pts - last.at.pts
            }
        }
        if run == nil { run = OpenRun(timing: timing, sampling: sampling, start: pts) }
        run?.append(sample)
    }

    // MARK: - Closing

    /// Closes parts of a shot that goes on.
    private mutating func splitWhereDue(into output: inout [Output]) {
        guard let length = timing.runLength, let newest else { return }
        // The end of the stream comes unforeseen, but not before the newest picture.
        let certain = min(horizon, newest)
        while let run {
            let target = run.start + length
            guard certain >= run.start + timing.minimumLength, newest > target,
                let index = run.lastIndex(atOrBefore: target)
            else { return }
            // The picture behind the target must be known, or a later one at or before it may still come.
            let isTargetPassed =
                index + 1 < run.samples.count || pending.first.map { $0.at.pts > target } ?? false
            guard isTargetPassed, let split = run.splitIndex(target: target, after: 0, end: nil) else {
                return
            }
            let safe = safeEnd(run, split: split)
            guard certain >= safe, cuts.first.map({ $0.at.pts >= safe }) ?? true else { return }
            closeRun(at: split, into: &output)
        }
    }

    /// The earliest end of the shot with which its run is closed at `split`; before it the run ends with the
    /// shot.
    private func safeEnd(_ run: OpenRun, split: Int) -> Int64 {
        let pts = run.samples[split].at.pts
        let closing = timing.rule == .thirds ? max(pts, run.start + 3 * timing.splitAfter) : pts
        return closing + timing.minimumLength
    }

    /// Closes the open run at one of its samples; what follows becomes the next run, of another shot where
    /// this one has parts enough.
    private mutating func closeRun(at split: Int, into output: inout [Output]) {
        guard let run, let shot else { return }
        let targets = timing.rule == .thirds ? [timing.splitAfter, 2 * timing.splitAfter] : []
        let end = run.samples[split].at
        let isFull = shot.parts.count >= Self.partsBeforeLastRun(timing.rule)
        closeParts(targets, upTo: split, end: end, endsShot: isFull, into: &output)
        self.run = run.continued(from: split)
        guard isFull else { return }
        endShot(at: end, into: &output)
        open(at: end, entry: .start)
    }

    private mutating func closeShot(at end: Instant, into output: inout [Output]) {
        while let run {
            let length = end.pts - run.start
            if let runLength = timing.runLength, length > runLength,
                let split = run.splitIndex(target: run.start + runLength, after: 0, end: end.pts),
                end.pts >= safeEnd(run, split: split)
            {
                closeRun(at: split, into: &output)
            } else {
                closeParts(
                    timing.equalParts(length: length), upTo: run.samples.count, end: end, endsShot: true,
                    into: &output)
                self.run = nil
            }
        }
        endShot(at: end, into: &output)
    }

    private mutating func endShot(at end: Instant, into output: inout [Output]) {
        guard let shot else { return }
        output.append(
            .shot(
                Shot(
                    index: shot.index, start: shot.start, end: end, transition: shot.entry, parts: shot.parts)
            ))
        self.shot = nil
    }

    /// Closes the samples before index `upTo` as parts, split at `targets` (ticks from the run's start).
    private mutating func closeParts(
        _ targets: [Int64], upTo limit: Int, end: Instant, endsShot: Bool, into output: inout [Output]
    ) {
        guard let run else { return }
        var first = 0
        for target in targets {
            let split = run.splitIndex(target: run.start + target, after: first, end: end.pts)
            guard let split, split < limit else { continue }
            close(run, first..<split, end: run.samples[split].at, isLastOfShot: false, into: &output)
            first = split
        }
        close(run, first..<limit, end: end, isLastOfShot: endsShot, into: &output)
    }

    private mutating func close(
        _ run: OpenRun, _ range: Range<Int>, end: Instant, isLastOfShot: Bool, into output: inout [Output]
    ) {
        guard let shot else { return }
        let part = part(of: shot, run, range, end: end, isLastOfShot: isLastOfShot)
        partCount += 1
        self.shot?.parts.append(
            PartSummary(index: part.index, start: part.start, end: end, keyFrames: part.keyFrames.map(\.at)))
        output.append(.part(part))
    }

    private func part(
        of shot: OpenShot, _ run: OpenRun, _ range: Range<Int>, end: Instant, isLastOfShot: Bool
    ) -> Part {
        let start = run.samples[range.lowerBound].at
        return Part(
            index: partCount, shotIndex: shot.index, start: start, end: end,
            duration: timeBase.seconds(end.pts - start.pts),
            entry: start == shot.start ? shot.entry : nil, isLastOfShot: isLastOfShot,
            keyFrames: run.pictures(in: range),
            motion: run.motion(in: range, timeBase: timeBase))
    }
}
