package import ShotDetection
internal import SoundAnalysis
package import Timeline

/// A shot, and which of the pictures read are in it.
package struct NumberedShot: Hashable, Sendable {
    package var shot: Shot
    /// Pictures in the order of reading, from 0; known after a loss, too.
    package var pictures: Range<Int64>
}

/// One stream from pictures to shots alone: no parts, no embeddings, no scenes.
///
/// A value without I/O, clock or threads. A shot is given when its end is certain: at most h after it.
package struct ShotSession: StreamSession {
    package enum Output: Hashable, Sendable {
        /// Before the shot that it ends, if it does.
        case cut(CutNotice)
        case shot(NumberedShot)
        case gap(Gap)
        /// Before everything else that its picture made certain.
        case change(StreamChange)
    }

    package private(set) var counts = StreamCounts()
    /// Where the stream stands: the end of the last picture; nil before the first.
    package private(set) var position: Instant?

    private var detector: any ShotDetector
    /// Pictures that the horizon has not passed, oldest first, with their numbers.
    private var recent: [(pts: Int64, number: Int64)] = []
    private var shot: (start: Instant, number: Int64, entry: Transition)?

    /// nil where nobody is told what shots sound like.
    private var track: SoundTrack?

    /// `soundTimeBase`: of the stream, where what shots sound like is told.
    package init(detector: any ShotDetector, soundTimeBase: TimeBase? = nil) {
        self.detector = detector
        track = soundTimeBase.map(SoundTrack.init)
    }

    /// Takes the next picture in display order; returns the shots that it made certain.
    package mutating func push(_ picture: Picture) -> [Output] {
        let number = Int64(counts.pictures)
        counts.pictures += 1
        if picture.isDamaged { counts.damagedPictures += 1 }
        position = picture.end
        recent.append((picture.at.pts, number))
        if shot == nil { shot = (picture.at, number, .start) }
        let detection = detector.push(picture)
        let output = detection.notices.map(Output.cut) + take(detection.cuts)
        // Cuts to come may stand at the horizon itself.
        let passed = recent.firstIndex { $0.pts >= detection.horizon } ?? recent.count
        recent.removeFirst(passed)
        return output
    }

    /// Shots have nothing to do with messages.
    package mutating func push(_ cue: Cue) -> [Output] { [] }

    /// Takes the next frame of sound.
    package mutating func push(_ sound: SoundFrame) { track?.push(sound) }

    /// Pictures are missing between the last one and the next.
    package mutating func push(_ gap: Gap) -> [Output] {
        let output = close(at: gap.start)
        counts.gaps += 1
        return output + [.gap(gap)]
    }

    /// The stream is over: returns the shots that were waiting for more.
    package mutating func finish() -> [Output] { position.map { close(at: $0) } ?? [] }

    /// What the detector measured of the pictures before the horizon, since the last call.
    package mutating func takeStatistics() -> [PictureStatistics] { detector.takeStatistics() }

    package static func output(of change: StreamChange) -> Output { .change(change) }

    private mutating func close(at end: Instant) -> [Output] {
        let detection = detector.finish(at: end)
        var output = detection.notices.map(Output.cut) + take(detection.cuts)
        endShot(at: end, number: Int64(counts.pictures), into: &output)
        shot = nil
        recent.removeAll()
        return output
    }

    private mutating func take(_ cuts: [ShotCut]) -> [Output] {
        var output: [Output] = []
        for cut in cuts {
            guard let number = recent.first(where: { $0.pts >= cut.at.pts })?.number else { continue }
            endShot(at: cut.at, number: number, into: &output)
            shot = (cut.at, number, cut.transition)
        }
        return output
    }

    private mutating func endShot(at end: Instant, number: Int64, into output: inout [Output]) {
        guard let shot else { return }
        let index = counts.shots
        counts.shots += 1
        counts.parts += 1
        var part = PartSummary(index: index, start: shot.start, end: end, keyFrames: [])
        part.sound = track?.sound(
            from: shot.start.pts, to: end.pts, isContinuous: shot.entry.kind != .start
        ).map(SoundSummary.init)
        track?.close(at: end.pts)
        let whole = Shot(index: index, start: shot.start, end: end, transition: shot.entry, parts: [part])
        output.append(.shot(NumberedShot(shot: whole, pictures: shot.number..<number)))
    }
}
