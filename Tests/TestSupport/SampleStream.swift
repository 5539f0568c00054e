package import SceneEvents
package import Timeline

/// A small event stream, written by the program's own writer, that tests bend to their needs.
package struct SampleStream {
    /// Frames of each scene.
    package var lengths: [Int64]
    /// Ticks that one frame lasts.
    package var frameTicks: Int64
    package var timeBase: TimeBase
    package var startPTS: Int64
    package var timecode: TimecodeFormat?
    /// Timecode of the first picture, in frames.
    package var startTimecode: Int64
    package var hasFrameNumbers = true
    /// Ticks from the first picture to another, where `frameTicks` does not tell them.
    package var ticksOfFrame: (@Sendable (Int64) -> Int64)?
    /// Frames without pictures after each scene; a gap event is written where it is not 0.
    package var gaps: [Int64]
    package var endReason: StreamEnd.Reason? = .end
    package var feed = "film"
    /// Tags of each scene: labels of a probe with their probabilities, and sentences with their shares.
    package var tags: [(labels: [(String, Double)], sentences: [(String, Double)])] = []
    /// Microseconds from the start of the file to the first picture.
    package var startOffset: Int64 = 0

    package init(
        lengths: [Int64] = [300, 1501, 200], frameTicks: Int64 = 512,
        timeBase: TimeBase = TimeBase(numerator: 1, denominator: 12288), startPTS: Int64 = 1024,
        timecode: TimecodeFormat? = TimecodeFormat(labelsPerSecond: 24), startTimecode: Int64 = 0,
        gaps: [Int64] = []
    ) {
        self.lengths = lengths
        self.frameTicks = frameTicks
        self.timeBase = timeBase
        self.startPTS = startPTS
        self.timecode = timecode
        self.startTimecode = startTimecode
        self.gaps = gaps
    }

    package var clock: MediaClock { MediaClock(timeBase: timeBase, startPTS: startPTS, timecode: timecode) }

    package func instant(_ frame: Int64) -> Instant {
        Instant(
            pts: startPTS + (ticksOfFrame?(frame) ?? frame * frameTicks),
            frame: hasFrameNumbers ? frame : nil,
            timecode: timecode == nil ? nil : startTimecode + frame)
    }

    package var start: StreamStart {
        var media = MediaSummary(container: "mov", codec: "h264", width: 640, height: 360, clock: clock)
        media.startOffset = startOffset
        return StreamStart(
            version: "0.1.0", input: "film.mp4", feed: feed, run: "01J00000000000000000000000", timeline: 0,
            media: media,
            options: [("split", "\"thirds\""), ("threshold", "0.5"), ("deadline", "null")],
            model: ModelSummary(
                scorer: "coherence", encoder: "descriptor", neighborCount: 8, file: "a.model"),
            delayBound: 115_360_000, detectorLag: 5_200_000, decoderDelay: 2,
            build: [("libavcodec", "59.37.100")],
            wall: "2026-01-02T03:04:05Z")
    }

    /// Each scene with one shot, its boundary (provisional first), its gap, and a watermark.
    package var events: [Event] {
        var events: [Event] = [.streamStart(start)]
        var frame: Int64 = 0
        var boundaries = 0
        let gapCount = gaps.count { $0 != 0 }
        for (index, length) in lengths.enumerated() {
            let begin = instant(frame)
            let end = instant(frame + length)
            let isLast = index == lengths.count - 1
            let gap = index < gaps.count ? gaps[index] : 0
            let entry = index == 0 ? Transition.start : Transition(kind: .cut, score: Score(0.9))
            let part = PartSummary(index: index, start: begin, end: end, keyFrames: [begin])
            events.append(.shot(Shot(index: index, start: begin, end: end, transition: entry, parts: [part])))
            let score = Score(0.5 + Double(index % 50) / 100)
            if !isLast, gap == 0 {
                for (revision, state) in [BoundaryState.provisional, .final].enumerated() {
                    events.append(
                        .boundary(
                            Boundary(
                                at: end, kind: .cut, state: state, revision: revision, score: score,
                                threshold: Score(0.5), transition: Transition(kind: .cut, score: Score(0.9)),
                                leftShot: index, rightShot: index + 1, rightParts: 8,
                                isComplete: revision == 1,
                                delay: 900)))
                }
                boundaries += 1
            }
            let reason: SceneEnd = gap != 0 ? .gap : isLast ? .end : .boundary
            var scene = Scene(
                index: index, start: begin, end: end, endReason: reason,
                score: reason == .boundary ? score : nil, firstShot: index, lastShot: index)
            if index < tags.count {
                scene.tags = tags[index].labels.map { SceneTag(label: $0.0, probability: Score($0.1)) }
                scene.sentenceTags = tags[index].sentences.map {
                    SentenceTag(name: $0.0, share: Score($0.1), cosine: 0.25)
                }
            }
            events.append(.scene(scene))
            if gap != 0 {
                events.append(
                    .gap(Gap(start: end, end: instant(frame + length + gap), reason: .discontinuity)))
            }
            frame += length + gap
            events.append(.watermark(instant(frame)))
        }
        if let endReason {
            events.append(
                .streamEnd(
                    StreamEnd(
                        at: instant(frame), reason: endReason, pictures: Int(frame), damagedPictures: 0,
                        shots: lengths.count, parts: lengths.count, boundaries: boundaries,
                        scenes: lengths.count,
                        gaps: gapCount, wall: "2026-01-02T03:05:05Z")))
        }
        return events
    }

    package var lines: [String] {
        var writer = EventWriter()
        return events.map { writer.line($0) }
    }
}

extension SampleStream {
    /// 29.97 pictures a second with dropped labels, starting shortly before a minute is over.
    package static let dropFrame = SampleStream(
        lengths: [17, 1800, 18000], frameTicks: 3003, timeBase: TimeBase(numerator: 1, denominator: 90000),
        startPTS: -7, timecode: TimecodeFormat(labelsPerSecond: 30, isDropFrame: true), startTimecode: 1790)

    /// A rate that varies: no timecode.
    package static let variableRate = SampleStream(
        frameTicks: 37, timeBase: TimeBase(numerator: 1, denominator: 1000), timecode: nil)

    /// The second scene ends with a gap of ten frames.
    package static let withGap = SampleStream(gaps: [0, 10])

    package static let oneScene = SampleStream(lengths: [48])

    /// Scenes with tags whose names have what formats must escape, one without, and tags that say little.
    package static let tagged: SampleStream = {
        var sample = SampleStream(lengths: [300, 1501, 200, 90])
        sample.tags = [
            (
                [("interview", 0.91), ("unsure", 0.49)],
                [("news, studio", 0.7), ("interview", 0.2), ("other", 0.09)]
            ),
            ([], []),
            ([("a \"b\" <c> & d; e=f --> #g", 0.5)], []),
            ([], [("two\nlines", 0.9), ("goal", 0.1)]),
        ]
        return sample
    }()

    package static let noScenes = SampleStream(lengths: [])
}
