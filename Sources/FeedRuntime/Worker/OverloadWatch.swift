internal import Platform
internal import MediaInput
internal import SceneSegmentation
internal import Timeline

/// Asks the gauge once a second, and makes the reader do what it says, or what the feed asks for if that is
/// more.
struct OverloadWatch {
    private let clock: MediaClock
    private let relief: DecodingRelief
    private let wish: DecodingRelief
    /// What can be left out of this input beyond what its plan leaves out.
    private let steps: [Relief.Step]
    /// What its plan leaves out.
    private let planned: [Relief.Step]
    private var gauge: OverloadGauge
    private var askAt = 0.0

    /// - Parameters:
    ///   - reader: what is read.
    ///   - specification: says what can be left out.
    ///   - relief: what the reader leaves out.
    ///   - wish: what the feed asks for at least.
    init(
        _ reader: MediaReader, _ specification: WorkerSpecification, _ relief: DecodingRelief,
        wish: DecodingRelief
    ) {
        clock = reader.summary.clock
        self.relief = relief
        self.wish = wish
        let plan = specification.media.plan
        planned = plan.leftOut
        var steps: [Relief.Step] = []
        if plan == .exact { steps.append(.loopFilter) }
        if !plan.leavesOutPictures, reader.canLeaveOutPictures { steps.append(.pictures) }
        if plan != .scout, reader.canLeaveOutGroups { steps.append(.groups) }
        if case .keyFrames(let count) = specification.sampling, count > 1 { steps.append(.keyFrames) }
        self.steps = steps
        gauge = OverloadGauge(steps: steps, startingAt: relief.step)
    }

    /// - Returns: all that is left out from now on, if it is more or less than before.
    mutating func push(_ picture: Picture, waited: Double) -> Relief.LeftOut? {
        let now = WallClock.monotonicSeconds()
        guard now >= askAt else { return nil }
        askAt = now + 1
        _ = gauge.push(now: now, waited: waited, media: clock.seconds(at: picture.end.pts))
        let step = max(gauge.step, steps.last { $0 <= wish.step } ?? .none)
        guard step != relief.step else { return nil }
        relief.step = step
        // What a plan leaves out anyway is named from the first step on.
        return step == .none ? .nothing : Relief.LeftOut(planned + steps.filter { $0 <= step })
    }

    mutating func restart() { gauge.restart() }
}
