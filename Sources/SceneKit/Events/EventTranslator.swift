internal import MediaInput
internal import SceneEvents
internal import ScenePipeline
internal import Timeline

/// Turns the house's events into public ones.
struct EventTranslator {
    let clock: MediaClock
    /// Added to the ticks of all instants.
    var origin: Int64 = 0

    func time(_ instant: Instant) -> MediaTime {
        MediaTime(
            ticks: Int64(clamping: Int128(instant.pts) + Int128(origin)),
            seconds: Double(clock.microseconds(at: instant.pts)) / 1_000_000,
            picture: instant.frame.map { Int($0) })
    }

    /// nil for events that no input of a segmenter has: those of live feeds.
    func event(_ event: Event) -> SceneEvent? {
        switch event {
        case .shot(let shot): .shot(self.shot(shot))
        case .score(let score):
            .score(
                PartScore(
                    part: score.partIndex, shot: score.shotIndex, at: time(score.at), kind: kind(score.kind),
                    score: score.score.value))
        case .boundary(let boundary): .boundary(self.boundary(boundary))
        case .scene(let scene): .scene(self.scene(scene))
        case .gap(let gap):
            .gap(
                Gap(
                    start: time(gap.start), end: time(gap.end),
                    reason: gap.reason == .discontinuity ? .discontinuity : .missing))
        case .watermark(let instant): .watermark(time(instant))
        case .streamChange(let change):
            .formatChange(
                FormatChange(
                    at: time(change.at), codec: change.codec, width: change.size.width,
                    height: change.size.height))
        case .streamStart, .cut, .block, .cue, .novelty, .heartbeat, .feedState, .degraded, .recovered,
            .streamEnd:
            nil
        }
    }

    func events(_ events: [Event]) -> [SceneEvent] { events.compactMap(event) }

    func end(at end: Instant?, _ counts: StreamCounts, _ ending: MediaEnding) -> SceneEvent {
        let reason: StreamEnd.Reason =
            switch ending {
            case .end: .complete
            case .damaged(let text): .damaged(text)
            case .interrupted: .cancelled
            }
        return .end(
            StreamEnd(
                at: time(end ?? Instant(pts: clock.startPTS, frame: 0)), reason: reason,
                pictures: counts.pictures, damagedPictures: counts.damagedPictures, shots: counts.shots,
                boundaries: counts.boundaries, scenes: counts.scenes, gaps: counts.gaps))
    }

    private func shot(_ shot: Timeline.Shot) -> Shot {
        Shot(
            index: shot.index, start: time(shot.start), end: time(shot.end),
            transition: transition(shot.transition),
            parts: shot.parts.map { part in
                Shot.Part(
                    index: part.index, start: time(part.start), end: time(part.end),
                    keyFrames: part.keyFrames.map(time))
            })
    }

    private func boundary(_ boundary: Timeline.Boundary) -> Boundary {
        let state: Boundary.State =
            switch boundary.state {
            case .provisional: .provisional
            case .final: .final
            case .retracted: .retracted
            }
        return Boundary(
            at: time(boundary.at), kind: kind(boundary.kind), state: state, revision: boundary.revision,
            score: boundary.score.value, threshold: boundary.threshold.value,
            transition: boundary.transition.map(transition), leftShot: boundary.leftShot,
            rightShot: boundary.rightShot, rightParts: boundary.rightParts,
            isComplete: boundary.isComplete,
            delay: Double(clock.timeBase.microseconds(boundary.delay)) / 1_000_000)
    }

    private func scene(_ scene: Timeline.Scene) -> Scene {
        let reason: Scene.EndReason =
            switch scene.endReason {
            case .boundary: .boundary
            case .gap: .gap
            case .end: .end
            }
        return Scene(
            index: scene.index, start: time(scene.start), end: time(scene.end), endReason: reason,
            score: scene.score?.value, firstShot: scene.firstShot, lastShot: scene.lastShot)
    }

    private func kind(_ kind: BoundaryKind) -> Boundary.Kind {
        switch kind {
        case .cut: .cut
        case .intraShot: .intraShot
        }
    }

    private func transition(_ transition: Timeline.Transition) -> Transition {
        let kind: Transition.Kind =
            switch transition.kind {
            case .start: .start
            case .cut: .cut
            case .fadeBlack: .fadeBlack
            case .fadeWhite: .fadeWhite
            case .dissolve: .dissolve
            case .wipe: .wipe
            case .push: .push
            case .gradual: .gradual
            }
        return Transition(
            kind: kind, mixed: transition.mixed.map { time($0.lowerBound)...time($0.upperBound) },
            score: transition.score.value)
    }
}

extension MediaInfo {
    init(_ media: MediaSummary) {
        self.init(
            container: media.container, codec: media.codec, width: media.width, height: media.height,
            timeBase: TimeBase(
                numerator: Int(media.clock.timeBase.numerator),
                denominator: Int(media.clock.timeBase.denominator)),
            startTicks: media.clock.startPTS, startOffset: Double(media.startOffset) / 1_000_000)
    }
}
