internal import SceneSegmentation
internal import ScenePipeline
internal import ShotDetection
package import Timeline

/// From pictures to what a worker tells of them.
///
/// A value without I/O: the same pictures give the same messages.
package struct PartReporter {
    /// Seconds of media between two `open` messages.
    private static let openInterval = 2.0

    private var finder: PartFinder
    private var schedule: OpenPartSchedule
    private var states: PictureStateFinder
    private var kinds: PictureKindFinder

    /// - Parameters:
    ///   - specification: how shots are found and split.
    ///   - media: the stream.
    package init(_ specification: WorkerSpecification, media: MediaSummary) {
        let timeBase = media.clock.timeBase
        states = PictureStateFinder(timeBase: timeBase)
        kinds = PictureKindFinder(media)
        finder = PartFinder(
            sampling: specification.sampling, options: specification.options, timeBase: timeBase)
        schedule = OpenPartSchedule(
            interval: timeBase.ticks(seconds: Self.openInterval),
            deadline: specification.deadline.map { timeBase.ticks(seconds: $0) })
    }

    /// Takes the next picture in display order. `age`: seconds since the last packet of the video came.
    package mutating func push(_ picture: Picture, age: Double = 0, send: (WorkerMessage) -> Void) {
        if let change = kinds.push(picture) { send(.change(change)) }
        let step = finder.push(picture)
        for output in step.outputs { take(output, at: picture.at, send) }
        let isDue = schedule.isDue(at: picture.at.pts)
        var hasOpenPart = false
        if isDue || schedule.isWanted(at: picture.at.pts), let part = finder.openPart() {
            send(.open(part.thinned))
            schedule.noteSent(at: picture.at.pts)
            hasOpenPart = isDue
        }
        send(
            .advance(
                WorkerMessage.Advance(
                    now: picture.at, end: picture.end, horizon: step.horizon, isDamaged: picture.isDamaged,
                    hasOpenPart: hasOpenPart, age: age)))
        if let state = states.push(picture) { send(.state(state)) }
    }

    /// Takes the next frame of sound.
    package mutating func push(_ sound: SoundFrame) { finder.push(sound) }

    /// Pictures are missing between the last one and the next.
    package mutating func push(_ gap: Gap, send: (WorkerMessage) -> Void) {
        for output in finder.close(at: gap.start) { take(output, at: gap.start, send) }
        states.restart()
        send(.gap(gap))
    }

    /// The pictures are over.
    package mutating func finish(send: (WorkerMessage) -> Void) {
        guard let end = finder.end else { return }
        for output in finder.close(at: end) { take(output, at: end, send) }
    }

    private mutating func take(
        _ output: PartAssembler.Output, at now: Instant, _ send: (WorkerMessage) -> Void
    ) {
        switch output {
        case .part(let part):
            send(.part(part.thinned, now: now))
            schedule.noteClosed(at: part.end.pts)
        case .shot(let shot): send(.shot(shot))
        }
    }
}

extension Part {
    /// Without what people see of inner key frames: they are shown the first and the last.
    fileprivate var thinned: Part {
        var part = self
        for index in part.keyFrames.indices.dropFirst().dropLast() {
            part.keyFrames[index].views = part.keyFrames[index].views.filter { !$0.key.isForPeople }
        }
        return part
    }
}
