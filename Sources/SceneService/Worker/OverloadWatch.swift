internal import MediaInput
internal import Timeline

/// Asks the gauge once a second, and makes the reader do what it says.
struct OverloadWatch {
    private let clock: MediaClock
    private let relief: DecodingRelief
    private var gauge: OverloadGauge
    private var askAt = 0.0

    init(_ reader: MediaReader, _ specification: WorkerSpecification, _ relief: DecodingRelief) {
        clock = reader.summary.clock
        self.relief = relief
        var steps: [Relief.Step] = []
        if specification.media.plan == .exact { steps.append(.loopFilter) }
        if specification.media.plan != .fastest, reader.canLeaveOutPictures { steps.append(.pictures) }
        if specification.keyFrameCount > 1 { steps.append(.keyFrames) }
        gauge = OverloadGauge(steps: steps, startingAt: relief.step)
    }

    /// - Returns: the step that holds from now on, if it is another one.
    mutating func push(_ picture: Picture, waited: Double) -> Relief.Step? {
        let now = WallClock.monotonicSeconds()
        guard now >= askAt else { return nil }
        askAt = now + 1
        guard let step = gauge.push(now: now, waited: waited, media: clock.seconds(at: picture.end.pts))
        else {
            return nil
        }
        relief.step = step
        return step
    }

    mutating func restart() { gauge.restart() }
}
